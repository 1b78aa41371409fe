import { type Rejection, refuse } from '../rejection.ts'

/**
 * An artefact is a state machine on the ledger, and this is it: declared as data, enforced by one
 * generic function. A new state or transition is a new row.
 */
export interface StateMachine<S extends string, T extends string> {
  readonly initial: S
  readonly states: readonly S[]
  readonly transitions: Readonly<Record<T, Transition<S>>>
}

export interface Transition<S extends string> {
  readonly from: readonly S[]
  readonly to: S
  /** Who may: `owner` is anyone who signs for the organisation that registered the artefact. */
  readonly by: 'owner'
  /** What must be given with it, by name, and not be empty. */
  readonly evidence: readonly string[]
}

export type ArtefactStateName = 'registered' | 'retired'
export type ArtefactTransition = 'retire'

export const ARTEFACT_MACHINE: StateMachine<ArtefactStateName, ArtefactTransition> = {
  initial: 'registered',
  states: ['registered', 'retired'],
  transitions: {
    retire: { from: ['registered'], to: 'retired', by: 'owner', evidence: ['reason'] },
  },
}

/** One attempt to move an artefact. */
export interface Attempt<S extends string> {
  readonly current: S
  readonly owner: string
  /** Organisation of whoever signed. */
  readonly actor: string
  readonly evidence: Readonly<Record<string, string>>
}

/**
 * The state after a transition.
 *
 * @returns `not-allowed` for anyone but those who may, `illegal-transition` from a state that has no
 *   such transition, `schema-violation` when evidence is missing
 */
export function advance<S extends string, T extends string>(
  machine: StateMachine<S, T>,
  name: T,
  { current, owner, actor, evidence }: Attempt<S>,
): S | Rejection {
  const transition = machine.transitions[name]
  if (actor !== owner) {
    return refuse('not-allowed', `${name} is for the owner ${owner}, and ${actor} signed`)
  }
  if (!transition.from.includes(current)) {
    return refuse('illegal-transition', `${name} from the state ${current}`)
  }
  const missing = transition.evidence.find((item) => !evidence[item])
  return missing === undefined
    ? transition.to
    : refuse('schema-violation', `${name} needs ${missing}`)
}
