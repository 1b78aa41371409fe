import type { AdvisoryFlag } from '../api/recalls.ts'
import type { AdvisoryPolicy, Policy } from './policy.ts'

/** What is known of an artefact: all that a policy may look at. */
export interface KnownOfArtefact {
  readonly artefact: string
  readonly owner: string
  readonly advisories: readonly AdvisoryFlag[]
  /** False: there may be advisories that were not looked at. */
  readonly advisoriesComplete: boolean
  /** There are more that were looked at and are not among these: of versions that cannot be compared. */
  readonly moreAdvisories?: true
  /** Undefined: it could not be found out. */
  readonly unknownAncestry: boolean | undefined
}

/** What an advisory is to a policy: a reason to refuse, or why it is none. */
export type Weight =
  | 'refused'
  | 'excepted'
  /** Of an organisation whose warnings do not count. */
  | 'not-counted'
  /** Its versions cannot be compared, and the policy refuses what is certain. */
  | 'uncertain'
  /** The owner answered, and the policy lets answers count. */
  | 'answered'

export interface WeighedAdvisory {
  readonly flag: AdvisoryFlag
  readonly weight: Weight
}

export type PolicyRule = keyof Policy

/** What a policy says of one artefact. */
export interface Judgement {
  /** Rules for which it is refused. */
  readonly refused: readonly PolicyRule[]
  /** Rules that would refuse it, for all that is known. */
  readonly undecided: readonly PolicyRule[]
  /** Empty where the policy does not look at advisories. */
  readonly weighed: readonly WeighedAdvisory[]
}

/** Weighs what is known by a policy. A pure function: the same answer for whoever asks. */
export function judge(policy: Policy, known: KnownOfArtefact): Judgement {
  const { refuse = 'never' } = policy.advisories ?? {}
  const rule = { ...policy.advisories, refuse }
  const weighed =
    refuse === 'never'
      ? []
      : known.advisories.map((flag) => ({ flag, weight: weightOf(rule, flag, known) }))
  const byAdvisories = weighed.some(({ weight }) => weight === 'refused')
  const looksAtAncestry = policy.unknownAncestry === 'refuse'
  const byAncestry = looksAtAncestry && known.unknownAncestry === true
  const isAll = known.advisoriesComplete && (refuse === 'affected' || !known.moreAdvisories)
  const isUnsure = refuse !== 'never' && !byAdvisories && !isAll
  return {
    refused: rules(byAdvisories, byAncestry),
    undecided: rules(isUnsure, looksAtAncestry && known.unknownAncestry === undefined),
    weighed,
  }
}

function rules(advisories: boolean, unknownAncestry: boolean): readonly PolicyRule[] {
  return [
    ...(advisories ? (['advisories'] as const) : []),
    ...(unknownAncestry ? (['unknownAncestry'] as const) : []),
  ]
}

function weightOf(
  { refuse, from, except = [], answers = 'ignore' }: AdvisoryPolicy,
  flag: AdvisoryFlag,
  known: KnownOfArtefact,
): Weight {
  const { record, advisory, aliases = [], organisation, certainty } = flag
  if ([record, advisory, ...aliases].some((name) => except.includes(name))) return 'excepted'
  if (from !== undefined && !from.includes(organisation)) return 'not-counted'
  if (certainty === 'unknown' && refuse === 'affected') return 'uncertain'
  return answers === 'count' && isAnswered(flag, known) ? 'answered' : 'refused'
}

/**
 * By the present owner of what is verified, and about that: the owner of an ancestor speaks of the
 * ancestor alone, and others may have used the same package.
 */
function isAnswered({ answers }: AdvisoryFlag, { artefact, owner }: KnownOfArtefact): boolean {
  return answers.some(
    (answer) =>
      answer.artefact === artefact &&
      answer.organisation === owner &&
      (answer.status === 'not_affected' || answer.status === 'fixed'),
  )
}

/** What the network says of bytes that are those of a certificate. */
export type Standing = 'verified' | 'undecidable' | 'recalled'

/**
 * What it is to whoever verifies. A policy only ever takes away: what is recalled stays recalled, and
 * nothing becomes verified by it.
 *
 * @param judgements of every certificate that has these bytes: one that is refused is enough
 */
export function standingUnder(
  standing: Standing,
  judgements: readonly { readonly [what in 'refused' | 'undecided']: readonly unknown[] }[],
): Standing | 'refused-by-policy' {
  if (standing === 'recalled') return standing
  if (judgements.some(({ refused }) => refused.length > 0)) return 'refused-by-policy'
  return judgements.some(({ undecided }) => undecided.length > 0) ? 'undecidable' : standing
}
