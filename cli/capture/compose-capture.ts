import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { ENDPOINTS_MAX, OUTSIDE_FILES_MAX, PROJECT_FILES_MAX } from './bounds.ts'
import { bytePathOf, shownBytes, toText } from './byte-path.ts'
import type { Capture, CapturedCommand, CapturedEndpoint, LayerReport } from './capture.ts'
import { describeEnvironment } from './environment/describe-environment.ts'
import { readFacts } from './environment/read-facts.ts'
import type { FileLedger } from './files/file-ledger.ts'
import type { SettledFiles } from './files/settle-files.ts'
import type { PreparedRun } from './prepared-run.ts'
import { ownNames, shownPath } from './redaction/own-names.ts'
import { redactArgv } from './redaction/redact.ts'
import { noteOf, sentences } from './run/notes.ts'
import type { Ending } from './run/run-child.ts'

interface ComposeOptions extends PreparedRun {
  readonly ending: Ending
  readonly settled: SettledFiles
  readonly layers: readonly LayerReport[]
}

/** Everything that is known about a run, redacted. */
export async function composeCapture(run: ComposeOptions): Promise<Capture> {
  const { options, ledger, settled, watch, programs } = run
  const { argv, project, signal } = options
  const { read, written } = pathsOf(run)
  const environment = await describeEnvironment({ project, argv, files: read, written, signal })
  const facts = await readFacts({ project, argv, written, read })
  const command = redactArgv(argv)
  return {
    format: 'pedigree-capture/1',
    name: options.name,
    command: { ...commandOf(run), argv: command.argv },
    layers: run.layers,
    files: settled.files,
    environment: settled.environment,
    endpoints: endpointsOf(run),
    ...(environment.code === undefined ? {} : { code: environment.code }),
    software: environment.software,
    hardware: environment.hardware,
    parameters: [...facts.parameters, ...watch.log.facts('param')],
    metrics: [...facts.metrics, ...watch.log.facts('metric')],
    redacted: sentences(
      command.redacted,
      environment.redacted,
      facts.redacted,
      watch.log.redacted,
      settled.redacted,
    ),
    opaque: sentences(environment.opaque, programs.opaque),
    notes: sentences(
      notesOf(run),
      watch.notes,
      programs.notes(),
      environment.notes,
      [...settled.remarks].map(([what, paths]) => noteOf(what, paths)),
      beyondBounds(ledger),
    ),
  }
}

function commandOf({ options, ending, watch }: ComposeOptions): Omit<CapturedCommand, 'argv'> {
  const { project, folder } = options
  const { startFailure, ...rest } = ending
  return {
    cwd: relative(project, folder) || '.',
    ...rest,
    ...(startFailure === undefined
      ? {}
      : { startFailure: redactArgv([startFailure]).argv[0] ?? '' }),
    processes: startFailure === undefined ? watch.processes : 0,
  }
}

/** Absolute, and as text: what is not UTF-8 is no package and no file of parameters. */
function pathsOf({ ledger, programs }: ComposeOptions) {
  const known = [...ledger.files, ...ledger.outside]
  const texts = (keys: readonly Parameters<typeof toText>[0][]) =>
    keys.map(toText).filter((text) => text !== undefined)
  return {
    read: texts([
      ...known.filter(([, { readsOriginal }]) => readsOriginal).map(([key]) => key),
      ...programs.paths,
    ]),
    written: texts(known.filter(([, { writtenAt }]) => writtenAt > 0).map(([key]) => key)),
  }
}

function endpointsOf({ ledger, options }: ComposeOptions): readonly CapturedEndpoint[] {
  const names = ownNames()
  return ledger.endpoints
    .ofOthers()
    .map((address) => shownBytes(bytePathOf(Buffer.from(address, 'latin1'))))
    .map((address) =>
      address.startsWith('/') ? shownPath(address, options.project, names) : address,
    )
    .sort((a, b) => (a < b ? -1 : 1))
    .map((address) => ({ address, how: 'observed' }))
}

function notesOf({ ending, options }: ComposeOptions): readonly string[] {
  const { startFailure, signal, exitCode } = ending
  const missing = options.outputs.filter((path) => !existsSync(resolve(options.folder, path)))
  return [
    ...endingNote(startFailure, signal, exitCode),
    ...missing.map((path) => `${path} was to be an output, and was not there at the end`),
    ...(options.signal.aborted ? ['hashing was stopped before its end'] : []),
  ]
}

function endingNote(
  startFailure: string | undefined,
  signal: string | undefined,
  exitCode: number,
): readonly string[] {
  if (startFailure !== undefined) return ['the command was not started']
  if (signal !== undefined) return [`the command was ended by ${signal}`]
  return exitCode === 0 ? [] : [`the command failed with exit code ${exitCode}`]
}

function beyondBounds({ missed: { files, outside }, endpoints }: FileLedger) {
  return [
    ...(files > 0
      ? [`beyond ${PROJECT_FILES_MAX} files, ${files} uses of others are not listed`]
      : []),
    ...(outside > 0
      ? [`beyond ${OUTSIDE_FILES_MAX} files outside the project, ${outside} uses are not counted`]
      : []),
    ...(endpoints.missed > 0
      ? [`beyond ${ENDPOINTS_MAX} addresses, ${endpoints.missed} are not listed`]
      : []),
  ]
}
