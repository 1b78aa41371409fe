import type { Registration, Registrations } from '../api/registrations.ts'
import { assert } from '../assert.ts'
import { type Digest, isDigest } from '../digest.ts'
import { INDEX_PAGE_ENTRIES, REGISTRATIONS_COUNTED_MAX, REGISTRATIONS_MAX } from '../limits.ts'
import { PREFIXES } from '../storage-keys.ts'
import { mustReadRelative, type Relative } from './family/family.ts'
import { namedArtefact } from './family/named-artefact.ts'
import { PAUSE, type Query } from './query.ts'
import type { LedgerView } from './read-record.ts'

/**
 * Who registered this content, the first before the others (T-M6). The index has them in the order of
 * record ids, which a thief can choose by trying: so all are read, and none can crowd out the first.
 */
export function* registrationsOf(ledger: LedgerView, digest: Digest): Query<Registrations> {
  const prefix = `${PREFIXES.artefactDigest}${digest}/`
  let earliest: readonly Relative[] = []
  let total = 0
  let after: string | undefined
  while (total < REGISTRATIONS_COUNTED_MAX) {
    const place = after === undefined ? {} : { after }
    const entries = yield { prefix, limit: INDEX_PAGE_ENTRIES, ...place }
    const page = entries.map(({ key }) => mustReadRelative(ledger, idIn(key, prefix)))
    total += page.length
    earliest = [...earliest, ...page].toSorted(byOrder).slice(0, REGISTRATIONS_MAX)
    after = entries.at(-1)?.key
    if (entries.length < INDEX_PAGE_ENTRIES) return answer(earliest, total, true)
    yield PAUSE
  }
  return answer(earliest, total, false)
}

function idIn(key: string, prefix: string): Digest {
  const id = key.slice(prefix.length)
  assert(isDigest(id), 'an index entry of a digest ends with a record id')
  return id
}

function byOrder({ entry: a }: Relative, { entry: b }: Relative): number {
  return a.logIndex - b.logIndex
}

function answer(earliest: readonly Relative[], total: number, complete: boolean): Registrations {
  return { registrations: earliest.map(registration), total, complete }
}

function registration(relative: Relative): Registration {
  const { organisation, signer, height, salted } = relative.entry
  return {
    ...namedArtefact(relative),
    organisation,
    signer,
    height,
    ...(salted === true ? { salted } : {}),
  }
}
