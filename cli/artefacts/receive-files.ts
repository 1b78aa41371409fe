import { rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import type { ManifestFile } from '../../protocol/artefacts/manifest.ts'
import { CHUNK_BYTES } from '../../protocol/limits.ts'
import { CliError } from '../cli-error.ts'
import type { Progress } from '../output/progress.ts'
import type { Session } from '../session.ts'
import { inOrder } from './in-order.ts'
import { Octets } from './octets.ts'
import { receiveFile } from './receive-file.ts'

/** Small files that are written at a time: the disk syncs several for little more than one. */
const WRITES_MAX = 16

interface Place {
  /** With every folder that the names need. */
  readonly folder: string
  readonly progress: Progress
}

/**
 * Writes the files of a directory, each checked and on disk when this returns. They come joined in one
 * answer; a file at which the node breaks that off is asked for by its name, so that the node can say
 * what is wrong with it.
 *
 * @param files all of the manifest, in its order
 * @throws CliError `content-mismatch`, or what the node answers
 */
export async function receiveFiles(
  { chain }: Pick<Session, 'chain'>,
  record: string,
  files: readonly ManifestFile[],
  place: Place,
): Promise<void> {
  let received = 0
  while (received < files.length) {
    const answer = await chain.contents(record, received)
    const octets = new Octets(answer, chain.rpc.socket)
    received += await receiveJoined(answer, octets, files.slice(received), place)
    const file = files[received]
    if (file === undefined) return
    await receiveFile(
      await chain.content(record, file.name),
      pathOf(file, place),
      file,
      place.progress,
    )
    received++
  }
}

/** @returns how many files came whole, the first ones; the others left no trace */
async function receiveJoined(
  answer: IncomingMessage,
  octets: Octets,
  files: readonly ManifestFile[],
  place: Place,
): Promise<number> {
  let received = 0
  try {
    const write = async ({ file, content }: Arrived) => {
      if (content !== undefined)
        await receiveFile([content], pathOf(file, place), file, place.progress)
    }
    for await (const _ of inOrder(arriving(octets, files, place), WRITES_MAX, write)) received++
  } finally {
    answer.destroy()
  }
  return received
}

interface Arrived {
  readonly file: ManifestFile
  /** Undefined when it is written already. */
  readonly content: Buffer | undefined
}

/** A large file is written while it arrives, a small one by whoever reads this. */
async function* arriving(
  octets: Octets,
  files: readonly ManifestFile[],
  place: Place,
): AsyncGenerator<Arrived> {
  for (const file of files) {
    try {
      yield { file, content: await arrived(octets, file, place) }
    } catch (error) {
      if (!(error instanceof CliError) || error.code !== 'node-lost') throw error
      await rm(pathOf(file, place), { force: true })
      return
    }
  }
}

async function arrived(
  octets: Octets,
  file: ManifestFile,
  place: Place,
): Promise<Buffer | undefined> {
  if (file.bytes > CHUNK_BYTES) {
    await receiveFile(octets.take(file.bytes), pathOf(file, place), file, place.progress)
    return undefined
  }
  const parts: Buffer[] = []
  for await (const part of octets.take(file.bytes)) parts.push(part)
  return Buffer.concat(parts)
}

/** No name of a manifest has a component `..`, is absolute or holds a backslash (file-name.ts). */
function pathOf({ name }: ManifestFile, { folder }: Place): string {
  return join(folder, name)
}
