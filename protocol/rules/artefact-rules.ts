import type { Digest } from '../digest.ts'
import { isSalted, subjectDigest, subjectOf } from '../records/consistency.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { stateKey } from '../storage-keys.ts'
import { ARTEFACT_MACHINE, advance } from './artefact-machine.ts'
import { type ArtefactState, encodeArtefactState, readArtefact } from './artefact-state.ts'
import type { Rule, RuleInput } from './rule.ts'
import type { StateChange, StateView } from './rule-book.ts'

/** The family of artefacts: birth certificates, and the events of an artefact's life. */

export const datasetRule: Rule<'dataset'> = { signers: ['person', 'source'], apply: register }

export const modelRule: Rule<'model'> = {
  signers: ['person', 'source'],
  apply: (input) => {
    const { datasets, parents } = input.record.statement.predicate
    return (
      checkEdges(input.state, 'dataset', datasets) ??
      checkEdges(input.state, 'model', parents) ??
      register(input)
    )
  },
}

export const retirementRule: Rule<'retirement'> = {
  signers: ['person', 'source'],
  apply: ({ record, author, context, state }) => {
    const { artefact: id, reason } = record.statement.predicate
    const artefact = readArtefact(state, id)
    if (artefact === undefined) return refuse('unknown-subject', `${id} is not an artefact`)
    const subject = subjectOf(record.statement)
    if (
      subjectDigest(subject) !== artefact.digest ||
      isSalted(subject) !== isSaltedState(artefact)
    ) {
      return refuse('edge-digest-mismatch', `${id} has the digest ${artefact.digest}`)
    }
    const next = advance(ARTEFACT_MACHINE, 'retire', {
      current: artefact.state,
      owner: artefact.owner,
      actor: author.organisation,
      evidence: { reason },
    })
    if (isRejection(next)) return next
    return [artefactChange(id, { ...artefact, state: next, height: context.height })]
  },
}

function register({ record, author, context }: Registration): StateChange {
  const subject = subjectOf(record.statement)
  return [
    artefactChange(record.id, {
      type: record.type,
      owner: author.organisation,
      author: record.ledger.author,
      digest: subjectDigest(subject),
      ...(isSalted(subject) ? { salted: true as const } : {}),
      state: ARTEFACT_MACHINE.initial,
      height: context.height,
    }),
  ]
}

type Registration = Pick<RuleInput<'dataset'> | RuleInput<'model'>, 'record' | 'author' | 'context'>

function artefactChange(id: Digest, artefact: ArtefactState) {
  return { key: stateKey.artefact(id), value: encodeArtefactState(artefact) }
}

function isSaltedState(artefact: ArtefactState): boolean {
  return artefact.salted === true
}

type Edge =
  | { readonly kind: 'certified'; readonly record: Digest; readonly digest: Digest }
  | { readonly kind: 'unknown' | 'external' }

/**
 * A named edge is true or refused (T-G7). An id covers the edges of its record, so what an edge names
 * is older than the record itself: cycles cannot exist.
 */
function checkEdges(
  state: StateView,
  type: ArtefactState['type'],
  edges: readonly Edge[],
): Rejection | undefined {
  for (const edge of edges) {
    if (edge.kind !== 'certified') continue
    const fault = checkEdge(readArtefact(state, edge.record), type, edge)
    if (fault !== undefined) return fault
  }
  return undefined
}

function checkEdge(
  artefact: ArtefactState | undefined,
  type: ArtefactState['type'],
  { record, digest }: { readonly record: Digest; readonly digest: Digest },
): Rejection | undefined {
  if (artefact === undefined) return refuse('edge-unknown', `no ${type} ${record} on the ledger`)
  if (artefact.type !== type) {
    return refuse('edge-wrong-type', `${record} is a ${artefact.type}, named as ${type}`)
  }
  return artefact.digest === digest
    ? undefined
    : refuse('edge-digest-mismatch', `${record} has the digest ${artefact.digest}, not ${digest}`)
}
