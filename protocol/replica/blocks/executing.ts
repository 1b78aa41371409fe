import type { Core } from '../core.ts'
import { finishBuild } from './building.ts'
import { finishCheck } from './checking.ts'
import { type Execution, executeSlice } from './execution.ts'

/** Runs the first slice now; the rest waits for `resume`, so votes and timers get their turn in between. */
export function enqueueExecution(core: Core, execution: Execution): void {
  core.executions.push(execution)
  if (core.executions.length === 1) runSlice(core)
  else askForResume(core)
}

export function onResume(core: Core): void {
  core.yielded = false
  runSlice(core)
}

/** Executions of a height that was decided meanwhile are of no use to anyone. */
export function dropExecutions(core: Core): void {
  core.executions.length = 0
}

function runSlice(core: Core): void {
  const execution = core.executions[0]
  if (execution === undefined) return
  if (!executeSlice(execution, core.genesis)) return askForResume(core)
  core.executions.shift()
  if (core.executions.length > 0) askForResume(core)
  if (execution.purpose.kind === 'build') finishBuild(core, execution)
  else finishCheck(core, execution)
}

function askForResume(core: Core): void {
  if (core.yielded) return
  core.yielded = true
  core.effects.push({ kind: 'yield' })
}
