import type { StoryRecord } from '../../protocol/queries/family/story.ts'
import type { EventPredicate } from '../../protocol/records/events/events.ts'
import { printable } from './printable.ts'

/**
 * Whose word the threshold of an alert is. Where it names a phase, the ledger took it only because that
 * phase sets this threshold, so there is nothing to add.
 */
export function alertLines({ type, predicate, organisation }: StoryRecord): readonly string[] {
  if (type !== 'event') return []
  const { event, details } = predicate as EventPredicate
  if (event !== 'alerted' || typeof details['threshold'] !== 'number') return []
  return details['phase'] === undefined
    ? [`this threshold is the word of ${printable(organisation)}: no phase is named that sets it`]
    : []
}
