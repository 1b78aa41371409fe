import type { Match } from '../api/resolve.ts'
import { type Digest, isDigest } from '../digest.ts'
import { RESOLVE_MATCHES_MAX } from '../limits.ts'
import { isCertificate } from '../records/record.ts'
import { artefactTypeName } from '../replica/blocks/family-entry.ts'
import { PREFIXES } from '../storage-keys.ts'
import { heightOfBlock } from './block-view.ts'
import type { Query, ScanEntry } from './query.ts'
import { type LedgerView, readCommitted, storedId } from './read-record.ts'

/** What a person may have meant: one text can be several of these. */
export interface Reading {
  /** Of a record, of content, or of a block. */
  readonly digest?: Digest
  /** The beginning of one: 4 to 63 hex digits. */
  readonly prefix?: string
  readonly cid?: string
  readonly name?: ArtefactName
}

export interface ArtefactName {
  readonly organisation: string
  readonly name: string
  readonly version?: string
}

const PREFIX = /^[0-9a-f]{4,63}$/
const CID = /^baf[a-z2-7]{20,120}$/
const NAME = /^(?:([a-z0-9][a-z0-9._-]*)\/)?([a-z0-9][a-z0-9._-]*)(?:@([a-z0-9][a-z0-9._-]*))?$/

/** @param organisation whose names a bare name means */
export function classifyQuery(text: string, organisation: string): Reading {
  const name = nameOf(text, organisation)
  return {
    ...(isDigest(text) ? { digest: text } : {}),
    ...(PREFIX.test(text) ? { prefix: text } : {}),
    ...(CID.test(text) ? { cid: text } : {}),
    ...(name === undefined ? {} : { name }),
  }
}

function nameOf(text: string, own: string): ArtefactName | undefined {
  const match = NAME.exec(text)
  if (match === null) return undefined
  const [, organisation = own, name = '', version] = match
  return { organisation, name, ...(version === undefined ? {} : { version }) }
}

/**
 * Everything on the ledger that a text may name: none, one, or candidates to choose from, at most
 * RESOLVE_MATCHES_MAX of them.
 *
 * @param organisation whose names a bare name means
 */
export function* resolveQuery(
  ledger: LedgerView,
  text: string,
  organisation: string,
): Query<Match[]> {
  const { digest, prefix, cid, name } = classifyQuery(text, organisation)
  const matches: Match[] = []
  if (digest !== undefined) matches.push(...(yield* byDigest(ledger, digest)))
  if (cid !== undefined) {
    const ids = yield* idsUnder(`${PREFIXES.artefactCid}${cid}/`)
    matches.push(...ids.flatMap((id) => recordMatch(ledger, id, 'cid')))
  }
  if (name !== undefined) matches.push(...(yield* byName(ledger, name)))
  if (prefix !== undefined) matches.push(...(yield* byPrefix(ledger, prefix)))
  return distinct(matches)
}

function* byDigest(ledger: LedgerView, digest: Digest): Query<Match[]> {
  const ids = yield* idsUnder(`${PREFIXES.artefactDigest}${digest}/`)
  return [
    ...recordMatch(ledger, digest, 'record'),
    ...ids.flatMap((id) => recordMatch(ledger, id, 'digest')),
    ...blockMatch(ledger, digest, 'record'),
  ]
}

function* byPrefix(ledger: LedgerView, prefix: string): Query<Match[]> {
  const records = yield* idsUnder(PREFIXES.record, prefix)
  const artefacts = yield* idsUnder(PREFIXES.artefactDigest, prefix)
  const blocks = yield* idsUnder(PREFIXES.blockId, prefix)
  return [
    ...[...records, ...artefacts].flatMap((id) => recordMatch(ledger, id, 'prefix')),
    ...blocks.flatMap((id) => blockMatch(ledger, id, 'prefix')),
  ]
}

function* byName(ledger: LedgerView, wanted: ArtefactName): Query<Match[]> {
  const prefix = `${PREFIXES.name}${wanted.organisation}/${wanted.name}/`
  const entries = yield { prefix, limit: RESOLVE_MATCHES_MAX }
  const found = entries.flatMap(({ value }) => recordMatch(ledger, storedId(value), 'name'))
  if (wanted.version === undefined) return found
  return found.filter(({ name }) => name === `${wanted.name}@${wanted.version}`)
}

/** The ids at the end of the keys under `keys`, those that begin with `start`. */
function* idsUnder(keys: string, start = ''): Query<readonly Digest[]> {
  const entries = yield { prefix: keys + start, limit: RESOLVE_MATCHES_MAX }
  return entries.map(idOfKey)
}

function idOfKey({ key }: ScanEntry): Digest {
  return key.slice(key.lastIndexOf('/') + 1) as Digest
}

function recordMatch(ledger: LedgerView, id: Digest, by: Match['by']): Match[] {
  const found = readCommitted(ledger, id)
  if (found === undefined) return []
  const { record, author } = found
  const match = { record: id, by, type: record.type, organisation: author.organisation }
  if (!isCertificate(record)) return [{ ...match, kind: 'record' }]
  const { name, version } = record.statement.predicate.artefact
  return [
    { ...match, type: artefactTypeName(record), kind: 'artefact', name: `${name}@${version}` },
  ]
}

function blockMatch(ledger: LedgerView, id: Digest, by: Match['by']): Match[] {
  return heightOfBlock(ledger.reader, id) === undefined ? [] : [{ record: id, kind: 'block', by }]
}

/** The first way in which something matched is the one to name. */
function distinct(matches: readonly Match[]): Match[] {
  const byRecord = new Map<string, Match>()
  for (const match of matches) if (!byRecord.has(match.record)) byRecord.set(match.record, match)
  return [...byRecord.values()].slice(0, RESOLVE_MATCHES_MAX)
}
