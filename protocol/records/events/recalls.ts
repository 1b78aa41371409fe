import type { Digest } from '../../digest.ts'
import type { LedgerFields } from '../ledger-fields.ts'

/**
 * Recalls an artefact, or lifts a recall: at once when its owner signs, else a proposal that the
 * committee's organisations approve. Subject: the artefact, as of an event.
 */
export interface RecallPredicate {
  readonly ledger: LedgerFields
  readonly artefact: Digest
  readonly action: 'recall' | 'lift'
  readonly reason: string
}

/** An organisation of the committee approves a proposal, by its admin key. Subject: the proposal's record id. */
export interface ApprovalPredicate {
  readonly ledger: LedgerFields
  readonly proposal: Digest
}

/** Versions of one package that are affected, in the words of OSV. */
export interface AffectedPackage {
  /** Package URL without a version. */
  readonly purl: string
  readonly versions?: readonly string[]
  readonly ranges?: readonly VersionRange[]
}

/** `fixed` is the first version that is well again, `lastAffected` the last that is not. */
export interface VersionRange {
  readonly introduced: string
  readonly fixed?: string
  readonly lastAffected?: string
}

/** A warning about software: it flags and forbids nothing. Subject: SHA-256 of what it was taken from. */
export interface AdvisoryPredicate {
  readonly ledger: LedgerFields
  /** `CVE-2026-1234`, `GHSA-…`, or a name of the author's. */
  readonly advisory: string
  /** What others call the same thing. */
  readonly aliases?: readonly string[]
  readonly summary: string
  readonly packages: readonly AffectedPackage[]
  readonly severity?: string
  readonly url?: string
}

/** Takes an advisory back: it flags nothing any more, and stays on the ledger. Subject: its record id. */
export interface WithdrawalPredicate {
  readonly ledger: LedgerFields
  /** Record id of the advisory. */
  readonly advisory: Digest
  readonly reason: string
}

export const STATUSES = ['not_affected', 'affected', 'fixed', 'under_investigation'] as const
export type Status = (typeof STATUSES)[number]

/** What the owner of an artefact says to a recall or an advisory that touches it (VEX). Subject: as of an event. */
export interface StatusPredicate {
  readonly ledger: LedgerFields
  readonly artefact: Digest
  /** Record id of the recall or of the advisory. */
  readonly about: Digest
  readonly status: Status
  readonly reason: string
}
