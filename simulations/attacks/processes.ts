import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Devnet, startDevnet } from '../bench/devnet.ts'
import { type Finding, finding, judge, type Outcome } from './attack.ts'

const CLI_MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
const MODEL_BYTES = 300_000

/** Four real processes, and a model that organisation 1 certified and shares with the members. */
export interface Stage {
  readonly folder: string
  readonly network: Devnet
  readonly model: string
  readonly record: string
}

/** @returns what the play returned; no process and no file is left, however it ended */
export async function onStage<T>(play: (stage: Stage) => Promise<T>): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'pedigree-attacks-')))
  let network: Devnet | undefined
  try {
    network = await startDevnet(join(folder, 'net'))
    const model = join(folder, 'model.bin')
    await writeFile(model, Buffer.alloc(MODEL_BYTES, 'weights'))
    const certify = [
      'certify',
      'model',
      model,
      '--dataset',
      'unknown',
      '--reason',
      'a test',
      '--share',
      'members',
    ]
    const { answer } = await pedigree(homeOf(network, 1), certify)
    return await play({ folder, network, model, record: String(answer['id']) })
  } finally {
    await network?.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** By the number of the attack: what only real bytes and real processes can show. */
export const ON_PROCESSES: Readonly<Record<string, (stage: Stage) => Promise<Outcome>>> = {
  'T-P4': changeStoredBytes,
  'T-G4': swapForDegraded,
  'T-S1': replaceAtTheHub,
}

function homeOf(network: Devnet, organisation: number): string {
  return network.nodes[organisation - 1]?.home ?? ''
}

interface Said {
  readonly code: number
  readonly answer: Readonly<Record<string, unknown>>
}

async function pedigree(home: string, args: readonly string[]): Promise<Said> {
  const child = spawn(process.execPath, [CLI_MAIN, '--json', '--home', home, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code: code ?? 1, answer: JSON.parse(said) as Record<string, unknown> }
}

function says(what: string, { code, answer }: Said, verdict: string): Finding {
  return finding(
    code === 1 && answer['verdict'] === verdict,
    `${what}: verify says ${String(answer['verdict'])}, exit code ${code}`,
  )
}

/** T-P4 on the disk of the only node that has the bytes, and on the disk of whoever fetched them. */
async function changeStoredBytes({ folder, network, record }: Stage): Promise<Outcome> {
  const honest = join(folder, 'fetched.bin')
  const fetched = await pedigree(homeOf(network, 4), ['get', record, '--out', honest])
  await flipLastByte(honest)
  const changed = await pedigree(homeOf(network, 4), ['verify', honest])
  const blocks = join(homeOf(network, 1), 'node', 'blocks')
  let poisonedBlocks = 0
  for (const entry of await readdir(blocks, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    await flipLastByte(join(entry.parentPath, entry.name))
    poisonedBlocks++
  }
  const out = join(folder, 'poisoned.bin')
  const poisoned = await pedigree(homeOf(network, 2), ['get', record, '--out', out])
  return judge([
    finding(fetched.code === 0, 'the true bytes are fetched and verified'),
    says('after one bit was changed', changed, 'modified'),
    finding(namesBoth(changed), 'both digests are named'),
    finding(poisonedBlocks > 0, 'stored blocks of the sharer were changed'),
    finding(
      poisoned.code !== 0 || (await isTrue(out, folder)),
      'changed bytes of the sharer never get the name of the model',
    ),
  ])
}

/** T-G4: a worse model under the name of the certified one. */
async function swapForDegraded({ folder, network, record }: Stage): Promise<Outcome> {
  const degraded = join(folder, 'degraded.bin')
  await writeFile(degraded, Buffer.alloc(MODEL_BYTES, 'noise'))
  const against = await pedigree(homeOf(network, 4), ['verify', degraded, '--against', record])
  const alone = await pedigree(homeOf(network, 4), ['verify', degraded])
  return judge([
    says('asked whether it is the certified model', against, 'modified'),
    says('asked what it is', alone, 'unknown'),
  ])
}

/** T-S1: something else lies where the certified file lay. */
async function replaceAtTheHub({ network, model }: Stage): Promise<Outcome> {
  const before = await readFile(model)
  await writeFile(model, '#!/bin/sh\necho pwned\n')
  const replaced = await pedigree(homeOf(network, 1), ['verify', model])
  await writeFile(model, before)
  const restored = await pedigree(homeOf(network, 1), ['verify', model])
  return judge([
    says('the file of the owner was replaced', replaced, 'modified'),
    finding(restored.code === 0, 'the true file is verified again'),
  ])
}

async function flipLastByte(path: string): Promise<void> {
  const bytes = await readFile(path)
  const last = bytes.length - 1
  if (last < 0) return
  bytes[last] = (bytes[last] ?? 0) ^ 1
  await writeFile(path, bytes)
}

function namesBoth({ answer }: Said): boolean {
  return (
    (JSON.stringify(answer).match(/[0-9a-f]{64}/g) ?? []).filter(
      (digest, at, all) => all.indexOf(digest) === at,
    ).length >= 2
  )
}

/** Another member may still have the true bytes: then they come from there. */
async function isTrue(path: string, folder: string): Promise<boolean> {
  if (!existsSync(path)) return false
  return (await readFile(path)).equals(await readFile(join(folder, 'model.bin')))
}
