import { createHash } from 'node:crypto'
import { extname, join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import type { Bound } from '../../protocol/records/certificates/certificates.ts'
import type { HashContext, HashedArtefact } from '../hashing/hash-artefact.ts'
import { changed, openRegularFile } from '../hashing/hash-file.ts'
import { csvRecords } from './csv.ts'
import { jsonArrayRecords, jsonLineRecords } from './json-records.ts'
import { type DataRecord, NotThisForm } from './records.ts'

type Reader = (text: AsyncIterable<string>) => AsyncGenerator<DataRecord>

const READERS: Readonly<Record<string, Reader>> = {
  '.csv': (text) => csvRecords(text),
  '.tsv': (text) => csvRecords(text, '\t'),
  '.jsonl': jsonLineRecords,
  '.ndjson': jsonLineRecords,
  '.json': jsonArrayRecords,
}

export interface CheckedBounds {
  /** With `outside` wherever the values were looked at. */
  readonly bounds: readonly Bound[]
  /** What could not be looked at, in words. */
  readonly remarks: readonly string[]
}

/**
 * Counts the values beyond their bounds. What is read is hashed again, so the answer is about the very
 * bytes that get certified. An empty value is a missing one; any other that is no number is outside.
 *
 * @throws CliError `changed-while-hashing`
 */
export async function checkBounds(
  context: HashContext,
  artefact: HashedArtefact,
  bounds: readonly Bound[],
): Promise<CheckedBounds> {
  const tally = new Map(bounds.map(({ field }) => [field, { seen: 0, outside: 0 }]))
  const unread: string[] = []
  for (const file of filesOf(artefact)) {
    const why = await tallyFile(context, file, bounds, tally)
    if (why !== undefined) unread.push(`${file.name}: ${why}`)
  }
  const nowhere = bounds.filter(({ field }) => (tally.get(field)?.seen ?? 0) === 0)
  return {
    bounds: bounds.map((bound) => withCount(bound, tally.get(bound.field), unread.length === 0)),
    remarks: [
      ...shortened(unread),
      ...nowhere.map(({ field }) => `no value of ${field} was found`),
    ],
  }
}

interface Tally {
  seen: number
  outside: number
}

/** Violations that were found are there whatever else was not read; "none" takes having read all. */
function withCount(bound: Bound, tally: Tally | undefined, readAll: boolean): Bound {
  if (tally === undefined || tally.seen === 0) return bound
  return tally.outside > 0 || readAll ? { ...bound, outside: tally.outside } : bound
}

const REMARKS_MAX = 3

function shortened(unread: readonly string[]): readonly string[] {
  const more = unread.length - REMARKS_MAX
  const shown = unread.slice(0, REMARKS_MAX).map((text) => `not checked: ${text}`)
  return more > 0 ? [...shown, `not checked: ${more} more files`] : shown
}

interface DataFile {
  readonly name: string
  readonly path: string
  readonly sha256: string
}

function filesOf({ path, sha256, directory }: HashedArtefact): readonly DataFile[] {
  if (directory === undefined) return [{ name: path, path, sha256 }]
  return directory.manifest.files.map((file) => ({
    name: file.name,
    path: join(path, file.name),
    sha256: file.sha256,
  }))
}

/** @returns why its values could not be told */
async function tallyFile(
  context: HashContext,
  { name, path, sha256 }: DataFile,
  bounds: readonly Bound[],
  tally: ReadonlyMap<string, Tally>,
): Promise<string | undefined> {
  const reader = READERS[extname(name).toLowerCase()]
  if (reader === undefined) return 'neither CSV nor JSON'
  const found = new Map(bounds.map(({ field }) => [field, { seen: 0, outside: 0 }]))
  const hash = createHash('sha256')
  try {
    for await (const record of reader(
      textOf(path, context.signal, (bytes) => hash.update(bytes)),
    )) {
      for (const bound of bounds) count(bound, record.get(bound.field), found.get(bound.field))
    }
  } catch (error) {
    if (error instanceof NotThisForm) return error.message
    throw error
  }
  if (hash.digest('hex') !== sha256) throw changed(path)
  for (const [field, { seen, outside }] of found) {
    const sum = tally.get(field)
    if (sum === undefined) continue
    sum.seen += seen
    sum.outside += outside
  }
  return undefined
}

async function* textOf(
  path: string,
  signal: AbortSignal,
  onBytes: (bytes: Uint8Array) => void,
): AsyncGenerator<string> {
  const file = await openRegularFile(path)
  try {
    const decoder = new StringDecoder('utf8')
    for await (const chunk of file.createReadStream({ autoClose: false })) {
      signal.throwIfAborted()
      onBytes(chunk as Buffer)
      yield decoder.write(chunk as Buffer)
    }
    yield decoder.end()
  } finally {
    await file.close()
  }
}

const NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/

function count({ min, max }: Bound, value: unknown, tally: Tally | undefined): void {
  const text = typeof value === 'string' ? value.trim() : value
  if (tally === undefined || text === undefined || text === null || text === '') return
  tally.seen++
  const number = typeof text === 'string' && NUMBER.test(text) ? Number(text) : text
  const isInside =
    typeof number === 'number' &&
    (min === undefined || number >= min) &&
    (max === undefined || number <= max)
  if (!isInside) tally.outside++
}
