/** What came of an attack. */
export interface Outcome {
  /** The answer was the expected one. */
  readonly held: boolean
  /** What was seen, in words. */
  readonly observed: string
}

/** One insider attack of the threat tables, in words and as a thing that can be run. */
export interface Attack {
  readonly id: string
  readonly attacker: string
  readonly action: string
  readonly expected: string
  /** Undefined: only meaningful with real processes (processes.ts). An attack may have both. */
  readonly run: (() => Outcome) | undefined
}

/** One thing that must be so for the attack to have failed. */
export interface Finding {
  readonly so: boolean
  readonly what: string
}

export function finding(so: boolean, what: string): Finding {
  return { so, what }
}

/** Held when all of them are so; what is observed names those that are not, and each thing once. */
export function judge(findings: readonly Finding[]): Outcome {
  const broken = findings.filter(({ so }) => !so)
  const told = new Set((broken.length > 0 ? broken : findings).map(({ what }) => what))
  return {
    held: broken.length === 0,
    observed: `${broken.length > 0 ? 'NOT so: ' : ''}${[...told].join('; ')}`,
  }
}

/** What came of an attack that was tried in several places: it failed when it failed in all of them. */
export function combine(outcomes: readonly Outcome[]): Outcome | undefined {
  if (outcomes.length === 0) return undefined
  const won = outcomes.filter(({ held }) => !held)
  const told = (won.length > 0 ? won : outcomes).map(({ observed }) => observed)
  return { held: won.length === 0, observed: told.join('; ') }
}
