import { ARTEFACT_ATTACKS } from './artefacts.ts'
import type { Attack } from './attack.ts'
import { COMMITTEE_ATTACKS } from './committee.ts'
import { FLOOD_ATTACKS } from './floods.ts'
import { IDENTITY_ATTACKS } from './identity.ts'
import { LEDGER_ATTACKS } from './ledger.ts'

/** About bytes outside the ledger, which a simulated world does not have: they run on real processes (processes.ts). */
const OUTSIDE_THE_SIMULATION: readonly Attack[] = [
  {
    id: 'T-P4',
    attacker: 'whoever stores an artefact',
    action: 'changes its bytes after registration',
    expected: 'fetching and verifying fail and name both digests',
    run: undefined,
  },
  {
    id: 'T-G4',
    attacker: 'whoever distributes a model',
    action: 'swaps it for a degraded one',
    expected: 'verify says modified, or that the new one has no certificate',
    run: undefined,
  },
  {
    id: 'T-S1',
    attacker: 'whoever runs the hub',
    action: 'replaces a model by malware',
    expected: 'verify fails before anything loads the file',
    run: undefined,
  },
]

/** The insider attacks of the threat tables, in the order of their numbers. */
export const ATTACKS: readonly Attack[] = [
  ...IDENTITY_ATTACKS,
  ...ARTEFACT_ATTACKS,
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
