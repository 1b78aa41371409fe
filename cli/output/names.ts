import { shortId } from './format.ts'
import { printable } from './printable.ts'

/** What people call artefacts (`organisation/name@version`) and records about them, by record id. Others chose these names. */
export type Names = ReadonlyMap<string, string>

/** `org1/digits@1 (3fa9c1d2e4b5)`; where nobody knows the name, all of the id. */
export function nameWithId(names: Names, record: string): string {
  const name = names.get(record)
  return name === undefined ? record : `${printable(name)} (${shortId(record)})`
}
