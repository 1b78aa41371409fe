import type { ArtefactFlags } from '../../protocol/api/recalls.ts'
import { type Standing, standingUnder } from '../../protocol/policies/judge.ts'
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

const UNSURE = 'there may be more of them than one question looks at'

export function hangingOver(flags: ArtefactFlags, policy: PolicyFile | undefined): Hanging {
  const checks = flagChecks(flags)
  if (policy === undefined) return { flags, checks }
  const unknownAncestry = flags.unknownAncestry === true
  const applied = applyPolicy(policy, { ...flags, unknownAncestry }, UNSURE)
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
