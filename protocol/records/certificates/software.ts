import type { Phase, PhaseContents } from '../events/events.ts'
import type { CertificateType, Predicates } from '../statement.ts'
import type { Component } from './certificates.ts'

/** Every package that a certificate names, by package URL with version; each once, in order. */
export function softwareOf(predicate: Predicates[CertificateType]): readonly string[] {
  const named = [
    ...(predicate.software ?? []).map(({ purl }) => purl),
    ...('steps' in predicate ? (predicate.steps ?? []).map(({ software }) => software) : []),
    ...('components' in predicate ? softwareIn(predicate.components) : []),
  ]
  return [...new Set(named)].sort((a, b) => (a < b ? -1 : 1))
}

/** The same of one phase of a birth certificate. */
export function softwareOfPhase(content: PhaseContents[Phase] | undefined): readonly string[] {
  if (content === undefined) return []
  const steps = 'steps' in content ? content.steps.map(({ software }) => software) : []
  const named = 'software' in content ? (content.software ?? []) : []
  const purls = typeof named === 'string' ? [named] : named.map(({ purl }) => purl)
  return [...new Set([...steps, ...purls])]
}

function softwareIn(components: readonly Component[]): readonly string[] {
  return components.flatMap(({ software = [], components: inner = [] }) => [
    ...software.map(({ purl }) => purl),
    ...softwareIn(inner),
  ])
}
