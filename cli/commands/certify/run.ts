import { accessSync, constants } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { Capture } from '../../capture/capture.ts'
import { captureRun } from '../../capture/capture-run.ts'
import { draftNameOf } from '../../capture/run/draft-name.ts'
import { findProject } from '../../capture/run/find-project.ts'
import { CliError, cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { DRAFT_KINDS, type DraftKind } from '../../draft/draft.ts'
import { writeDraft } from '../../draft/write-draft.ts'
import { EXIT, RUN_FAILED } from '../../exit-codes.ts'
import { formatDuration } from '../../output/format.ts'
import { printable } from '../../output/printable.ts'
import { examples, repeatedOption } from '../options.ts'
import type { Run } from '../run-handler.ts'

interface RunOptions {
  readonly name?: string
  readonly input?: readonly string[]
  readonly output?: readonly string[]
  readonly as?: DraftKind
  readonly draft?: string
  readonly project?: string
  readonly strace: boolean
  readonly python: boolean
}

const HELP = `
The command runs as it would without us: its input, output, signals and exit code pass through. Exit codes of
our own: 125 we failed, 126 it cannot be executed, 127 it is not found. Nothing is signed or sent. A script
may append lines to the file that PEDIGREE_CAPTURE names: {"input": PATH}, {"output": PATH},
{"param": {"name": N, "value": V}}, {"metric": {"name": N, "value": V}}.
`

export function addRunCommand(program: Command, run: Run): void {
  program
    .command('run <command...>')
    .usage('[options] -- <command> [arguments...]')
    .description('run a command unchanged, and write down what it read and wrote as a draft')
    .option('--name <name>', 'what to call it (default: by its script or program)')
    .option('--output <path>', 'a result, file or folder; may be given again', repeatedOption)
    .option(
      '--input <path>',
      'something it uses, file or folder; may be given again',
      repeatedOption,
    )
    .addOption(new Option('--as <kind>', 'what the result is').choices(DRAFT_KINDS))
    .option('--draft <file>', 'where to write the draft (default: NAME.draft.yaml)')
    .option('--project <dir>', 'what counts as its own files (default: the repository around it)')
    .option('--no-strace', 'do not trace system calls')
    .option('--no-python', 'do not ask Python')
    .addHelpText(
      'after',
      HELP +
        examples(
          'pedigree run -- python train.py --epochs 3',
          'pedigree run --name digits --as model --output model.bin -- make train',
        ),
    )
    .action(run(runCommand))
}

async function runCommand(
  context: Context,
  argv: readonly string[],
  options: RunOptions,
): Promise<number> {
  const { output } = context
  // Who reads our stderr may be gone before the command is.
  process.stderr.on('error', () => undefined)
  let exitCode: number = RUN_FAILED
  try {
    const { draft, folder, project } = placesOf(argv, options)
    const capture = await captureRun({
      argv,
      name: nameOf(argv, options),
      folder,
      project,
      inputs: options.input ?? [],
      outputs: options.output ?? [],
      usesStrace: options.strace,
      usesPython: options.python,
      environment: process.env,
      signal: context.signal,
    })
    // A command that failed has said so, whatever becomes of its draft.
    exitCode = capture.command.exitCode || RUN_FAILED
    const written = await keep(draft, capture, draftOptions(project, folder, options))
    output.note(summaryOf(relative(folder, written), capture, output.json))
    for (const note of output.json ? [] : capture.notes.slice(0, NOTES_SHOWN_MAX)) {
      output.note(`  note: ${printable(note)}`)
    }
    return capture.command.exitCode
  } catch (error) {
    const isOurs = error instanceof CliError
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
    output.note(
      `pedigree: ${isOurs ? printable(error.message) : said} [${isOurs ? error.code : 'internal'}]`,
    )
    if (isOurs && error.hint !== undefined) output.note(`  try: ${printable(error.hint)}`)
    return isOurs && error.code === 'interrupted' ? EXIT.interrupted : exitCode
  }
}

const NAME_CHARS_MAX = 128
/** The rest stand in the draft. */
const NOTES_SHOWN_MAX = 5

function nameOf(argv: readonly string[], { name }: RunOptions): string {
  if (name === undefined) return draftNameOf(argv)
  if (name !== '' && name.length <= NAME_CHARS_MAX && printable(name) === name) return name
  throw cliError('usage', `--name is 1 to ${NAME_CHARS_MAX} characters that can be seen`)
}

function placesOf(argv: readonly string[], options: RunOptions) {
  const folder = process.cwd()
  const file = options.draft ?? `${nameOf(argv, options).replaceAll('/', '-')}.draft.yaml`
  const draft = resolve(folder, file)
  checkFolder(draft)
  const project = options.project === undefined ? findProject(folder) : resolve(options.project)
  return { draft, folder, project }
}

function draftOptions(project: string, folder: string, { as, output = [] }: RunOptions) {
  const [first] = output
  return {
    ...(as !== undefined && { as }),
    ...(first !== undefined && { output: relative(project, resolve(folder, first)) }),
  }
}

/** Before hours of work, and not after them. */
function checkFolder(draft: string): void {
  const folder = dirname(draft)
  try {
    accessSync(folder, constants.W_OK)
  } catch (error) {
    throw cliError('write-failed', `cannot write a draft into ${folder}`, {
      cause: error,
      hint: 'name another place with --draft FILE',
    })
  }
}

const NAMES_TRIED_MAX = 100
const FILES_OF_SHORT_DRAFT = 10_000

/**
 * What was captured is not lost: beside a draft that somebody has begun to fill in, it gets a number, and when
 * there is too much of it, it is cut.
 */
async function keep(
  wanted: string,
  capture: Capture,
  options: Parameters<typeof writeDraft>[2],
): Promise<string> {
  const stem = wanted.replace(/(?:\.draft)?\.ya?ml$/, '')
  const end = wanted.slice(stem.length)
  for (let number = 1; ; number++) {
    const path = number === 1 ? wanted : `${stem}-${number}${end}`
    try {
      await writeDraft(path, capture, options)
      return path
    } catch (error) {
      const code = error instanceof CliError ? error.code : ''
      const isTooLarge = code === 'draft-too-large' && capture.files.length > FILES_OF_SHORT_DRAFT
      if (isTooLarge) return keep(wanted, shortened(capture), options)
      if (code !== 'draft-exists' || number === NAMES_TRIED_MAX) throw error
    }
  }
}

function shortened(capture: Capture): Capture {
  const more = capture.files.length - FILES_OF_SHORT_DRAFT
  const note = `${more} more files are not listed, because the draft would be too large`
  const files = capture.files.slice(0, FILES_OF_SHORT_DRAFT)
  return { ...capture, files, notes: [...capture.notes, note] }
}

function summaryOf(draft: string, capture: Capture, json: boolean): string {
  const { command, files, layers, notes } = capture
  const [read, written] = [
    files.filter(({ role }) => role === 'input').length,
    files.filter(({ role }) => role !== 'input').length,
  ]
  const used = layers.filter((layer) => layer.used).map(({ layer }) => layer)
  const { exitCode, startFailure, durationMs } = command
  if (json) {
    return JSON.stringify({ draft, read, written, layers: used, exitCode, startFailure })
  }
  const took = `in ${formatDuration(durationMs)}`
  const went =
    startFailure === undefined
      ? `${exitCode === 0 ? 'done' : `failed with ${exitCode}`} ${took}`
      : startFailure
  const remarks = notes.length === 0 ? '' : `; ${counted(notes.length, 'note')}`
  return [
    `pedigree: ${printable(went)}; ${printable(draft)} written: `,
    `${counted(read, 'file')} read, ${written} written, seen by ${used.join(', ')}${remarks}`,
  ].join('')
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
