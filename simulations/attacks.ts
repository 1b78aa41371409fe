import { combine, type Outcome } from './attacks/attack.ts'
import { onStage } from './attacks/processes/stage.ts'
import { ON_PROCESSES, playAll } from './attacks/processes.ts'
import { ATTACKS } from './attacks/table.ts'

/** Runs every attack, in a simulated world or on four real processes, and prints the table. Exit 1 when one succeeds. */
function tellAll(onProcesses: ReadonlyMap<string, Outcome>): number {
  let run = 0
  let won = 0
  for (const { id, attacker, action, expected, run: simulate } of ATTACKS) {
    const outcomes = [simulate?.(), onProcesses.get(id)].filter((each) => each !== undefined)
    const outcome = combine(outcomes)
    const verdict = outcome === undefined ? 'not run' : outcome.held ? 'held' : 'BROKEN'
    if (outcome !== undefined) run++
    if (outcome?.held === false) won++
    const lines = [
      `${id.padEnd(6)} ${verdict}`,
      `       attacker  ${attacker}`,
      `       action    ${action}`,
      `       expected  ${expected}`,
      ...(outcome === undefined ? [] : [`       observed  ${outcome.observed}`]),
      ...(simulate === undefined || onProcesses.has(id) || !(id in ON_PROCESSES)
        ? []
        : ['       also      on real processes: npm run attacks without --simulated']),
    ]
    process.stdout.write(`${lines.join('\n')}\n\n`)
  }
  const rest = ATTACKS.length - run
  process.stdout.write(`${run} attacks run, ${run - won} held, ${won} broken; ${rest} not run\n`)
  return won === 0 ? 0 : 1
}

/** `--simulated` leaves out what needs real processes: mutants of the protocol have none. */
const simulated = process.argv.includes('--simulated')
process.exitCode = tellAll(simulated ? new Map() : await onStage(playAll))
