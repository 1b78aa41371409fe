import { utf8Encode } from '../encoding/utf8.ts'
import { PATH_BYTES_MAX } from '../limits.ts'
import { type Rejection, refuse } from '../rejection.ts'

/** Names at the top of a directory that are the business of version control, as OpenSSF Model Signing has it. */
const VERSION_CONTROL_NAMES: ReadonlySet<string> = new Set([
  '.git',
  '.gitignore',
  '.gitattributes',
  '.github',
])

const CONTROL = /\p{Cc}/u

/** True for what is left out of an artefact: `.git/config`, but not `sub/.git`. @param name relative, POSIX */
export function isVersionControlName(name: string): boolean {
  const [top = ''] = name.split('/', 1)
  return VERSION_CONTROL_NAMES.has(top)
}

/**
 * A file's name inside an artefact: relative, POSIX, the same file on every system. Refuses with
 * too-large or schema-violation, naming the name.
 */
export function checkFileName(name: string): Rejection | undefined {
  const shown = JSON.stringify(name.slice(0, 200))
  if (!name.isWellFormed()) return refuse('schema-violation', `file name ${shown} is not Unicode`)
  const length = utf8Encode(name).length
  if (length > PATH_BYTES_MAX) {
    return refuse('too-large', `file name ${shown}… of ${length} bytes, at most ${PATH_BYTES_MAX}`)
  }
  if (CONTROL.test(name)) {
    return refuse('schema-violation', `file name ${shown} holds a control character`)
  }
  if (name.includes('\\')) return refuse('schema-violation', `file name ${shown} holds a backslash`)
  const bad = name.split('/').find((part) => part === '' || part === '.' || part === '..')
  if (bad === undefined) return undefined
  return refuse('schema-violation', `file name ${shown} holds the component ${JSON.stringify(bad)}`)
}

/**
 * What a name becomes on a file system that ignores case and composes characters. Upper case first,
 * so that letters with two lower cases fold together.
 */
export function foldFileName(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')
}
