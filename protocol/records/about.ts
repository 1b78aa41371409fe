import type { Digest } from '../digest.ts'
import type { LedgerRecord } from './record.ts'

/** What a record was said of, by record id: an artefact, or a proposal about one; undefined: of neither. */
export function aboutOf({ statement: { predicate } }: LedgerRecord): Digest | undefined {
  if ('proposal' in predicate) return predicate.proposal
  const about = 'artefact' in predicate ? predicate.artefact : undefined
  return typeof about === 'string' ? about : undefined
}
