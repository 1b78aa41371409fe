import type { Digest } from '../../digest.ts'
import type { Rejection } from '../../rejection.ts'
import { fault } from '../fault.ts'
import type { Statement } from '../statement.ts'
import { isSalted, subjectDigest, subjectOf } from '../subject.ts'
import type {
  AdvisoryPredicate,
  AffectedPackage,
  ApprovalPredicate,
  WithdrawalPredicate,
} from './recalls.ts'

export function checkApproval(statement: Statement<ApprovalPredicate>): Rejection | undefined {
  return checkAboutRecord(statement, statement.predicate.proposal, 'proposal')
}

export function checkWithdrawal(statement: Statement<WithdrawalPredicate>): Rejection | undefined {
  return checkAboutRecord(statement, statement.predicate.advisory, 'advisory')
}

/** A record about a record: its subject is that record's id, as name and as digest. */
function checkAboutRecord(statement: Statement, about: Digest, what: string) {
  const subject = subjectOf(statement)
  return subject.name === about && !isSalted(subject) && subjectDigest(subject) === about
    ? undefined
    : fault('/subject/0', `must be the record id of the ${what}`)
}

export function checkAdvisory(statement: Statement<AdvisoryPredicate>): Rejection | undefined {
  const { advisory, packages } = statement.predicate
  const subject = subjectOf(statement)
  if (subject.name !== advisory) return fault('/subject/0/name', 'must be the name of the advisory')
  if (isSalted(subject)) return fault('/subject/0/digest', 'must be a plain SHA-256')
  for (const [i, affected] of packages.entries()) {
    const wrong = checkPackage(affected)
    if (wrong !== undefined) return fault(`/predicate/packages/${i}`, wrong)
  }
  return undefined
}

const VERSION_OR_QUALIFIERS = /[@?#]/

function checkPackage({ purl, versions, ranges }: AffectedPackage): string | undefined {
  // A scope of npm is written %40, so an @ can only begin a version.
  if (VERSION_OR_QUALIFIERS.test(purl)) return 'must be a package URL without version or qualifiers'
  if (versions === undefined && ranges === undefined) return 'must have versions or ranges'
  const both = ranges?.some(
    ({ fixed, lastAffected }) => fixed !== undefined && lastAffected !== undefined,
  )
  return both === true ? 'must not have a range with both fixed and lastAffected' : undefined
}
