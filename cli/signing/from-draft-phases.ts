import type { ArtefactAnswer } from '../../protocol/api/artefacts.ts'
import { equalBytes } from '../../protocol/bytes.ts'
import { canonicalJson } from '../../protocol/encoding/canonical-json.ts'
import { SCALARS_MAX } from '../../protocol/limits.ts'
import type { AttachedEvidence, Scalars } from '../../protocol/records/certificates.ts'
import {
  PHASES,
  type Phase,
  type PhaseContents,
  type PhasePredicate,
} from '../../protocol/records/events.ts'
import { fullName } from '../artefacts/describe.ts'
import type { CapturedFact } from '../capture/capture.ts'
import { isNameAllowed, isValueAllowed } from '../capture/environment/flatten.ts'
import type { SigningFlags } from '../commands/signing-flags.ts'
import type { Draft } from '../draft/draft.ts'
import { printable } from '../output/printable.ts'
import { phasesOf } from '../phases/phase-list.ts'
import type { Session } from '../session.ts'
import { recordOf, signAbout } from './about-artefact.ts'
import { publishedSoftware } from './from-draft-summary.ts'

/** What a phase record says that follows a certificate. */
export interface PhaseToSign {
  readonly phase: Phase
  readonly content?: PhaseContents[Phase]
  readonly decisions?: readonly string[]
  readonly evidence?: readonly AttachedEvidence[]
}

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
    return [{ phase, content, ...(isTold ? { decisions } : {}) }]
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
export function describePhase({ phase, content, decisions = [] }: PhaseToSign): readonly string[] {
  const told = content === undefined ? '' : `: ${printable(JSON.stringify(content))}`
  return [`phase ${phase}${told}`, ...decisions.map((text) => `  decision: ${printable(text)}`)]
}

export interface SignedPhaseId {
  readonly phase: Phase
  readonly id: string
}

/** Signs what is not on the ledger yet; a command that is repeated goes on where it stopped. */
export async function signPhases(
  session: Session,
  artefact: ArtefactAnswer,
  phases: readonly PhaseToSign[],
  options: SigningFlags,
): Promise<readonly SignedPhaseId[]> {
  const known = await phasesOf(session, artefact)
  const signed: SignedPhaseId[] = []
  for (const told of phases) {
    const before = known
      .find(({ phase }) => phase === told.phase)
      ?.records.find(({ organisation, content, decisions }) => {
        const isOwn = organisation === session.home.config.organisation
        return isOwn && isSame({ content, decisions }, told)
      })
    const id = before?.record ?? (await signPhase(session, artefact, told, options))
    signed.push({ phase: told.phase, id })
  }
  return signed
}

async function signPhase(
  session: Session,
  artefact: ArtefactAnswer,
  told: PhaseToSign,
  options: SigningFlags,
): Promise<string> {
  const { id } = await signAbout(session, {
    type: 'phase',
    artefact,
    intent: [told],
    lines: [`model ${fullName(artefact)}`, ...describePhase(told)],
    options,
    predicate: (ledger): PhasePredicate => ({
      ledger,
      artefact: recordOf(artefact),
      evidence: [],
      ...told,
    }),
  })
  return id
}

interface Told {
  readonly content?: unknown
  readonly decisions?: unknown
}

function isSame(a: Told, b: Told): boolean {
  const said = ({ content = null, decisions = [] }: Told) => canonicalJson([content, decisions])
  return equalBytes(said(a), said(b))
}
