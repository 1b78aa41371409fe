import type { GenesisDocument } from '../../protocol/chain/genesis.ts'
import type { ArchitectureRule } from '../../protocol/rules/architecture.ts'
import type { Actor, ArtefactType, Transition } from '../../protocol/rules/artefact-types.ts'
import { printable } from '../output/printable.ts'

/** What this network declared beside what every network has, line by line. */
export function describeDeclarations({
  artefactTypes = [],
  architectureRules = [],
}: Pick<GenesisDocument, 'artefactTypes' | 'architectureRules'>): readonly string[] {
  return [
    ...artefactTypes.flatMap(describeType),
    ...architectureRules.map((rule) => `pipelines: ${describeRule(rule)}`),
  ]
}

/** A rule about the architecture of pipelines, in words. */
export function describeRule(rule: ArchitectureRule): string {
  return `${printable(rule.id)}: ${words(rule)}`
}

function words(rule: ArchitectureRule): string {
  switch (rule.rule) {
    case 'before':
      return `${printable(rule.first)} runs before ${printable(rule.second)}`
    case 'requires':
      return `${printable(rule.kind)} must be there`
    case 'forbids':
      return `${printable(rule.kind)} must not be there`
  }
}

function describeType({ name, version, initial, transitions }: ArtefactType): readonly string[] {
  return [
    printable(`type ${name}, version ${version}: begins as ${initial}`),
    ...transitions.map((transition) => `  ${describeTransition(transition)}`),
  ]
}

const ACTOR_WORDS: Readonly<Record<Actor, string>> = {
  owner: 'the owner',
  contributor: 'the owner or whom it invited',
  offered: 'whom it was offered to',
  member: 'any member',
}

/** Who may do what, from where, and what it takes. */
export function describeTransition({
  event,
  from,
  to,
  by,
  details,
  references = {},
}: Transition): string {
  const where = to === undefined ? from.join(', ') : `${from.join(', ')} to ${to}`
  const roles = Object.entries(references).map(
    ([role, { types, optional }]) =>
      `${optional ? '[' : ''}${role}: ${types.join(' or ')}${optional ? ']' : ''}`,
  )
  const needs = [...details, ...roles]
  const takes = needs.length === 0 ? '' : `; tells ${needs.join(', ')}`
  return printable(`${event} by ${ACTOR_WORDS[by]}: ${where}${takes}`)
}
