import { shortId } from '../output/format.ts'
import { printable } from '../output/printable.ts'
import { resolveAll } from '../resolve/resolve-id.ts'
import type { Session } from '../session.ts'
import type { NameAndVersion } from './artefact-name.ts'

/**
 * A sentence where an artefact of this organisation has this name already. The ledger takes a name
 * twice: whoever gives it without thinking finds out when no command knows which one he means.
 */
export async function describeTaken(
  session: Session,
  { name, version }: NameAndVersion,
): Promise<readonly string[]> {
  const full = `${session.home.config.organisation}/${name}@${version}`
  const matches = await resolveAll(session, full, { kinds: ['artefact'] })
  const [taken] = matches.filter(({ by }) => by === 'name')
  if (taken === undefined) return []
  const remedy = `--name ${printable(name)}@VERSION tells them apart`
  return [
    `${printable(full)} is the name of ${shortId(taken.record)} too, and will mean both: ${remedy}`,
  ]
}
