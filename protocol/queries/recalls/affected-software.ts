import { parsePackageUrl } from '../../advisories/package-url.ts'
import { type Affectedness, affectedness } from '../../advisories/versions.ts'
import type { AffectedArtefact, Impact } from '../../api/advisories.ts'
import type { Digest } from '../../digest.ts'
import { INDEX_PAGE_ENTRIES, LINEAGE_NODES_MAX } from '../../limits.ts'
import type { AffectedPackage } from '../../records/events/recalls.ts'
import { PREFIXES } from '../../storage-keys.ts'
import { childrenOf, mustReadState } from '../family/family.ts'
import { nameOf } from '../family/named-artefact.ts'
import { PAUSE, type Query, type ScanEntry } from '../query.ts'
import type { LedgerView } from '../read-record.ts'
import { advisoryView, answerOf } from './advisories.ts'

type Certainty = AffectedArtefact['certainty']

/** An artefact, and how the advisory came to it. */
interface Touched {
  readonly certainty: Certainty
  readonly purl?: string
  readonly via?: Digest
}

/**
 * Everything on the ledger that an advisory touches: artefacts whose certificates name an affected
 * version, or one that cannot be compared, and all that was made from them.
 *
 * @returns undefined for an id that is no advisory; a withdrawn one touches nothing
 */
export function* affectedBy(ledger: LedgerView, id: Digest): Query<Impact | undefined> {
  const advisory = advisoryView(ledger, id)
  if (advisory === undefined) return undefined
  if (advisory.withdrawn !== undefined) return { advisory, artefacts: [], complete: true }
  const touched = new Map<Digest, Touched>()
  for (const affected of advisory.packages) yield* addUsers(touched, affected)
  // Those that are affected go first: what descends from both kinds is affected.
  const seeds = [...touched].sort(([, a], [, b]) => rankOf(a) - rankOf(b))
  const complete = yield* addDescendants(touched, seeds)
  const artefacts: AffectedArtefact[] = []
  for (const [artefact, how] of touched) {
    yield PAUSE
    artefacts.push(describe(ledger, artefact, { id, how }))
  }
  return { advisory, artefacts, complete }
}

function rankOf({ certainty }: Touched): number {
  return certainty === 'affected' ? 0 : 1
}

/** The artefacts that name the package: with a version, then without one. */
function* addUsers(touched: Map<Digest, Touched>, affected: AffectedPackage): Query<void> {
  const { base, type } = parsePackageUrl(affected.purl)
  const known = new Map<string, Affectedness>()
  for (const mark of ['@', '/']) {
    const prefix = `${PREFIXES.software}${base}${mark}`
    let entries: readonly ScanEntry[] = []
    do {
      const last: ScanEntry | undefined = entries.at(-1)
      const after = last === undefined ? {} : { after: last.key }
      entries = yield { prefix, limit: INDEX_PAGE_ENTRIES, ...after }
      for (const { key } of entries) {
        const { purl, record } = userOf(key)
        const named = parsePackageUrl(purl)
        // Behind base and slash there may also be the rest of a longer name.
        if (named.base !== base) continue
        const verdict = known.get(purl) ?? affectedness(type, named.version, affected)
        known.set(purl, verdict)
        if (verdict === 'not-affected' || touched.get(record)?.certainty === 'affected') continue
        if (touched.size <= LINEAGE_NODES_MAX) touched.set(record, { certainty: verdict, purl })
      }
    } while (entries.length === INDEX_PAGE_ENTRIES)
  }
}

function userOf(key: string): { readonly purl: string; readonly record: Digest } {
  const end = key.lastIndexOf('/')
  return { purl: key.slice(PREFIXES.software.length, end), record: key.slice(end + 1) as Digest }
}

/** @returns whether all of them are there */
function* addDescendants(
  touched: Map<Digest, Touched>,
  seeds: readonly (readonly [Digest, Touched])[],
): Query<boolean> {
  if (touched.size > LINEAGE_NODES_MAX) return false
  for (const certainty of ['affected', 'unknown'] as const) {
    const waiting = seeds.filter(([, how]) => how.certainty === certainty).map(([id]) => id)
    // Appended to while it is walked: generation by generation.
    for (const via of waiting) {
      for (const child of yield* childrenOf(via, LINEAGE_NODES_MAX + 1)) {
        const before = touched.get(child)
        if (before?.certainty === 'affected' || before?.certainty === certainty) continue
        if (before === undefined && touched.size >= LINEAGE_NODES_MAX) return false
        touched.set(child, { ...before, certainty, via })
        waiting.push(child)
      }
    }
  }
  return true
}

function describe(
  ledger: LedgerView,
  artefact: Digest,
  { id, how }: { readonly id: Digest; readonly how: Touched },
): AffectedArtefact {
  const answer = answerOf(ledger, artefact, id)
  return {
    artefact: nameOf(ledger, artefact),
    owner: mustReadState(ledger, artefact).owner,
    ...how,
    ...(answer === undefined ? {} : { answer }),
  }
}
