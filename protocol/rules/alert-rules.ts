import { isDigest } from '../digest.ts'
import type { EventPredicate } from '../records/events/events.ts'
import { type Rejection, refuse } from '../rejection.ts'
import { readPhase } from './phase-state.ts'
import type { StateView } from './rule-context.ts'

type Details = EventPredicate['details']

/**
 * An alert says by its own numbers that a threshold was crossed; a value that equals it keeps it. Where it
 * names the record that set the threshold, that must be of the phase monitoring of the same artefact.
 * What that record says is not compared: it may have been corrected since.
 */
export function checkCrossing(details: Details): Rejection | undefined {
  const { value, threshold, bound } = details
  if (typeof value !== 'number') return wrong('value', 'must be a number')
  if (typeof threshold !== 'number') return wrong('threshold', 'must be a number')
  if (bound !== 'min' && bound !== 'max') return wrong('bound', 'must be min or max')
  const isCrossed = bound === 'min' ? value < threshold : value > threshold
  return isCrossed ? undefined : wrong('value', `${value} keeps the ${bound} ${threshold}`)
}

export function checkThreshold(
  { artefact, details: { phase } }: Pick<EventPredicate, 'artefact' | 'details'>,
  state: StateView,
): Rejection | undefined {
  if (phase === undefined) return undefined
  const found = isDigest(phase) ? readPhase(state, phase) : undefined
  if (found === undefined) return refuse('unknown-subject', `${phase} is no phase record`)
  return found.phase === 'monitoring' && found.artefact === artefact
    ? undefined
    : refuse('edge-wrong-type', `${phase} is the phase ${found.phase} of ${found.artefact}`)
}

function wrong(detail: keyof Details, what: string): Rejection {
  return refuse('schema-violation', `/predicate/details/${detail}: ${what}`)
}
