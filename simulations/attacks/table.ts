import { ARTEFACT_ATTACKS } from './artefacts.ts'
import type { Attack } from './attack.ts'
import { COMMITTEE_ATTACKS } from './committee.ts'
import { DOCUMENT_ATTACKS } from './documents.ts'
import { FAMILY_ATTACKS } from './family.ts'
import { FLOOD_ATTACKS } from './floods.ts'
import { IDENTITY_ATTACKS } from './identity.ts'
import { LEDGER_ATTACKS } from './ledger.ts'
import { OUTSIDE_THE_SIMULATION } from './outside.ts'
import { PIPELINE_ATTACKS } from './pipelines.ts'
import { ROLE_ATTACKS } from './roles.ts'

/** The insider attacks of the threat tables, in the order of their numbers. */
export const ATTACKS: readonly Attack[] = [
  ...IDENTITY_ATTACKS,
  ...ARTEFACT_ATTACKS,
  ...FAMILY_ATTACKS,
  ...DOCUMENT_ATTACKS,
  ...ROLE_ATTACKS,
  ...PIPELINE_ATTACKS,
  ...COMMITTEE_ATTACKS,
  ...LEDGER_ATTACKS,
  ...FLOOD_ATTACKS,
  ...OUTSIDE_THE_SIMULATION,
].toSorted((a, b) => order(a) - order(b))

/** Letters as the tables have them, then numbers. */
function order({ id }: Attack): number {
  const letter = 'PGSM'.indexOf(id.charAt(2))
  return letter * 100 + Number.parseInt(id.slice(3), 10)
}
