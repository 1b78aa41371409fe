import {
  type ArtefactType,
  BUILT_IN_TYPES,
  type Transition,
} from '../../../protocol/rules/artefact-types.ts'

const TYPES: readonly ArtefactType[] = Object.values(BUILT_IN_TYPES)

/** The rows of the table in SPEC.md: every transition of every built-in type, equal ones together. */
export function machineRows(): readonly string[] {
  const typesByRow = new Map<string, string[]>()
  for (const type of TYPES) {
    for (const transition of type.transitions) {
      const row = rowOf(type, transition)
      typesByRow.set(row, [...(typesByRow.get(row) ?? []), type.name])
    }
  }
  return [...typesByRow].map(
    ([row, types]) => `| ${types.length === TYPES.length ? 'all' : types.join(', ')} | ${row} |`,
  )
}

function rowOf({ states }: ArtefactType, transition: Transition): string {
  const { event, from, to, by, details, references = {}, effect } = transition
  const inUse = states.filter((state) => state !== 'retired')
  const roles = Object.entries(references).map(
    ([role, { types, optional }]) =>
      `${role}${optional === true ? '?' : ''}: ${types.join(' or ')}`,
  )
  return [
    event,
    from.length === inUse.length ? 'in use' : from.join(', '),
    to ?? 'the same',
    by,
    details.join(', '),
    roles.join(', '),
    effect ?? '',
  ].join(' | ')
}
