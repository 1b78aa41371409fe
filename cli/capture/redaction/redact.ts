import { variableSet } from './environment-values.ts'
import { ownNames, withoutOwnNames } from './own-names.ts'
import { isSecretName } from './secret-names.ts'
import { REDACTED, redactText } from './secret-text.ts'
import { credentialFlag } from './tool-flags.ts'

export { shownPath } from './own-names.ts'
export { isSecretPath } from './secret-paths.ts'

export interface RedactedArgv {
  readonly argv: readonly string[]
  /** What was left out, named, each once: `argument --password`, `credentials in a URL`. */
  readonly redacted: readonly string[]
}

/** A command line without passwords, tokens, and the names of this machine and its user. */
export function redactArgv(argv: readonly string[]): RedactedArgv {
  const names = ownNames()
  const redacted = new Set<string>()
  const shown: string[] = []
  let secretOf: string | undefined
  for (const [at, argument] of argv.entries()) {
    if (secretOf !== undefined && !isOption(argument)) {
      redacted.add(`argument ${secretOf}`)
      shown.push(REDACTED)
      secretOf = undefined
      continue
    }
    const { text, found, next } = redactArgument(argument, argv.slice(0, at))
    for (const what of found) redacted.add(withoutOwnNames(what, names))
    shown.push(withoutOwnNames(text, names))
    secretOf = next
  }
  return { argv: shown, redacted: [...redacted] }
}

interface RedactedArgument {
  readonly text: string
  readonly found: readonly string[]
  /** The flag whose value is the next argument, when that is a secret. */
  readonly next?: string
}

const NAMED = /^(-{0,2}[A-Za-z_][A-Za-z0-9_.-]*)=([\s\S]+)$/
const FLAG = /^--?[A-Za-z][A-Za-z0-9_.-]*$/

function redactArgument(argument: string, before: readonly string[]): RedactedArgument {
  const variable = variableSet(argument, before)
  if (variable !== undefined) {
    return { text: `${variable}=${REDACTED}`, found: [`environment value of ${variable}`] }
  }
  const [, name, value] = NAMED.exec(argument) ?? []
  if (name !== undefined && value !== undefined && isSecretName(name)) {
    return { text: `${name}=${REDACTED}`, found: [`argument ${name}`] }
  }
  if (FLAG.test(argument) && !argument.startsWith('--no-') && isSecretName(argument)) {
    return { text: argument, found: [], next: argument }
  }
  const credential = credentialFlag(argument, before)
  if (credential === 'next') return { text: argument, found: [], next: argument }
  if (credential !== undefined) {
    return { text: `${credential}${REDACTED}`, found: [`argument ${credential}`] }
  }
  return redactText(argument)
}

/** A secret may begin with a dash; a long option hardly ever is one. */
function isOption(argument: string): boolean {
  return /^--[A-Za-z]/.test(argument)
}
