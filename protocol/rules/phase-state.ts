import type { Digest } from '../digest.ts'
import type { Bound } from '../records/certificates/certificates.ts'
import type { Phase } from '../records/events/events.ts'
import { stateKey } from '../storage-keys.ts'
import type { StateView } from './rule-context.ts'
import { decodeStateValue, encodeStateValue } from './state-value.ts'

/** What is kept of a phase record, so that whatever refers to it is checked without searching. */
export interface PhaseState {
  readonly artefact: Digest
  readonly phase: Phase
  readonly organisation: string
  readonly correctedBy?: Digest
  /** Of the phase monitoring, where it sets some: what an alert that names it is compared with. */
  readonly thresholds?: readonly Threshold[]
}

export type Threshold = Pick<Bound, 'field' | 'min' | 'max'>

/** @returns undefined for what is no record of a phase */
export function readPhase(state: StateView, id: Digest): PhaseState | undefined {
  const bytes = state.get(stateKey.phase(id))
  return bytes === undefined ? undefined : decodeStateValue<PhaseState>(bytes)
}

export function phaseChange(id: Digest, value: PhaseState) {
  return { key: stateKey.phase(id), value: encodeStateValue(value) }
}
