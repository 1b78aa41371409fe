import type { Digest } from '../../digest.ts'
import type { PhasePredicate } from '../../records/events/events.ts'
import type { Predicates, RecordType } from '../../records/statement.ts'

/** The artefacts that a record about another one names: what a model was measured on, what an event led to. */
export function namedIn(
  predicate: Predicates[RecordType] | Pick<PhasePredicate, 'phase' | 'content'>,
): readonly Digest[] {
  if ('references' in predicate) {
    return Object.values(predicate.references ?? {}).map(({ record }) => record)
  }
  const content = 'phase' in predicate ? predicate.content : undefined
  if (content === undefined) return []
  if ('pipeline' in content) return [content.pipeline.record]
  const datasets = 'datasets' in content ? (content.datasets ?? []) : []
  return datasets.flatMap((edge) => (edge.kind === 'certified' ? [edge.record] : []))
}
