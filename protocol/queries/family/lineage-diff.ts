import type { Digest } from '../../digest.ts'
import { QUERY_RECORDS_MAX, STORY_RECORDS_MAX } from '../../limits.ts'
import { isCertificate } from '../../records/record.ts'
import { PREFIXES } from '../../storage-keys.ts'
import { type Fact, type Facts, factsOf, factsUnder } from '../certificate-facts.ts'
import { PAUSE, type Query } from '../query.ts'
import { type LedgerView, readCommitted, storedId } from '../read-record.ts'
import { readRelative } from './family.ts'
import { lineage } from './lineage.ts'
import type { LineageGraph, LineageNode } from './lineage-graph.ts'
import { pairUp } from './pair-up.ts'

/** What two lineages do not have in common: where to look for the origin of an error (G20). */
export interface LineageDiff {
  readonly a: Digest
  readonly b: Digest
  /** Artefacts that both stand on. */
  readonly same: number
  /** The same artefact in another version, the oldest difference first. */
  readonly changed: readonly ChangedArtefact[]
  readonly onlyA: readonly LineageNode[]
  readonly onlyB: readonly LineageNode[]
  /** False when one of the families is too large to be compared whole. */
  readonly complete: boolean
}

export interface ChangedArtefact {
  readonly a: LineageNode
  readonly b: LineageNode
  /** Empty when everything that was signed is the same. */
  readonly differences: readonly Difference[]
}

/** A fact that one of the two does not state is absent there. */
export interface Difference {
  readonly path: string
  readonly a?: Fact
  readonly b?: Fact
}

/** @returns undefined when one of the ids registers no artefact */
export function* lineageDiff(
  ledger: LedgerView,
  a: Digest,
  b: Digest,
): Query<LineageDiff | undefined> {
  const left = yield* lineage(ledger, a, { down: 0 })
  const right = yield* lineage(ledger, b, { down: 0 })
  if (left === undefined || right === undefined) return undefined
  const { same, pairs, onlyA, onlyB } = pairUp(left, right)
  const changed: ChangedArtefact[] = []
  let toRead = QUERY_RECORDS_MAX
  for (const pair of pairs.slice(0, QUERY_RECORDS_MAX / 2)) {
    if (toRead <= 0) break
    const before = yield* allFacts(ledger, pair.a)
    const after = yield* allFacts(ledger, pair.b)
    toRead -= before.read + after.read
    changed.push({ ...pair, differences: differences(before.facts, after.facts) })
  }
  const whole = [left, right].every(isWhole) && changed.length === pairs.length
  return { a, b, same, changed, onlyA, onlyB, complete: whole }
}

function isWhole({ truncated }: LineageGraph): boolean {
  return Object.keys(truncated).length === 0
}

interface ReadFacts {
  readonly facts: Facts
  /** Records that were read for them. */
  readonly read: number
}

/** What the certificate says, and the phases that were added to it; a corrected phase counts no more. */
function* allFacts(ledger: LedgerView, node: LineageNode): Query<ReadFacts> {
  const certificate = readCommitted(ledger, node.record)?.record
  const facts = new Map<string, Fact>([
    ['version', node.version],
    ['name', `${node.organisation}/${node.name}`],
    ['digest', node.sha256 ?? node.saltedSha256 ?? ''],
    ['signer', node.signer],
  ])
  const nameOf = (record: Digest) => {
    const entry = readRelative(ledger, record)?.entry
    return entry === undefined ? record : `${entry.organisation}/${entry.name}`
  }
  if (certificate !== undefined && isCertificate(certificate)) {
    for (const [path, fact] of factsOf(certificate, nameOf)) facts.set(path, fact)
  }
  let read = 1
  const prefix = `${PREFIXES.event}${node.record}/`
  for (const { value } of yield { prefix, limit: STORY_RECORDS_MAX }) {
    yield PAUSE
    read++
    const record = readCommitted(ledger, storedId(value))?.record
    if (record?.type !== 'phase') continue
    const { phase, content, supersedes } = record.statement.predicate
    const under = `phase ${phase}`
    if (supersedes !== undefined) forget(facts, under)
    for (const [path, fact] of factsUnder(under, content)) facts.set(path, fact)
  }
  return { facts, read }
}

function forget(facts: Map<string, Fact>, under: string): void {
  for (const path of facts.keys()) if (path.startsWith(`${under}/`)) facts.delete(path)
}

function differences(a: Facts, b: Facts): readonly Difference[] {
  const paths = [...new Set([...a.keys(), ...b.keys()])]
  return paths.flatMap((path) => {
    const [before, after] = [a.get(path), b.get(path)]
    if (before === after) return []
    return [
      {
        path,
        ...(before === undefined ? {} : { a: before }),
        ...(after === undefined ? {} : { b: after }),
      },
    ]
  })
}
