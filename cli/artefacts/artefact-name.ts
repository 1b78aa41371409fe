import { NAME_CHARS_MAX } from '../../protocol/limits.ts'
import { cliError } from '../cli-error.ts'

export interface NameAndVersion {
  readonly name: string
  readonly version: string
}

const SLUG = new RegExp(`^[a-z0-9][a-z0-9._-]{0,${NAME_CHARS_MAX - 1}}$`)
const FIRST_VERSION = '1'

/** Lowercase letters, digits, dots, dashes and underscores: what the ledger takes as a name. */
export function isSlug(text: string): boolean {
  return SLUG.test(text)
}

/**
 * `N` or `N@version`, as --name has it.
 *
 * @throws CliError `usage`
 */
export function parseName(text: string): NameAndVersion {
  const [name = '', version = FIRST_VERSION, ...rest] = text.split('@')
  if (rest.length === 0 && isSlug(name) && isSlug(version)) return { name, version }
  throw cliError('usage', `${text} is not a name like digits or digits@2`, {
    hint: 'use lowercase letters, digits, dots, dashes and underscores; the organisation is yours',
  })
}

/** What a file or directory is called when nobody said. */
export function nameOfFile(basename: string): NameAndVersion {
  const slug = basename
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, NAME_CHARS_MAX)
  if (isSlug(slug)) return { name: slug, version: FIRST_VERSION }
  throw cliError('usage', `${basename} gives no name that the ledger could take`, {
    hint: 'say one with --name',
  })
}
