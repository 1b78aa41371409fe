import type { Digest } from '../digest.ts'
import { isRejection, refuse } from '../rejection.ts'
import { stateKey } from '../storage-keys.ts'
import { subjectArtefact } from './event-rules.ts'
import { readProposal } from './recall-rules.ts'
import type { Rule } from './rule.ts'
import type { StateView } from './rule-context.ts'
import { decodeStateValue, encodeStateValue } from './state-value.ts'

/** The family of warnings, their withdrawals, and the answers to them: they change nothing of an artefact. */
export interface AdvisoryState {
  /** Who published it, and alone may withdraw it. */
  readonly organisation: string
  /** Record id of its withdrawal. */
  readonly withdrawnBy?: Digest
}

export const advisoryRule: Rule<'advisory'> = {
  signers: ['person'],
  // It flags and forbids nothing: all that is kept is that it exists, for what is said about it.
  apply: ({ record, author }) => [advisoryChange(record.id, { organisation: author.organisation })],
}

/** Whoever warned takes it back, once; who still thinks so publishes a warning of his own. */
export const withdrawalRule: Rule<'withdrawal'> = {
  signers: ['person'],
  apply: ({ record, author, state }) => {
    const id = record.statement.predicate.advisory
    const advisory = readAdvisory(state, id)
    if (advisory === undefined) return refuse('unknown-subject', `${id} is no advisory`)
    const { organisation, withdrawnBy } = advisory
    if (author.organisation !== organisation) {
      return refuse('not-allowed', `the advisory is for ${organisation} to withdraw`)
    }
    return withdrawnBy === undefined
      ? [advisoryChange(id, { organisation, withdrawnBy: record.id })]
      : refuse('illegal-transition', `${withdrawnBy} has withdrawn it already`)
  },
}

export const statusRule: Rule<'status'> = {
  signers: ['person'],
  apply: ({ record, author, state }) => {
    const artefact = subjectArtefact(record, state)
    if (isRejection(artefact)) return artefact
    const { about } = record.statement.predicate
    if (author.organisation !== artefact.owner) {
      return refuse('not-allowed', `the answer is for the owner ${artefact.owner}`)
    }
    const known =
      readAdvisory(state, about) !== undefined || readProposal(state, about)?.action === 'recall'
    return known ? [] : refuse('unknown-subject', `${about} is neither a recall nor an advisory`)
  },
}

export function readAdvisory(state: StateView, id: Digest): AdvisoryState | undefined {
  const bytes = state.get(stateKey.advisory(id))
  return bytes === undefined ? undefined : decodeStateValue<AdvisoryState>(bytes)
}

function advisoryChange(id: Digest, advisory: AdvisoryState) {
  return { key: stateKey.advisory(id), value: encodeStateValue(advisory) }
}
