import type { PhasesAnswer } from '../../protocol/api/story.ts'
import type { Labeller } from '../../protocol/queries/family/story.ts'
import { PHASES, type Phase, type PhasePredicate } from '../../protocol/records/events/events.ts'
import { given } from '../given.ts'
import type { Names } from '../output/names.ts'
import type { Session } from '../session.ts'

/** One record of a phase, and who signed it. */
export interface SignedPhase extends Omit<PhasePredicate, 'ledger' | 'artefact' | 'phase'> {
  readonly record: string
  readonly organisation: string
  readonly signer: string
  /** did:key of the signer. */
  readonly author: string
  readonly height: number
  /** Whose key the phase labelling names. */
  readonly labeller?: Labeller
  /** Record id of a later one that corrects it. */
  readonly correctedBy?: string
}

export interface PhaseStatus {
  readonly phase: Phase
  /** In the order of the ledger, corrected ones too: they stay. None: it is missing, or beyond the first ones. */
  readonly records: readonly SignedPhase[]
}

export interface PhaseList {
  readonly phases: readonly PhaseStatus[]
  /** No record has them, told here or not. */
  readonly missing: readonly Phase[]
  /** Of the artefacts that they speak of. */
  readonly names: Names
}

/** All nine phases of a model's birth certificate, in the order of its life, missing ones too. */
export async function phasesOf(
  { chain }: Session,
  { record: model }: { readonly record: string },
): Promise<PhaseList> {
  const answer = await chain.phases(model)
  return {
    phases: phasesIn(answer),
    missing: answer.missingPhases,
    names: new Map(Object.entries(answer.names)),
  }
}

export function phasesIn({ records }: Pick<PhasesAnswer, 'records'>): readonly PhaseStatus[] {
  const found = records.map((told) => {
    const { id: record, organisation, signer, author, height, labeller, supersededBy } = told
    const { ledger: _, artefact: __, phase, ...said } = told.predicate as PhasePredicate
    const more = given({ labeller, correctedBy: supersededBy })
    return { phase, signed: { record, organisation, signer, author, height, ...said, ...more } }
  })
  return PHASES.map((phase) => ({
    phase,
    records: found.filter((each) => each.phase === phase).map(({ signed }) => signed),
  }))
}
