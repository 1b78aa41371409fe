import { ON_PROCESSES, onStage, type Stage } from './attacks/processes.ts'
import { ATTACKS } from './attacks/table.ts'

/** Runs every built attack, in a simulated world or on four real processes, and prints the table. Exit 1 when one succeeds. */
async function tellAll(stage: Stage | undefined): Promise<number> {
  let won = 0
  for (const { id, attacker, action, expected, run } of ATTACKS) {
    const onProcesses = stage === undefined ? undefined : ON_PROCESSES[id]?.(stage)
    const outcome = run?.() ?? (await onProcesses)
    const verdict = outcome === undefined ? 'not built' : outcome.held ? 'held' : 'BROKEN'
    if (outcome?.held === false) won++
    const lines = [
      `${id.padEnd(6)} ${verdict}`,
      `       attacker  ${attacker}`,
      `       action    ${action}`,
      `       expected  ${expected}`,
      ...(outcome === undefined ? [] : [`       observed  ${outcome.observed}`]),
    ]
    process.stdout.write(`${lines.join('\n')}\n\n`)
  }
  const built = ATTACKS.filter(
    ({ id, run }) => run !== undefined || (stage && id in ON_PROCESSES),
  ).length
  process.stdout.write(
    `${built} attacks run, ${built - won} held, ${won} broken; ${ATTACKS.length - built} not built\n`,
  )
  return won === 0 ? 0 : 1
}

/** `--simulated` leaves out what needs real processes: mutants of the protocol have none. */
const simulated = process.argv.includes('--simulated')
process.exitCode = await (simulated ? tellAll(undefined) : onStage(tellAll))
