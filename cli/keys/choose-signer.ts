import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { HOME_FILES, userKeyFile } from '../../protocol/home.ts'
import { cliError } from '../cli-error.ts'
import { type Home, homeFile } from '../home/home.ts'
import { readKeyFile, type SecretKey } from './key-file.ts'

/** Classes whose keys sign certificates. */
const SIGNING_CLASSES: readonly string[] = ['person', 'source']

export function isSigningClass(keyClass: string): boolean {
  return SIGNING_CLASSES.includes(keyClass)
}

/**
 * Who signs: the key named by --key, else the only person of this home.
 *
 * @param keyPath value of --key
 * @throws CliError `ambiguous` when several persons have keys here
 */
export async function chooseSigner(home: Home, keyPath: string | undefined): Promise<SecretKey> {
  const key = await readKeyFile(keyPath ?? (await onlyPersonKey(home)))
  if (isSigningClass(key.class)) return key
  throw cliError('key-unsuitable', `a key of the class ${key.class} signs no certificates`, {
    hint: 'name the key of a person or data source with --key',
  })
}

/** The key that registers persons and data sources. */
export async function adminKey(home: Home): Promise<SecretKey> {
  return readKeyFile(homeFile(home, userKeyFile('admin', 'admin')))
}

async function onlyPersonKey(home: Home): Promise<string> {
  const folder = homeFile(home, HOME_FILES.userKeys)
  const names = (await readdir(folder).catch(() => [])).filter((name) =>
    /^person-.*\.json$/.test(name),
  )
  const [first] = names
  if (first === undefined) {
    throw cliError('key-missing', `${home.path} holds no key of a person`, {
      hint: `pedigree --home ${home.path} person add NAME, or name a key with --key`,
    })
  }
  if (names.length === 1) return join(folder, first)
  const candidates = names.sort().map((name) => join(folder, name))
  throw cliError(
    'ambiguous',
    `several persons have keys here:\n${candidates.map((path) => `  ${path}`).join('\n')}`,
    {
      hint: 'say who signs with --key FILE',
      facts: { candidates },
    },
  )
}
