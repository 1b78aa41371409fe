import { existsSync } from 'node:fs'
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { finding, judge, type Outcome } from '../attack.ts'
import { flipLastByte, mentions, type ProcessStage, refuses, type Said, says } from './stage.ts'
import { homeBehindProxy } from './tampering-proxy.ts'

const MODEL_BYTES = 300_000
const UNKNOWN_DATA = ['--dataset', 'unknown', '--reason', 'a test'] as const

/** T-P4 on the disk of the only node that has the bytes, and on the disk of whoever fetched them. */
export async function changeStoredBytes(stage: ProcessStage): Promise<Outcome> {
  const { record, model } = await sharedModel(stage, 1, 'stored.bin')
  const honest = stage.path('fetched.bin')
  const fetched = await stage.pedigree(4, 'get', record, '--out', honest)
  await flipLastByte(honest)
  const changed = await stage.pedigree(4, 'verify', honest)
  const poisonedBlocks = await poisonBlocks(stage, 1)
  const out = stage.path('poisoned.bin')
  const poisoned = await stage.pedigree(2, 'get', record, '--out', out)
  return judge([
    finding(fetched.code === 0, 'the true bytes are fetched and verified'),
    says('after one bit was changed', changed, 'modified'),
    finding(namesBoth(changed), 'both digests are named'),
    finding(poisonedBlocks > 0, 'stored blocks of the sharer were changed'),
    finding(
      poisoned.code !== 0 || (await isCopyOf(out, model)),
      'changed bytes of the sharer never get the name of the model',
    ),
  ])
}

/** T-G4: a worse model under the name of the certified one. */
export async function swapForDegraded(stage: ProcessStage): Promise<Outcome> {
  const { record } = await sharedModel(stage, 1, 'certified.bin')
  const degraded = await stage.write('degraded.bin', Buffer.alloc(MODEL_BYTES, 'noise'))
  const against = await stage.pedigree(4, 'verify', degraded, '--against', record)
  const alone = await stage.pedigree(4, 'verify', degraded)
  return judge([
    says('asked whether it is the certified model', against, 'modified'),
    says('asked what it is', alone, 'unknown'),
  ])
}

/** T-S1: something else lies where the certified file lay. */
export async function replaceOnDisk(stage: ProcessStage): Promise<Outcome> {
  const { model } = await sharedModel(stage, 2, 'on-disk.bin')
  const before = await readFile(model)
  await writeFile(model, '#!/bin/sh\necho pwned\n')
  const replaced = await stage.pedigree(2, 'verify', model)
  await writeFile(model, before)
  const restored = await stage.pedigree(2, 'verify', model)
  return judge([
    says('the file of the owner was replaced', replaced, 'modified'),
    says('the true file is back', restored, 'verified'),
  ])
}

/**
 * T-M8 at three points: in the store of the only member that shares the model, between a node and who
 * asks it, and on the machine where the model is to run.
 */
export async function replaceOnTheWay(stage: ProcessStage): Promise<Outcome> {
  const { record, model } = await sharedModel(stage, 3, 'on-its-way.bin')
  const fetched = await stage.pedigree(4, 'get', record, '--out', stage.path('arrived.bin'))
  const intercepted = stage.path('intercepted.bin')
  const { answer: inTransit, replaced } = await fetchIntercepted(stage, record, intercepted)
  await poisonBlocks(stage, 3)
  const fromHub = stage.path('from-hub.bin')
  const atHub = await stage.pedigree(2, 'get', record, '--out', fromHub)
  const deployed = stage.path('deployed.bin')
  await copyFile(model, deployed)
  const good = await stage.pedigree(4, 'verify', deployed, '--against', record)
  await flipLastByte(deployed)
  const atHost = await stage.pedigree(4, 'verify', deployed, '--against', record)
  return judge([
    finding(fetched.code === 0, 'the true model arrives'),
    finding(replaced > 0, 'on the way from the node its bytes were replaced'),
    refuses('in transit', inTransit, 'content-mismatch'),
    finding(!existsSync(intercepted), 'what was intercepted never gets its name'),
    finding(
      atHub.code === 0 ? await isCopyOf(fromHub, model) : !existsSync(fromHub),
      `the hub's replaced bytes are not taken: exit code ${atHub.code}`,
    ),
    says('on the host, as delivered', good, 'verified'),
    says('on the host, one bit changed', atHost, 'modified'),
    finding(mentions(atHost, 'the bytes are not those of org3/on-its-way.bin@1'), 'and says why'),
  ])
}

interface SharedModel {
  readonly model: string
  readonly record: string
}

async function sharedModel(
  stage: ProcessStage,
  organisation: number,
  name: string,
): Promise<SharedModel> {
  // The name stands in the bytes: no two models of the stage are the same.
  const model = await stage.write(name, Buffer.alloc(MODEL_BYTES, `${name} weights `))
  const flags = [...UNKNOWN_DATA, '--share', 'members']
  return { model, record: await stage.certify(organisation, 'model', model, ...flags) }
}

/** Every stored block of a node is another one now. @returns how many there were */
async function poisonBlocks(stage: ProcessStage, organisation: number): Promise<number> {
  const blocks = join(stage.homeOf(organisation), 'node', 'blocks')
  const entries = await readdir(blocks, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  for (const { parentPath, name } of files) await flipLastByte(join(parentPath, name))
  return files.length
}

function namesBoth({ answer }: Said): boolean {
  return new Set(JSON.stringify(answer).match(/[0-9a-f]{64}/g)).size >= 2
}

/** Another member may still have the true bytes: then they come from there. */
async function isCopyOf(path: string, model: string): Promise<boolean> {
  return existsSync(path) && (await readFile(path)).equals(await readFile(model))
}

async function fetchIntercepted(stage: ProcessStage, record: string, out: string) {
  const proxied = await homeBehindProxy(stage, 4, { find: 'weights', replace: 'malware' })
  try {
    const answer = await stage.at(proxied.home, 'get', record, '--out', out)
    return { answer, replaced: proxied.replaced() }
  } finally {
    await proxied.close()
  }
}
