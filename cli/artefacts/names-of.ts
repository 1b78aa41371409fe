import type { Names } from '../output/names.ts'
import type { Session } from '../session.ts'

/** What the ledger calls these artefacts. @param records record ids of registrations */
export async function namesOf(
  { chain }: Pick<Session, 'chain'>,
  records: readonly string[],
): Promise<Names> {
  const names = new Map<string, string>()
  for (const record of new Set(records)) {
    const { organisation, name, version } = await chain.artefact(record)
    names.set(record, `${organisation}/${name}@${version}`)
  }
  return names
}
