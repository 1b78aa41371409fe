import { resolve } from 'node:path'
import { cliError } from '../cli-error.ts'
import { type BytePath, bytePath, isInside, toText } from './byte-path.ts'
import type { Capture, LayerReport } from './capture.ts'
import { composeCapture } from './compose-capture.ts'
import { FileLedger } from './files/file-ledger.ts'
import { HashQueue } from './files/hash-queue.ts'
import { placesInArguments } from './files/outside.ts'
import { type Places, realPath, realPathOfText } from './files/places.ts'
import { settleFiles } from './files/settle-files.ts'
import { lookAt } from './files/stamp.ts'
import type { CaptureRunOptions, PreparedRun } from './prepared-run.ts'
import { isSecretPath } from './redaction/redact.ts'
import { makeOwnFolder, type OwnFolder } from './run/own-folder.ts'
import { Programs } from './run/programs.ts'
import { type Program, resolveProgram } from './run/resolve-program.ts'
import { type Ending, runChild } from './run/run-child.ts'
import { Watch } from './run/watch.ts'
import { changedSince, takeSnapshot, wasThere } from './snapshot/snapshot.ts'
import { probeStrace, type Usable } from './strace/probe-strace.ts'

/** Runs a command unchanged, and says what it did, as far as it could be seen. */
export async function captureRun(options: CaptureRunOptions): Promise<Capture> {
  const program = resolveProgram(options.argv, options.folder, options.environment)
  const own = await makeOwnFolder()
  try {
    const run = await prepare(options, program, own)
    const ending = await execute(run)
    await run.queue.hold()
    addUnseen(run, ending.startedMs)
    await run.queue.drain()
    const { ledger, project, before } = run
    const settled = await settleFiles({ ledger, project, before, signal: options.signal })
    return await composeCapture({ ...run, ending, settled, layers: layersOf(run) })
  } finally {
    await own.remove()
  }
}

async function prepare(
  options: CaptureRunOptions,
  program: Program,
  own: OwnFolder,
): Promise<PreparedRun> {
  const strace = await straceFor(options, program)
  const project = realPathOfText(options.project)
  const folder = realPathOfText(options.folder)
  const before = takeSnapshot(project)
  const named = [
    ...namedPlaces(options),
    ...placesInArguments(options.argv, options.folder, project),
  ]
  const places: Places = { project, own: bytePath(own.path), named }
  const programs = new Programs(strace.isUsable)
  const queue = new HashQueue(options.signal)
  const seenBefore = (path: BytePath) => wasThere(before, project, path)
  const ledger = new FileLedger({
    places,
    wasThere: seenBefore,
    onProgram: (path, argv) => programs.started(path, argv),
    onInput: (key, file, isOutside) => {
      if (!isSecretPath(toText(key) ?? key)) queue.add(key, file, isOutside)
    },
  })
  for (const path of filesOf(options, options.inputs)) ledger.declare(path, 'input')
  const watch = await Watch.start({
    own,
    folder,
    observer: ledger,
    strace,
    // It changes the program's environment and costs a little, for no more than the names of hosts.
    usesHook: options.usesPython && !strace.isUsable,
    wasThere: seenBefore,
    onDeclared: (kind, path) => {
      for (const file of filesOf(options, [path])) ledger.declare(file, kind)
    },
  })
  return { options, program, project, folder, before, ledger, queue, programs, watch }
}

async function straceFor({ usesStrace }: CaptureRunOptions, program: Program): Promise<Usable> {
  if (!usesStrace) return { isUsable: false, detail: 'left out' }
  if ('isSetuid' in program && program.isSetuid && process.getuid?.() !== 0) {
    return { isUsable: false, detail: 'the command runs with the rights of its owner' }
  }
  return probeStrace()
}

const EXEC_FAILED = 1
const CANNOT_EXECUTE = 126

async function execute({ options, program, watch }: PreparedRun): Promise<Ending> {
  if ('failure' in program) {
    const { failure, exitCode } = program
    return { exitCode, startFailure: failure, startedMs: Date.now(), durationMs: 0 }
  }
  if (options.signal.aborted) throw cliError('interrupted', 'stopped before the command began')
  const ended = runChild({
    argv: watch.argv(program.argv),
    folder: options.folder,
    environment: watch.environment(options.environment),
  })
  await watch.follow(ended)
  const ending = await ended
  // The tracer has said on stderr what the kernel said to it.
  if (watch.hasStarted === false && ending.exitCode === EXEC_FAILED) {
    const startFailure = `${options.argv[0]} could not be executed`
    return { ...ending, exitCode: CANNOT_EXECUTE, startFailure }
  }
  return ending
}

/** What no layer saw, and what the person named. */
function addUnseen(run: PreparedRun, startedMs: number): void {
  const { options, project, before, ledger, watch } = run
  const changed = new Set(changedSince(before, takeSnapshot(project)))
  for (const path of changed) ledger.inferOutput(path)
  if (watch.hasStarted === undefined) {
    const outside = placesInArguments(options.argv, options.folder, project)
    for (const path of filesOf(options, options.argv)) {
      const wasThere = before.stamps.has(path) && !changed.has(path)
      const isOutside = outside.some((place) => isInside(path, place))
      if (wasThere || (isOutside && isOlder(path, startedMs))) ledger.inferInput(path)
    }
  }
  for (const path of filesOf(options, options.outputs)) ledger.declare(path, 'output')
}

/** Nobody looked at what lies outside before the command ran: its age has to tell. */
function isOlder(path: BytePath, startedMs: number): boolean {
  const stat = lookAt(path)
  return stat !== undefined && stat.mtimeMs < BigInt(startedMs)
}

/** Regular files behind names; of a folder, all in it. What is not there is not said. */
function filesOf({ folder }: CaptureRunOptions, names: readonly string[]): readonly BytePath[] {
  return names.flatMap((name) => {
    const path = bytePath(resolve(folder, name))
    const stat = lookAt(path)
    if (stat?.isDirectory()) return [...takeSnapshot(realPath(path)).stamps.keys()]
    return stat?.isFile() ? [realPath(path)] : []
  })
}

function namedPlaces({ folder, inputs, outputs }: CaptureRunOptions): readonly BytePath[] {
  const given = [...inputs, ...outputs].map((name) => bytePath(resolve(folder, name)))
  return [...new Set(given.flatMap((path) => [path, realPath(path)]))]
}

function layersOf({ options, before, watch }: PreparedRun): readonly LayerReport[] {
  const { inputs, outputs } = options
  return [
    ...watch.reports(),
    {
      layer: 'snapshot',
      used: true,
      ...(before.isCut && { detail: `only the first ${before.stamps.size} files were looked at` }),
    },
    { layer: 'log', used: watch.log.lines > 0 },
    { layer: 'flags', used: inputs.length + outputs.length > 0 },
  ]
}
