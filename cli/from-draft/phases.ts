import type { ArtefactAnswer } from '../../protocol/api/artefacts.ts'
import { SCALARS_MAX } from '../../protocol/limits.ts'
import type { Scalars } from '../../protocol/records/certificates/certificates.ts'
import { PHASES, type Phase, type PhaseContents } from '../../protocol/records/events/events.ts'
import type { CapturedFact } from '../capture/capture.ts'
import { isNameAllowed, isValueAllowed } from '../capture/environment/flatten.ts'
import type { Draft } from '../draft/draft.ts'
import { given } from '../given.ts'
import { phaseLines } from '../output/phase-lines.ts'
import type { PhaseOfPerson } from '../phases/labeller.ts'
import type { PhaseToSign } from '../phases/phase-to-sign.ts'
import { signPhase } from '../phases/sign-phase.ts'
import type { Session } from '../session.ts'
import type { SigningFlags } from '../signing/flags.ts'
import { publishedSoftware } from './summary.ts'

/**
 * The phases of a model that a draft tells: those that the person filled in, and training and
 * evaluation as far as they were captured. What the person wrote counts before what was captured.
 */
export function phasesIn({ yours, capture }: Draft): readonly PhaseToSign[] {
  const { goal, decisions = [], phases = {} } = yours
  const software = publishedSoftware(capture)
  const training: PhaseContents['training'] = {
    ...(software.length === 0 ? {} : { software }),
    hardware: scalarsOf(Object.entries(capture.hardware)),
    ...phases.training,
    hyperparameters: { ...factsOf(capture.parameters), ...phases.training?.hyperparameters },
  }
  const metrics = { ...factsOf(capture.metrics), ...phases.evaluation?.metrics }
  const contents: { readonly [P in Phase]?: PhaseContents[P] } = {
    ...(goal === undefined ? {} : { requirements: { goal } }),
    ...phases,
    training,
    ...(Object.keys(metrics).length === 0 ? {} : { evaluation: { ...phases.evaluation, metrics } }),
  }
  return PHASES.flatMap((phase): readonly PhaseToSign[] => {
    const content = contents[phase]
    if (content === undefined) return []
    const isTold = phase === 'training' && decisions.length > 0
    return [{ phase, content, ...(isTold ? { decisions } : {}), evidence: [] }]
  })
}

/** By name; where two files give one name two values, the later is told apart by its file. */
export function factsOf(facts: readonly CapturedFact[]): Scalars {
  const found = new Map<string, string | number | boolean>()
  for (const { name, value, from } of facts) {
    const isTaken = found.has(name) && found.get(name) !== value
    found.set(isTaken ? `${name} (${from})` : name, value)
  }
  return scalarsOf([...found])
}

function scalarsOf(entries: readonly (readonly [string, string | number | boolean])[]): Scalars {
  const usable = entries.filter(([name, value]) => isNameAllowed(name) && isValueAllowed(value))
  let chars = 0
  const fitting = usable.filter(([name, value]) => {
    chars += name.length + String(value).length
    return chars <= SCALARS_CHARS_MAX
  })
  return Object.fromEntries(fitting.slice(0, SCALARS_MAX))
}

/** What leaves room for the rest of a record; everything is in the capture, at home. */
const SCALARS_CHARS_MAX = 12_288

/** For the person who signs. */
export function describePhase({ told, labeller }: PhaseOfPerson): readonly string[] {
  return [
    `phase ${told.phase}`,
    ...phaseLines(told, { names: new Map(), ...given({ labeller }) }).map((line) => `  ${line}`),
  ]
}

export interface SignedPhaseId {
  readonly phase: Phase
  readonly id: string
}

/** Signs what is not on the ledger yet; a command that is repeated goes on where it stopped. */
export async function signPhases(
  session: Session,
  model: ArtefactAnswer,
  phases: readonly PhaseToSign[],
  options: SigningFlags,
): Promise<readonly SignedPhaseId[]> {
  const signed: SignedPhaseId[] = []
  for (const told of phases) {
    const { id } = await signPhase(session, model, told, options)
    signed.push({ phase: told.phase, id })
  }
  return signed
}
