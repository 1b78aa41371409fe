import type { Digest } from '../digest.ts'
import { subjectDigest, subjectOf } from '../records/consistency.ts'
import type { LedgerRecord } from '../records/record.ts'

/** A record that another one names, and what it says of it. */
export interface NamedRecord {
  readonly record: Digest
  readonly digest: Digest
  /** Undefined where any artefact will do. */
  readonly type?: 'dataset' | 'model'
}

/** The records that a record stands on: what "all ancestors" climbs along. */
export function relatedRecords(record: LedgerRecord): readonly NamedRecord[] {
  switch (record.type) {
    case 'model':
      return [
        ...certified(record.statement.predicate.datasets, 'dataset'),
        ...certified(record.statement.predicate.parents, 'model'),
      ]
    case 'retirement': {
      const digest = subjectDigest(subjectOf(record.statement))
      return [{ record: record.statement.predicate.artefact, digest }]
    }
    case 'dataset':
    case 'key':
      return []
  }
}

type Edge =
  | { readonly kind: 'certified'; readonly record: Digest; readonly digest: Digest }
  | { readonly kind: 'unknown' | 'external' }

function certified(edges: readonly Edge[], type: 'dataset' | 'model'): readonly NamedRecord[] {
  return edges.flatMap((edge) =>
    edge.kind === 'certified' ? [{ record: edge.record, digest: edge.digest, type }] : [],
  )
}
