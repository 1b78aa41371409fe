import type { NamedArtefact } from '../../api/recalls.ts'
import type { Digest } from '../../digest.ts'
import type { LedgerView } from '../read-record.ts'
import { mustReadRelative, type Relative } from './family.ts'

/** An artefact by what people call it, as its birth certificate has it. */
export function namedArtefact({ record, entry }: Relative): NamedArtefact {
  const { organisation, name, version, type } = entry
  return { record, name: `${organisation}/${name}@${version}`, type }
}

/** @param id that the ledger itself names as an artefact */
export function nameOf(ledger: LedgerView, id: Digest): NamedArtefact {
  return namedArtefact(mustReadRelative(ledger, id))
}
