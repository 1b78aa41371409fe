import { type Rejection, refuse } from '../rejection.ts'
import type { ArchitectureRule } from './architecture.ts'
import {
  type Actor,
  type ArtefactType,
  BUILT_IN_TYPES,
  type Effect,
  type Transition,
} from './artefact-types.ts'

/** What a network declares in its genesis: artefact types and rules of its own. */
interface Declarations {
  readonly artefactTypes?: readonly ArtefactType[]
  readonly architectureRules?: readonly ArchitectureRule[]
}

/**
 * What the schemas cannot say: a declaration agrees with itself and with the others.
 *
 * @param declarations those that the schemas admitted
 * @returns `bad-declaration`, with the JSON path of the first fault
 */
export function checkDeclarations(declarations: Declarations): Rejection | undefined {
  const { artefactTypes = [], architectureRules = [] } = declarations
  return checkNames(artefactTypes) ?? firstTypeFault(artefactTypes) ?? checkRules(architectureRules)
}

function bad(path: string, what: string): Rejection {
  return refuse('bad-declaration', `${path}: ${what}`)
}

function checkNames(types: readonly ArtefactType[]): Rejection | undefined {
  const builtIn = types.findIndex(({ name }) => Object.hasOwn(BUILT_IN_TYPES, name))
  if (builtIn >= 0) return bad(`/artefactTypes/${builtIn}/name`, 'every network has that type')
  const twice = firstRepeated(types.map(({ name }) => name))
  return twice === undefined
    ? undefined
    : bad(`/artefactTypes/${twice}/name`, 'is declared before already')
}

/** @returns the index of the first value that stands before it already */
function firstRepeated(values: readonly string[]): number | undefined {
  const index = values.findIndex((value, i) => values.indexOf(value) < i)
  return index < 0 ? undefined : index
}

function firstTypeFault(types: readonly ArtefactType[]): Rejection | undefined {
  const known = new Set([...Object.keys(BUILT_IN_TYPES), ...types.map(({ name }) => name)])
  for (const [i, type] of types.entries()) {
    const fault = checkType(type, `/artefactTypes/${i}`, known)
    if (fault !== undefined) return fault
  }
  return undefined
}

function checkType(
  { states, initial, transitions }: ArtefactType,
  at: string,
  types: ReadonlySet<string>,
): Rejection | undefined {
  const twice = firstRepeated(states)
  if (twice !== undefined) return bad(`${at}/states/${twice}`, 'is a state already')
  if (!states.includes(initial)) return bad(`${at}/initial`, `${initial} is not a state`)
  const taken = new Set<string>()
  for (const [i, transition] of transitions.entries()) {
    const place = `${at}/transitions/${i}`
    const fault =
      checkStates(transition, place, states) ??
      checkTaken(transition, place, taken) ??
      checkDetails(transition, place) ??
      checkRoles(transition, place, types)
    if (fault !== undefined) return fault
  }
  return undefined
}

function checkStates(
  { from, to }: Transition,
  at: string,
  states: readonly string[],
): Rejection | undefined {
  const unknown = from.findIndex((state) => !states.includes(state))
  if (unknown >= 0) return bad(`${at}/from/${unknown}`, `${from[unknown]} is not a state`)
  return to === undefined || states.includes(to)
    ? undefined
    : bad(`${at}/to`, `${to} is not a state`)
}

/** Which transition an event takes must never depend on the order of the declaration. */
function checkTaken(
  { event, from }: Transition,
  at: string,
  taken: Set<string>,
): Rejection | undefined {
  for (const [i, state] of from.entries()) {
    // Neither name can hold a space.
    const place = `${event} ${state}`
    if (taken.has(place)) {
      return bad(`${at}/from/${i}`, `${event} starts from ${state} in two ways`)
    }
    taken.add(place)
  }
  return undefined
}

/** Nobody becomes an owner without having been offered it, and nobody but the owner gives it away. */
const ACTORS_OF_EFFECTS: Readonly<Record<Effect, readonly Actor[]>> = {
  offer: ['owner'],
  'withdraw-offer': ['owner', 'offered'],
  'take-over': ['offered'],
  invite: ['owner'],
  uninvite: ['owner'],
}
const EFFECTS_ON_NAMED: readonly (Effect | undefined)[] = ['offer', 'invite', 'uninvite']

function checkDetails({ by, details, effect }: Transition, at: string): Rejection | undefined {
  const twice = firstRepeated(details)
  if (twice !== undefined) return bad(`${at}/details/${twice}`, 'is asked for already')
  if (EFFECTS_ON_NAMED.includes(effect) && !details.includes('to')) {
    return bad(`${at}/details`, `${effect} needs the detail \`to\``)
  }
  if (effect === undefined) return undefined
  const actors = ACTORS_OF_EFFECTS[effect]
  return actors.includes(by) ? undefined : bad(`${at}/by`, `${effect} is for ${actors.join(', ')}`)
}

function checkRoles(
  { references = {} }: Transition,
  at: string,
  known: ReadonlySet<string>,
): Rejection | undefined {
  for (const [role, { types }] of Object.entries(references)) {
    const unknown = types.findIndex((type) => !known.has(type))
    if (unknown >= 0) {
      return bad(`${at}/references/${role}/types/${unknown}`, `${types[unknown]} is not a type`)
    }
  }
  return undefined
}

const FIELDS_OF_RULES: Readonly<Record<ArchitectureRule['rule'], readonly string[]>> = {
  before: ['first', 'second'],
  requires: ['kind'],
  forbids: ['kind'],
}

function checkRules(rules: readonly ArchitectureRule[]): Rejection | undefined {
  const twice = firstRepeated(rules.map(({ id }) => id))
  if (twice !== undefined) return bad(`/architectureRules/${twice}/id`, 'is the id of another rule')
  for (const [i, rule] of rules.entries()) {
    const { id: _, rule: name, ...given } = rule
    const wanted = FIELDS_OF_RULES[name]
    const fields = Object.keys(given)
    if (fields.length !== wanted.length || !wanted.every((field) => fields.includes(field))) {
      return bad(`/architectureRules/${i}`, `the rule ${name} has the fields ${wanted.join(', ')}`)
    }
    if (rule.rule === 'before' && rule.first === rule.second) {
      return bad(`/architectureRules/${i}`, 'nothing runs before itself')
    }
  }
  return undefined
}
