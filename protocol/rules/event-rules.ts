import { assert } from '../assert.ts'
import type { Digest } from '../digest.ts'
import type { EventPredicate } from '../records/events/events.ts'
import { labellerKey } from '../records/events/labeller.ts'
import type { RecordOf } from '../records/record.ts'
import { isSalted, subjectDigest, subjectOf } from '../records/subject.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { checkThreshold, thresholdsIn } from './alert-rules.ts'
import { advance, mayAct, transitionFrom } from './artefact-machine.ts'
import { type ArtefactState, artefactChange, readArtefact } from './artefact-state.ts'
import { artefactTypeOf, type Transition } from './artefact-types.ts'
import { dataEdges, followEdges, type Named } from './edges.ts'
import { type KeyHistory, readKeyHistory } from './key-history.ts'
import { type PhaseState, phaseChange, readPhase } from './phase-state.ts'
import type { Rule } from './rule.ts'
import type { RuleContext, StateView } from './rule-context.ts'

/** The family of what happens to an artefact after its registration: events, and phases of its making. */
export const eventRule: Rule<'event'> = {
  signers: ['person', 'source'],
  apply: ({ record, author, context, state }) => {
    const artefact = subjectArtefact(record, state)
    if (isRejection(artefact)) return artefact
    const event = record.statement.predicate
    const type = artefactTypeOf(artefact.type, context.genesis.document.artefactTypes)
    if (type === undefined) return refuse('unknown-artefact-type', artefact.type)
    const next = advance(type, { artefact, actor: author.organisation, event })
    if (isRejection(next)) return next
    const transition = transitionFrom(type, artefact.state, event.event)
    assert(transition !== undefined, 'an artefact advances by a transition of its type')
    const fault =
      checkSigner(transition, author) ??
      checkReferences(transition, event.references, state) ??
      (transition.crossing === true ? checkThreshold(event, state) : undefined) ??
      checkOrganisations(next, context) ??
      checkArchitecture(artefact, event.event)
    return fault ?? [artefactChange(event.artefact, { ...next, height: context.height })]
  },
}

export const phaseRule: Rule<'phase'> = {
  signers: ['person', 'source'],
  apply: ({ record, author, context, state }) => {
    const artefact = subjectArtefact(record, state)
    if (isRejection(artefact)) return artefact
    const { artefact: id, phase, supersedes, content } = record.statement.predicate
    const { organisation } = author
    if (artefact.type !== 'model') {
      return refuse('edge-wrong-type', `${id} is a ${artefact.type}: phases are of models`)
    }
    if (!mayAct('contributor', artefact, organisation)) {
      return refuse('not-allowed', `${artefact.owner} has not invited ${organisation}`)
    }
    if (artefact.state === 'retired') return refuse('illegal-transition', `${id} is retired`)
    const fault =
      checkValid(state, phaseEdges(content)) ?? checkLabeller(content, context.height, state)
    if (fault !== undefined) return fault
    const own: PhaseState = { artefact: id, phase, organisation, ...thresholdsIn(content) }
    const corrected = supersedes && readCorrected(supersedes, own, state)
    if (isRejection(corrected)) return corrected
    return [
      phaseChange(record.id, own),
      ...(corrected && supersedes
        ? [phaseChange(supersedes, { ...corrected, correctedBy: record.id })]
        : []),
    ]
  },
}

type AboutArtefact = RecordOf<'event' | 'phase' | 'recall' | 'status'>

/** The artefact that a record speaks of, named truly: by its id and by its digest. */
export function subjectArtefact(
  { statement }: AboutArtefact,
  state: StateView,
): ArtefactState | Rejection {
  const id = statement.predicate.artefact
  const artefact = readArtefact(state, id)
  if (artefact === undefined) return refuse('unknown-subject', `${id} is not an artefact`)
  const subject = subjectOf(statement)
  const same =
    subjectDigest(subject) === artefact.digest && isSalted(subject) === (artefact.salted === true)
  return same ? artefact : refuse('edge-digest-mismatch', `${id} has the digest ${artefact.digest}`)
}

/** A data source documents what it sees. Who owns an artefact, and who may add to it, people decide. */
function checkSigner({ event, effect }: Transition, author: KeyHistory): Rejection | undefined {
  return effect === undefined || author.class === 'person'
    ? undefined
    : refuse('not-allowed', `${event} is for a person, and a ${author.class} signed`)
}

function checkReferences(
  { references: roles = {} }: Transition,
  given: EventPredicate['references'] = {},
  state: StateView,
): Rejection | undefined {
  const edges = Object.entries(given).map(([role, reference]) => ({
    ...reference,
    types: roles[role]?.types,
  }))
  return checkValid(state, edges)
}

/** Edges that must lead, and to nothing that the network's rules call invalid. */
function checkValid(state: StateView, edges: readonly Named[]): Rejection | undefined {
  const found = followEdges(state, edges)
  if (isRejection(found)) return found
  const invalid = found.findIndex((artefact) => artefact.invalid !== undefined)
  return invalid < 0
    ? undefined
    : refuse(
        'invalid-architecture',
        `${edges[invalid]?.record} is invalid by the rules of this network`,
      )
}

/** An artefact is offered to members, and members are invited. */
function checkOrganisations(
  { offeredTo, contributors = [] }: ArtefactState,
  { genesis }: RuleContext,
): Rejection | undefined {
  const members = genesis.document.members.map(({ organisation }) => organisation)
  const named = offeredTo === undefined ? contributors : [offeredTo, ...contributors]
  const stranger = named.find((name) => !members.includes(name))
  return stranger === undefined
    ? undefined
    : refuse('unknown-organisation', `${stranger} is no member of this network`)
}

function checkArchitecture({ invalid }: ArtefactState, event: string): Rejection | undefined {
  return event === 'deployed' && invalid !== undefined
    ? refuse('invalid-architecture', `it is, or was made with, the invalid pipeline ${invalid}`)
    : undefined
}

function phaseEdges(content: PhaseContent) {
  if (content === undefined) return []
  if ('pipeline' in content) return [{ ...content.pipeline, types: ['pipeline'] }]
  return 'datasets' in content ? dataEdges(content.datasets ?? []) : []
}

type PhaseContent = RecordOf<'phase'>['statement']['predicate']['content']

/** Whoever labelled was a registered person by then, though the key may have ended since. */
function checkLabeller(
  content: PhaseContent,
  height: number,
  state: StateView,
): Rejection | undefined {
  const did = labellerKey(content)
  if (did === undefined) return undefined
  const key = readKeyHistory(state, did)
  if (key === undefined) return refuse('unknown-person', `${did} is not registered`)
  if (key.class !== 'person') {
    return refuse('unknown-person', `${did} is registered, but of the class ${key.class}`)
  }
  return key.intervals.some(({ from }) => from <= height)
    ? undefined
    : refuse('unknown-person', `${did} counts from a later block`)
}

function readCorrected(id: Digest, own: PhaseState, state: StateView): PhaseState | Rejection {
  const old = readPhase(state, id)
  if (old === undefined) return refuse('unknown-subject', `${id} is no phase record`)
  if (old.artefact !== own.artefact || old.phase !== own.phase) {
    return refuse('edge-wrong-type', `${id} is the phase ${old.phase} of ${old.artefact}`)
  }
  if (old.organisation !== own.organisation) {
    return refuse('not-allowed', `${id} is by ${old.organisation}, and ${own.organisation} signed`)
  }
  return old.correctedBy === undefined
    ? old
    : refuse('illegal-transition', `${id} was corrected by ${old.correctedBy} already`)
}
