import { basename } from 'node:path'
import { redactArgv } from '../redaction/redact.ts'
import { REDACTED } from '../redaction/secret-text.ts'

type Scalar = string | number | boolean

const INTERPRETER = /^(?:python|pypy|node|deno|bun|julia|ruby|perl|Rscript|sh|bash)[\d.]*$/
const LONG = /^--([A-Za-z][A-Za-z0-9_.-]*)(?:=([\s\S]*))?$/
/** As configuration frameworks have it: `model.lr=0.1`, `+trainer.epochs=3`. */
const ASSIGNED = /^\+{0,2}([A-Za-z_][A-Za-z0-9_./-]*)=([\s\S]*)$/
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** `--lr 0.1`, `--lr=0.1`, `--shuffle` and `lr=0.1` of a command line; the last of a name counts. */
export function flagsOf(argv: readonly string[]): ReadonlyMap<string, Scalar> {
  const found = new Map<string, Scalar>()
  const args = redactArgv(programArguments(argv)).argv
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] ?? ''
    const [, name, glued] = LONG.exec(argument) ?? ASSIGNED.exec(argument) ?? []
    if (name === undefined) continue
    const next = args[at + 1]
    const takesNext = glued === undefined && next !== undefined && isValue(next)
    const value = takesNext ? next : glued
    if (takesNext) at++
    if (value !== REDACTED) found.set(name, value === undefined ? true : scalarOf(value))
  }
  return found
}

/** Without the flags of the interpreter itself. */
function programArguments(argv: readonly string[]): readonly string[] {
  const [command = '', ...rest] = argv
  if (!INTERPRETER.test(basename(command))) return rest
  const script = rest.findIndex((argument) => !argument.startsWith('-'))
  return script < 0 ? [] : rest.slice(script + 1)
}

function isValue(argument: string): boolean {
  return !argument.startsWith('-') || NUMBER.test(argument)
}

/** A number where the text is one that a double holds; else the text. */
export function scalarOf(text: string): Scalar {
  if (text === 'true' || text === 'false') return text === 'true'
  const number = Number(text)
  return NUMBER.test(text) && Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : text
}
