import { HOME_FILES } from '../../protocol/home.ts'
import { type Judgement, judge, type KnownOfArtefact } from '../../protocol/policies/judge.ts'
import { printable } from '../output/printable.ts'
import type { Check } from './check.ts'
import type { PolicyFile } from './policy-file.ts'

/** What a policy made of what was verified: for scripts. */
export interface AppliedPolicy extends PolicyFile {
  /** Empty also where there was nothing to judge: other bytes, or bytes that nobody certified. */
  readonly refused: readonly PolicyFinding[]
  readonly undecided: readonly PolicyFinding[]
}

/** One rule of a policy, and the artefact that it refuses, or cannot decide about. */
export interface PolicyFinding {
  readonly artefact: string
  readonly rule: Judgement['refused'][number]
  /** The advisories for which it is refused: record ids. */
  readonly advisories?: readonly string[]
}

/** What a policy says of one artefact: for people, and for scripts. */
export interface Applied {
  readonly checks: readonly Check[]
  readonly refused: readonly PolicyFinding[]
  readonly undecided: readonly PolicyFinding[]
}

/** @param unsure why not every advisory was looked at, where that is so */
export function applyPolicy(file: PolicyFile, known: KnownOfArtefact, unsure: string): Applied {
  const { artefact } = known
  const judgement = judge(file.rules, known)
  const { refused, undecided, weighed } = judgement
  const advisories = weighed.flatMap(({ flag, weight }) =>
    weight === 'refused' ? [flag.record] : [],
  )
  const described = describe(file, judgement, unsure)
  return {
    checks: described.map(({ ok, detail }) => {
      return { check: 'policy', ok, detail: `${ownerOf(file)} ${detail}` }
    }),
    refused: refused.map((rule) => ({
      artefact,
      rule,
      ...(rule === 'advisories' && { advisories }),
    })),
    undecided: undecided.map((rule) => ({ artefact, rule })),
  }
}

/** @param applied to each certificate; empty where there was none to judge */
export function appliedPolicy(file: PolicyFile, applied: readonly Applied[]): AppliedPolicy {
  const refused = applied.flatMap((each) => each.refused)
  const undecided = applied.flatMap((each) => each.undecided)
  return { ...file, refused, undecided }
}

/** Which policy counted, for people. */
export function policyLine({ path, origin, sha256 }: PolicyFile): string {
  const where = origin === 'home' ? `${HOME_FILES.policy} of this home` : printable(path)
  return `${where}, sha256 ${sha256}`
}

function ownerOf({ path, origin }: PolicyFile): string {
  return origin === 'home' ? "this home's policy" : `the policy ${printable(path)}`
}

type Answer = Pick<Check, 'ok' | 'detail'>

function describe(file: PolicyFile, judgement: Judgement, unsure: string): readonly Answer[] {
  const { advisories, unknownAncestry } = file.rules
  return [
    ...(advisories?.refuse === undefined || advisories.refuse === 'never'
      ? []
      : advisoryAnswers(judgement, advisories.refuse, unsure)),
    ...(unknownAncestry === 'refuse' ? [ancestryAnswer(judgement)] : []),
  ]
}

function advisoryAnswers(
  { weighed, undecided }: Judgement,
  refuse: string,
  unsure: string,
): readonly Answer[] {
  const answers = weighed.map(({ flag, weight }): Answer => {
    const name = `advisory ${printable(flag.advisory)} of ${printable(flag.organisation)}`
    const because = {
      refused: `refuses it for ${name} (advisories.refuse: ${refuse})`,
      excepted: `accepts ${name}: it is among its exceptions`,
      'not-counted': `does not count ${name}: it is not from whom it listens to`,
      uncertain: `accepts ${name}: whether it concerns that version cannot be decided`,
      answered: `accepts ${name}, as its owner answered`,
    }
    return { ok: weight !== 'refused', detail: because[weight] }
  })
  if (undecided.includes('advisories')) {
    return [...answers, { ok: null, detail: `refuses some advisories, and ${unsure}` }]
  }
  return answers.length > 0
    ? answers
    : [{ ok: true, detail: 'finds no advisory about what it was made with' }]
}

function ancestryAnswer({ refused, undecided }: Judgement): Answer {
  if (refused.includes('unknownAncestry')) {
    const detail = 'refuses it: it comes from what nobody has certified (unknownAncestry: refuse)'
    return { ok: false, detail }
  }
  return undecided.includes('unknownAncestry')
    ? { ok: null, detail: 'refuses unknown ancestry, and its ancestors are not in the receipt' }
    : { ok: true, detail: 'finds no unknown ancestry' }
}
