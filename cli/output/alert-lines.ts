import type { StoryRecord } from '../../protocol/queries/family/story.ts'
import type { Bound, Scalars } from '../../protocol/records/certificates/certificates.ts'
import type { EventPredicate, PhasePredicate } from '../../protocol/records/events/events.ts'
import { boundWords } from './fact-lines.ts'
import { shortId } from './format.ts'
import { printable } from './printable.ts'

/**
 * Whose word the threshold of an alert is. The ledger takes an alert that its own numbers bear out, and
 * does not look into the phase that it names: here the two are laid side by side.
 *
 * @param records about the same artefact, among them the phase that an alert may name
 */
export function alertLines(
  { type, predicate, organisation }: StoryRecord,
  records: readonly StoryRecord[],
): readonly string[] {
  if (type !== 'event') return []
  const { event, details } = predicate as EventPredicate
  if (event !== 'alerted' || typeof details['threshold'] !== 'number') return []
  const named = details['phase']
  if (typeof named !== 'string') {
    return [
      `this threshold is the word of ${printable(organisation)}: no phase is named that sets it`,
    ]
  }
  const phase = records.find(({ id }) => id === named)
  if (phase === undefined) {
    return [`whether ${shortId(printable(named))} sets this threshold is not told here`]
  }
  const limits = limitsOf(phase, details)
  if (limits.some((limit) => isThat(limit, details))) return []
  const set =
    limits.length === 0 ? ['sets none for it'] : limits.map((limit) => `sets ${boundWords(limit)}`)
  return [`NOT a threshold of ${shortId(named)}, which ${set.join('; ')}`]
}

function limitsOf({ predicate }: StoryRecord, { metric }: Scalars): readonly Bound[] {
  const { content } = predicate as PhasePredicate
  if (content === undefined || !('thresholds' in content)) return []
  return content.thresholds.filter(({ field }) => field === metric)
}

function isThat({ min, max }: Bound, { bound, threshold }: Scalars): boolean {
  return threshold === (bound === 'min' ? min : max)
}
