import type { Statement, Subject } from './statement.ts'

/** The one thing that a statement speaks of. */
export function subjectOf(statement: Pick<Statement, 'subject'>): Subject {
  return statement.subject[0] as Subject
}

/** The digest of a subject, plain or salted. */
export function subjectDigest({ digest }: Subject) {
  return 'sha256' in digest ? digest.sha256 : digest['pedigree-salted-sha256']
}

export function isSalted({ digest }: Subject): boolean {
  return !('sha256' in digest)
}
