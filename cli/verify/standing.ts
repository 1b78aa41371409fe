import type { ArtefactFlags } from '../../protocol/api/recalls.ts'
import { type Standing, standingUnder } from '../../protocol/policies/judge.ts'
import type { Session } from '../session.ts'
import type { Check } from './check.ts'
import { flagChecks, isCondemned } from './flag-checks.ts'
import { type Applied, appliedPolicy, applyPolicy } from './policy-checks.ts'
import type { PolicyFile } from './policy-file.ts'
import type { Verdict } from './verdict.ts'

/** What hangs over one certificate, and what the policy of whoever verifies makes of it. */
export interface Hanging {
  readonly flags: ArtefactFlags
  readonly checks: readonly Check[]
  readonly applied?: Applied
}

/** @throws CliError where the node does not answer */
export async function hangingOn(
  session: Session,
  record: string,
  policy: PolicyFile | undefined,
): Promise<Hanging> {
  const flags = await session.chain.flags(record)
  return hangingOver(flags, policy, await countedIn(session, flags, policy))
}

/**
 * Where there are more advisories than one answer holds, and the policy listens to some organisations
 * only, theirs are asked for alone: the others, however many, are in the way of no verdict.
 */
async function countedIn(
  { chain }: Session,
  flags: ArtefactFlags,
  policy: PolicyFile | undefined,
): Promise<ArtefactFlags> {
  const { from, refuse = 'never' } = policy?.rules.advisories ?? {}
  const isAll = flags.advisoriesComplete && flags.moreAdvisories === undefined
  if (isAll || from === undefined || refuse === 'never') return flags
  const ofOthers = flags.advisories.filter(({ organisation }) => !from.includes(organisation))
  const theirs = await chain.flags(flags.artefact, [...new Set(from)])
  return { ...theirs, advisories: [...theirs.advisories, ...ofOthers] }
}

const UNSURE = 'there may be more of them than one question looks at'

function hangingOver(
  flags: ArtefactFlags,
  policy: PolicyFile | undefined,
  counted: ArtefactFlags,
): Hanging {
  const checks = flagChecks(flags)
  if (policy === undefined) return { flags, checks }
  const unknownAncestry = flags.unknownAncestry === true
  const applied = applyPolicy(policy, { ...counted, unknownAncestry }, UNSURE)
  return { flags, applied, checks: [...checks, ...applied.checks] }
}

/** The verdict about bytes that are those of these certificates. */
export function standingOf(
  hanging: readonly Hanging[],
  policy: PolicyFile | undefined,
): Pick<Verdict, 'verdict' | 'flags' | 'policy'> {
  const flags = hanging.map((each) => each.flags)
  const applied = hanging.flatMap((each) => each.applied ?? [])
  return {
    verdict: standingUnder(standingWithout(flags), applied),
    flags,
    ...(policy === undefined ? {} : { policy: appliedPolicy(policy, applied) }),
  }
}

/** One recall is enough, and what was not looked at may have one. */
function standingWithout(flags: readonly ArtefactFlags[]): Standing {
  if (flags.some(isCondemned)) return 'recalled'
  return flags.every(({ complete }) => complete) ? 'verified' : 'undecidable'
}
