import type { PhasePredicate } from '../../protocol/records/events/events.ts'

/** What somebody says of one phase of a model. */
export type PhaseToSign = Omit<PhasePredicate, 'ledger' | 'artefact'>
