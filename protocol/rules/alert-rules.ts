import { isDigest } from '../digest.ts'
import type { EventPredicate, Phase, PhaseContents } from '../records/events/events.ts'
import { type Rejection, refuse } from '../rejection.ts'
import { type PhaseState, readPhase, type Threshold } from './phase-state.ts'
import type { StateView } from './rule-context.ts'

type Details = EventPredicate['details']

/**
 * An alert says by its own numbers that a threshold was crossed; a value that equals it keeps it. Where it
 * names the record that set the threshold, that must be of the phase monitoring of the same artefact, and
 * set it: also a record that was corrected since, as whoever measured went by it.
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
  { artefact, details }: Pick<EventPredicate, 'artefact' | 'details'>,
  state: StateView,
): Rejection | undefined {
  const { phase, metric, threshold, bound } = details
  if (phase === undefined) return undefined
  const found = isDigest(phase) ? readPhase(state, phase) : undefined
  if (found === undefined) return refuse('unknown-subject', `${phase} is no phase record`)
  if (found.phase !== 'monitoring' || found.artefact !== artefact) {
    return refuse('edge-wrong-type', `${phase} is the phase ${found.phase} of ${found.artefact}`)
  }
  const { thresholds = [] } = found
  return thresholds.some((each) => each.field === metric && endOf(each, bound) === threshold)
    ? undefined
    : refuse('illegal-transition', `${phase} sets no ${bound} ${threshold} of ${metric}`)
}

function endOf({ min, max }: Threshold, bound: Details[string] | undefined): number | undefined {
  return bound === 'min' ? min : max
}

/** What the state keeps of the thresholds that a phase sets: no units, and nothing of other phases. */
export function thresholdsIn(
  content: PhaseContents[Phase] | undefined,
): Pick<PhaseState, 'thresholds'> {
  if (content === undefined || !('thresholds' in content)) return {}
  return {
    thresholds: content.thresholds.map(({ field, min, max }) => ({
      field,
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
    })),
  }
}

function wrong(detail: keyof Details, what: string): Rejection {
  return refuse('schema-violation', `/predicate/details/${detail}: ${what}`)
}
