import type { Digest } from '../digest.ts'
import { isCertificate, type LedgerRecord } from '../records/record.ts'
import { subjectDigest, subjectOf } from '../records/subject.ts'
import { edgesOf } from '../rules/edges.ts'

/** A record that another one names, and what it says of it. */
export interface NamedRecord {
  readonly record: Digest
  readonly digest: Digest
  /** Undefined where any artefact will do. */
  readonly types?: readonly string[] | undefined
}

/** The records that a record stands on: what "all ancestors" climbs along. */
export function relatedRecords(record: LedgerRecord): readonly NamedRecord[] {
  if (isCertificate(record)) return edgesOf(record.statement.predicate).certified
  switch (record.type) {
    case 'event':
    case 'phase':
    case 'recall':
    case 'status': {
      const digest = subjectDigest(subjectOf(record.statement))
      return [{ record: record.statement.predicate.artefact, digest }]
    }
    case 'approval':
    case 'advisory':
    case 'withdrawal':
    case 'key':
    case 'rejoin':
      return []
  }
}
