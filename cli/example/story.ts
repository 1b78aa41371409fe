import { copyFile, mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { accuracy, decodeClassifier, encodeClassifier, newClassifier, train } from './classifier.ts'
import { readDigits, writeDigits } from './digits.ts'
import { nodePid } from './node-pid.ts'
import { Background, pedigree, succeed, tell } from './shell.ts'

/** Where the story happens: homes of the organisations, and the files that they make. */
export interface Scene {
  readonly directory: string
  network: Background
  /** Nodes that were started one by one, after the network. */
  readonly restarted: Background[]
}

interface Certified {
  readonly id: string
  readonly height: number
}

const ORGANISATIONS = 4
const CAUGHT_UP_ATTEMPTS = 150
const CAUGHT_UP_PAUSE_MS = 200

const home = (scene: Scene, organisation: number): string =>
  join(scene.directory, `org${organisation}`)
const as = (scene: Scene, organisation: number): string[] => ['--home', home(scene, organisation)]
const percent = (part: number): string => `${(100 * part).toFixed(1)} %`

export async function tellStory(scene: Scene): Promise<void> {
  const work = join(scene.directory, 'work')
  await mkdir(work, { recursive: true })
  const files = {
    digits: join(work, 'digits'),
    base: join(work, 'base.safetensors'),
    child: join(work, 'child.safetensors'),
  }
  const dataset = await certifyDataset(scene, files.digits)
  const base = await certifyBase(scene, files, dataset)
  const child = await certifyChild(scene, files, { dataset, base })
  const fetched = join(work, 'fetched.safetensors')
  await showTree(scene, child)
  await fetchAndVerify(scene, child, fetched)
  const receipt = join(work, 'child.receipt')
  await writeReceipt(scene, child, receipt)
  await flipOneByte(scene, child, fetched)
  const leader = await killLeader(scene)
  await certifyWithoutLeader(scene, leader, work)
  await bringBack(scene, leader)
  await stopAll(scene)
  await verifyOffline(scene, receipt, files.child)
}

async function certifyDataset(scene: Scene, digits: string): Promise<Certified> {
  const parts = await writeDigits(digits)
  const certified = await certify(scene, 1, ['dataset', digits, '--share', 'members'])
  tell(
    `Organisation 1 certifies a dataset: ${parts.base + parts.finetune + parts.test} handwritten digits, in block ${certified.height}.`,
    `pedigree --home org1 certify dataset ./digits --share members`,
  )
  return certified
}

interface Files {
  readonly digits: string
  readonly base: string
  readonly child: string
}

async function certifyBase(scene: Scene, files: Files, dataset: Certified): Promise<Certified> {
  const model = newClassifier(1)
  train(model, await readDigits(files.digits, 'base'), { epochs: 3, learningRate: 0.02, seed: 1 })
  const recognised = accuracy(model, await readDigits(files.digits, 'test'))
  await writeFile(
    files.base,
    encodeClassifier(model, { trainedOn: 'base', accuracy: recognised.toFixed(4) }),
  )
  const certified = await certify(scene, 2, [
    'model',
    files.base,
    '--dataset',
    dataset.id,
    '--share',
    'members',
  ])
  tell(
    `Organisation 2 trains a model on them (${percent(recognised)} of unseen digits right) and certifies it, in block ${certified.height}.`,
    'pedigree --home org2 certify model ./base.safetensors --dataset org1/digits --share members',
  )
  return certified
}

async function certifyChild(
  scene: Scene,
  files: Files,
  from: { readonly dataset: Certified; readonly base: Certified },
): Promise<Certified> {
  const model = decodeClassifier(await readFile(files.base))
  train(model, await readDigits(files.digits, 'finetune'), {
    epochs: 2,
    learningRate: 0.01,
    seed: 2,
  })
  const recognised = accuracy(model, await readDigits(files.digits, 'test'))
  await writeFile(
    files.child,
    encodeClassifier(model, { trainedOn: 'finetune', accuracy: recognised.toFixed(4) }),
  )
  const edges = ['--dataset', from.dataset.id, '--parent', from.base.id, '--relation', 'finetune']
  const certified = await certify(scene, 3, ['model', files.child, ...edges, '--share', 'members'])
  tell(
    `Organisation 3 fine-tunes a child of it on other digits (${percent(recognised)}) and certifies that, in block ${certified.height}.`,
    [
      'pedigree --home org3 certify model ./child.safetensors --dataset org1/digits',
      '--parent org2/base.safetensors --relation finetune --share members',
    ].join(' '),
  )
  return certified
}

async function certify(
  scene: Scene,
  organisation: number,
  args: readonly string[],
): Promise<Certified> {
  const { id, height } = await succeed([...as(scene, organisation), 'certify', ...args])
  return { id: String(id), height: Number(height) }
}

async function showTree(scene: Scene, child: Certified): Promise<void> {
  const tree = await succeed([...as(scene, 4), 'lineage', child.id])
  const nodes = tree['nodes'] as readonly unknown[]
  tell(
    `Organisation 4, which made nothing, sees the whole family tree: ${nodes.length} artefacts of three organisations.`,
    'pedigree --home org4 lineage org3/child.safetensors',
  )
}

async function fetchAndVerify(scene: Scene, child: Certified, out: string): Promise<void> {
  await succeed([...as(scene, 4), 'get', child.id, '--out', out])
  const { verdict } = await succeed([...as(scene, 4), 'verify', out])
  tell(
    `It fetches the child from another node, checks every byte, and finds it ${String(verdict)}.`,
    'pedigree --home org4 get org3/child.safetensors --out fetched.safetensors; pedigree --home org4 verify ./fetched.safetensors',
  )
}

async function writeReceipt(scene: Scene, child: Certified, receipt: string): Promise<void> {
  await succeed([...as(scene, 4), 'receipt', child.id, '--out', receipt])
  tell(
    'It writes a receipt: one file that proves the child and all its ancestors without any node.',
    'pedigree --home org4 receipt org3/child.safetensors --out child.receipt',
  )
}

async function flipOneByte(scene: Scene, child: Certified, path: string): Promise<void> {
  const tampered = `${path}.tampered`
  await copyFile(path, tampered)
  const file = await open(tampered, 'r+')
  const { size } = await file.stat()
  const byte = Buffer.alloc(1)
  await file.read(byte, 0, 1, size >> 1)
  byte[0] = (byte[0] as number) ^ 1
  await file.write(byte, 0, 1, size >> 1)
  await file.close()
  const { code, answer } = await pedigree([
    ...as(scene, 4),
    'verify',
    tampered,
    '--against',
    child.id,
  ])
  expect(
    code === 1 && answer['verdict'] === 'modified',
    `one flipped bit is noticed: ${JSON.stringify(answer)}`,
  )
  tell(
    'Someone flips one bit of the model: verify says modified and ends with exit code 1.',
    'pedigree --home org4 verify ./fetched.safetensors.tampered --against org3/child.safetensors',
  )
}

async function killLeader(scene: Scene): Promise<number> {
  const status = await succeed([...as(scene, 1), 'status'])
  const leader = Number(/^org(\d+)$/.exec(String(status['leader']))?.[1])
  expect(
    leader >= 1 && leader <= ORGANISATIONS,
    `status names the leader: ${JSON.stringify(status['leader'])}`,
  )
  const pid = await nodePid(home(scene, leader))
  process.kill(pid, 'SIGKILL')
  tell(`Organisation ${leader} leads the committee. Its node is killed at once.`, `kill -9 ${pid}`)
  return leader
}

async function certifyWithoutLeader(scene: Scene, leader: number, work: string): Promise<void> {
  const other = leader === 1 ? 2 : 1
  const notes = join(work, 'notes.txt')
  await writeFile(notes, 'Scanned by hand, checked by two people.\n')
  const certified = await certify(scene, other, ['dataset', notes, '--timeout', '60s'])
  tell(
    `The other three choose a new leader: organisation ${other} certifies another dataset, in block ${certified.height}.`,
    `pedigree --home org${other} certify dataset ./notes.txt`,
  )
}

async function bringBack(scene: Scene, leader: number): Promise<void> {
  scene.restarted.push(await Background.start([...as(scene, leader), 'start']))
  const other = leader === 1 ? 2 : 1
  for (let attempt = 0; attempt < CAUGHT_UP_ATTEMPTS; attempt++) {
    const here = await succeed([...as(scene, leader), 'status'])
    const there = await succeed([...as(scene, other), 'status'])
    if (here['height'] === there['height'] && here['sync'] === 'in-sync') {
      tell(
        `The killed node starts again and catches up to block ${String(here['height'])}: nothing is lost.`,
        `pedigree --home org${leader} start`,
      )
      return
    }
    await sleep(CAUGHT_UP_PAUSE_MS)
  }
  throw new Error(`the node of organisation ${leader} did not catch up`)
}

export async function stopAll(scene: Scene): Promise<void> {
  await Promise.all(scene.restarted.splice(0).map((node) => node.stop()))
  await scene.network.stop()
  tell('All four nodes stop.')
}

async function verifyOffline(scene: Scene, receipt: string, child: string): Promise<void> {
  const genesis = join(home(scene, 1), 'genesis.json')
  const { verdict } = await succeed(['verify', '--receipt', receipt, '--genesis', genesis, child])
  tell(
    `The receipt needs none of them: the child is ${String(verdict)}, offline.`,
    'pedigree verify --receipt child.receipt --genesis genesis.json ./child.safetensors',
  )
}

function expect(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(`the story went wrong where ${sentence}`)
}
