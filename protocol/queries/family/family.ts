import { assert } from '../../assert.ts'
import type { Digest } from '../../digest.ts'
import type { RecordOf } from '../../records/record.ts'
import type { CertificateType } from '../../records/statement.ts'
import {
  decodeFamilyEntry,
  type FamilyEntry,
  unknownOrigins,
} from '../../replica/blocks/family-entry.ts'
import { type ArtefactState, readArtefact } from '../../rules/artefact-state.ts'
import { PREFIXES, storageKey } from '../../storage-keys.ts'
import type { Query } from '../query.ts'
import { type LedgerView, stateView } from '../read-record.ts'
import type { LineageNode, UnknownAncestry } from './lineage-graph.ts'

/** One artefact of a family, without its certificate: two short reads. */
export interface Relative {
  readonly record: Digest
  readonly entry: FamilyEntry
}

/** @returns undefined for an id that registers no artefact */
export function readRelative({ reader }: LedgerView, record: Digest): Relative | undefined {
  const bytes = reader.get(storageKey.family(record))
  return bytes === undefined ? undefined : { record, entry: decodeFamilyEntry(bytes) }
}

/** One that an index or an edge of a committed record names. */
export function mustReadRelative(ledger: LedgerView, record: Digest): Relative {
  const found = readRelative(ledger, record)
  assert(found !== undefined, 'a certified edge leads to an artefact on the ledger')
  return found
}

/** What can change of an artefact, as it is now. */
export function mustReadState({ reader }: LedgerView, record: Digest): ArtefactState {
  const artefact = readArtefact(stateView(reader), record)
  assert(artefact !== undefined, 'a committed birth certificate has its artefact in the state')
  return artefact
}

/**
 * What was made from an artefact directly, in the order of record ids.
 *
 * @param limit at most so many
 * @param after the last one that is known already
 */
export function* childrenOf(
  record: Digest,
  limit: number,
  after?: Digest,
): Query<readonly Digest[]> {
  const prefix = `${PREFIXES.descendant}${record}/`
  const entries = yield { prefix, limit, ...(after === undefined ? {} : { after: prefix + after }) }
  return entries.map(({ key }) => key.slice(prefix.length) as Digest)
}

/** What every picture of a family shows of one artefact. */
export function nodeOf(ledger: LedgerView, relative: Relative, depth: number): LineageNode {
  const { record, entry } = relative
  const { type, name, version, organisation, signer, digest, salted, height, unknown } = entry
  const { state, owner, recall, invalid, unknownAncestry } = mustReadState(ledger, record)
  const isUnknown = unknown.length > 0 || unknownAncestry === true
  return {
    record,
    type,
    name,
    version,
    organisation,
    signer,
    owner,
    state,
    ...(salted === true ? { saltedSha256: digest } : { sha256: digest }),
    height,
    depth,
    ...(isUnknown ? { unknownAncestry: unknown.length > 0 ? 'own' : 'inherited' } : {}),
    ...(recall === undefined ? {} : { recall }),
    ...(invalid === undefined ? {} : { invalid }),
  }
}

/** The edges of a birth certificate that say openly that no record exists. */
export function unknownAncestry(record: RecordOf<CertificateType>): readonly UnknownAncestry[] {
  return unknownOrigins(record.statement.predicate).map((origin) => ({ ...origin, to: record.id }))
}
