import { isRejection, refuse } from '../rejection.ts'
import { stateKey } from '../storage-keys.ts'
import { subjectArtefact } from './event-rules.ts'
import { readProposal } from './recall-rules.ts'
import type { Rule } from './rule.ts'
import { encodeStateValue } from './state-value.ts'

/** The family of warnings and the answers to them: they tell, and change nothing. */

export const advisoryRule: Rule<'advisory'> = {
  signers: ['person'],
  // It flags and forbids nothing: all that is kept is that it exists, for the answers to it.
  apply: ({ record, author }) => [
    {
      key: stateKey.advisory(record.id),
      value: encodeStateValue({ organisation: author.organisation }),
    },
  ],
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
      state.get(stateKey.advisory(about)) !== undefined ||
      readProposal(state, about)?.action === 'recall'
    return known ? [] : refuse('unknown-subject', `${about} is neither a recall nor an advisory`)
  },
}
