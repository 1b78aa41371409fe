import { REJECTIONS, type Rejection } from '../protocol/rejection.ts'
import { type CliProblemCode, type ExitCode, exitCodeOf } from './exit-codes.ts'

interface CliErrorOptions {
  /** What the person can do now. */
  readonly hint?: string
  readonly cause?: unknown
  /** Further facts for `--json`. */
  readonly facts?: Readonly<Record<string, unknown>>
}

/** Whatever ends a command early. Printed as one sentence and a hint, or as JSON. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: string
  readonly hint: string | undefined
  readonly facts: Readonly<Record<string, unknown>>

  /**
   * @param code a CliProblemCode, a NodeProblemCode or a RejectionCode
   * @param detail one sentence that names the value and the place, for a person
   */
  constructor(code: string, detail: string, { hint, cause, facts }: CliErrorOptions = {}) {
    super(detail, cause === undefined ? undefined : { cause })
    this.code = code
    this.hint = hint
    this.facts = facts ?? {}
  }

  get exitCode(): ExitCode {
    return exitCodeOf(this.code)
  }
}

/** Narrows the code, so that a misspelt one of ours does not compile. */
export function cliError(
  code: CliProblemCode,
  detail: string,
  options: CliErrorOptions = {},
): CliError {
  return new CliError(code, detail, options)
}

/** A refusal by the rules of the protocol, found here or answered by the node. */
export function refusal({ rejected, detail }: Rejection, where = ''): CliError {
  const { meaning, remedy } = REJECTIONS[rejected]
  const hint = remedy === 'nothing' ? undefined : remedy
  const place = where === '' ? '' : `${where}: `
  return new CliError(
    rejected,
    `${place}${meaning} (${detail})`,
    hint === undefined ? {} : { hint },
  )
}

/** The `code` of an error of the operating system; undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof CliError || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
