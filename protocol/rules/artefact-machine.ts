import type { EventPredicate } from '../records/events/events.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { checkCrossing } from './alert-rules.ts'
import type { ArtefactState } from './artefact-state.ts'
import type { Actor, ArtefactType, Transition } from './artefact-types.ts'

/** One attempt to move an artefact. */
export interface Attempt {
  readonly artefact: ArtefactState
  /** Organisation of whoever signed. */
  readonly actor: string
  readonly event: Pick<EventPredicate, 'event' | 'details' | 'references'>
}

/**
 * The one function behind every event of every type.
 *
 * @returns the artefact afterwards, but for its height; or `illegal-transition` for an event that the
 *   type does not have in this state, `not-allowed` for anyone but those who may, `schema-violation`
 *   when its record does not tell what it must
 */
export function advance(type: ArtefactType, attempt: Attempt): ArtefactState | Rejection {
  const { artefact, actor, event } = attempt
  const transition = transitionFrom(type, artefact.state, event.event)
  if (transition === undefined) return illegal(type, attempt)
  if (!mayAct(transition.by, artefact, actor)) {
    return refuse(
      'not-allowed',
      `${event.event} is for ${whoMay(transition.by, artefact)}, and ${actor} signed`,
    )
  }
  const fault =
    checkDetails(transition, event.details) ??
    (transition.crossing === true ? checkCrossing(event.details) : undefined) ??
    checkRoles(transition, event.references)
  if (fault !== undefined) return fault
  const next = afterEffect(transition, attempt)
  return isRejection(next) ? next : { ...next, state: transition.to ?? artefact.state }
}

/** What an event does in one state of a type, if that has it there. */
export function transitionFrom(
  { transitions }: ArtefactType,
  state: string,
  event: string,
): Transition | undefined {
  return transitions.find((each) => each.event === event && each.from.includes(state))
}

function illegal({ name, transitions }: ArtefactType, { artefact, event }: Attempt): Rejection {
  const states = transitions.flatMap((each) => (each.event === event.event ? each.from : []))
  return refuse(
    'illegal-transition',
    states.length === 0
      ? `${event.event} is no event of a ${name}`
      : `it is ${artefact.state}, and can be ${event.event} when it is ${states.join(' or ')}`,
  )
}

/** Whether an organisation may do what is for `by`. */
export function mayAct(by: Actor, artefact: ArtefactState, actor: string): boolean {
  switch (by) {
    case 'owner':
      return actor === artefact.owner
    case 'contributor':
      return actor === artefact.owner || artefact.contributors?.includes(actor) === true
    case 'offered':
      return actor === artefact.offeredTo
    case 'member':
      return true
  }
}

function whoMay(by: Actor, { owner, offeredTo, contributors = [] }: ArtefactState): string {
  switch (by) {
    case 'owner':
      return `the owner ${owner}`
    case 'contributor':
      return `${[owner, ...contributors].join(', ')}`
    case 'offered':
      return offeredTo === undefined ? 'whom it is offered to, which is nobody' : offeredTo
    case 'member':
      return 'members'
  }
}

/** Only what the record says itself counts: a detail may be called `constructor`. */
function checkDetails(
  { event, details }: Transition,
  given: EventPredicate['details'],
): Rejection | undefined {
  const missing = details.find((name) => !Object.hasOwn(given, name) || given[name] === '')
  return missing === undefined
    ? undefined
    : refuse('schema-violation', `/predicate/details: ${event} must tell ${missing}`)
}

function checkRoles(
  { event, references: roles = {} }: Transition,
  given: EventPredicate['references'] = {},
): Rejection | undefined {
  const unknown = Object.keys(given).find((role) => !Object.hasOwn(roles, role))
  if (unknown !== undefined) {
    return refuse('schema-violation', `/predicate/references: ${event} has no role ${unknown}`)
  }
  const missing = Object.entries(roles).find(
    ([role, { optional }]) => optional !== true && !Object.hasOwn(given, role),
  )
  return missing === undefined
    ? undefined
    : refuse('schema-violation', `/predicate/references: ${event} must name ${missing[0]}`)
}

function afterEffect({ event, effect }: Transition, attempt: Attempt): ArtefactState | Rejection {
  const { artefact, actor } = attempt
  if (effect === undefined) return artefact
  const { offeredTo, contributors = [], ...rest } = artefact
  switch (effect) {
    case 'withdraw-offer':
      return offeredTo === undefined
        ? refuse('illegal-transition', `${event}: it is not offered`)
        : { ...rest, ...invited(contributors) }
    // Whom the former owner invited, the new one invites again or not.
    case 'take-over':
      return { ...rest, owner: actor }
    case 'offer':
    case 'invite':
    case 'uninvite':
      return afterNaming(effect, attempt)
  }
}

/** Effects upon the organisation that the detail `to` names. */
function afterNaming(
  effect: 'offer' | 'invite' | 'uninvite',
  { artefact, event }: Attempt,
): ArtefactState | Rejection {
  const { to } = event.details
  if (typeof to !== 'string') {
    return refuse('schema-violation', '/predicate/details/to: must be the name of an organisation')
  }
  const { contributors = [], ...rest } = artefact
  const others = contributors.filter((name) => name !== to)
  if (effect === 'uninvite') {
    return others.length < contributors.length
      ? { ...rest, ...invited(others) }
      : refuse('illegal-transition', `${event.event}: ${to} is not invited`)
  }
  if (to === artefact.owner) {
    return refuse('illegal-transition', `${event.event}: ${to} owns it already`)
  }
  return effect === 'offer'
    ? { ...artefact, offeredTo: to }
    : { ...rest, ...invited([...others, to].sort((a, b) => (a < b ? -1 : 1))) }
}

function invited(contributors: readonly string[]): Pick<ArtefactState, 'contributors'> {
  return contributors.length === 0 ? {} : { contributors }
}
