import pc from 'picocolors'
import type { CliError } from '../cli-error.ts'
import { printable } from './printable.ts'

type Colors = ReturnType<typeof pc.createColors>

/** A stream to print to. */
export interface Sink {
  write(text: string): unknown
  readonly isTTY?: boolean
}

interface OutputOptions {
  readonly json: boolean
  readonly stdout: Sink
  readonly stderr: Sink
  readonly environment: Readonly<Record<string, string | undefined>>
}

function wantsColor(sink: Sink, environment: OutputOptions['environment']): boolean {
  const refused = (environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb'
  return sink.isTTY === true && !refused
}

/**
 * The two ways to speak: lines for people, or exactly one JSON document on stdout. Everything that
 * is not the result goes to stderr in both.
 */
export class Output {
  readonly json: boolean
  /** For text on stdout. */
  readonly colors: Colors
  /** Whether stderr is a terminal, where progress may be redrawn. */
  readonly isLive: boolean
  readonly #stdout: Sink
  readonly #stderr: Sink
  #answered = false

  constructor({ json, stdout, stderr, environment }: OutputOptions) {
    this.json = json
    this.#stdout = stdout
    this.#stderr = stderr
    this.colors = pc.createColors(wantsColor(stdout, environment))
    this.isLive = stderr.isTTY === true
  }

  /** The result of a command: the document with --json, the lines without. */
  result(document: unknown, lines: readonly string[]): void {
    if (this.json) this.#document(document)
    else for (const line of lines) this.#stdout.write(`${line}\n`)
  }

  /** A remark beside the result. */
  note(text: string): void {
    this.#stderr.write(`${text}\n`)
  }

  /** Why the command ended early. */
  problem(error: CliError): void {
    const { code, message, hint } = error
    if (this.json && !this.#answered) {
      this.#document({ error: { code, detail: message, ...(hint && { hint }), ...error.facts } })
    }
    this.note(`pedigree: ${printableLines(message)} [${code}]`)
    if (hint !== undefined) this.note(`  try: ${printableLines(hint)}`)
  }

  #document(document: unknown): void {
    this.#answered = true
    this.#stdout.write(`${JSON.stringify(document)}\n`)
  }
}

/** Line feeds are ours, everything else in a message may quote a stranger. */
function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}
