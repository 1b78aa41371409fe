import { ON_PROCESSES, onStage, type Stage } from './attacks/processes.ts'
import { ATTACKS } from './attacks/table.ts'

/** Runs every built attack, in a simulated world or on four real processes, and prints the table. Exit 1 when one succeeds. */
async function tellAll(stage: Stage): Promise<number> {
  let won = 0
  for (const { id, attacker, action, expected, run } of ATTACKS) {
    const outcome = run?.() ?? (await ON_PROCESSES[id]?.(stage))
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
  const built = ATTACKS.filter(({ id, run }) => run !== undefined || id in ON_PROCESSES).length
  process.stdout.write(
    `${built} attacks run, ${built - won} held, ${won} broken; ${ATTACKS.length - built} not built\n`,
  )
  return won === 0 ? 0 : 1
}

process.exitCode = await onStage(tellAll)
