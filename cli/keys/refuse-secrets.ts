import { basename } from 'node:path'
import { KEY_FORMAT } from '../../protocol/home.ts'
import { isSecretPath } from '../capture/redaction/redact.ts'
import { cliError } from '../cli-error.ts'
import type { HashedArtefact } from '../hashing/hash-artefact.ts'
import { printable } from '../output/printable.ts'
import { holdsSecretKey, KEY_FILE_BYTES_MAX } from './key-file.ts'

/** Named one by one in a warning. */
const NAMED_MAX = 5

/**
 * A home lies where people work, so that it is soon inside the folder that they certify: with
 * --share members, everybody could then sign in their name.
 *
 * @throws CliError `secret-key` where the bytes hold a key of ours
 */
export async function refuseSecretKeys({ path, directory, bytes }: HashedArtefact): Promise<void> {
  const files = directory?.walked ?? [{ path, name: path, stat: { size: BigInt(bytes) } }]
  for (const file of files) {
    const isCandidate = file.name.endsWith('.json') && file.stat.size <= KEY_FILE_BYTES_MAX
    if (!isCandidate || !(await holdsSecretKey(file.path))) continue
    throw cliError('secret-key', `${printable(file.path)} is a secret key (${KEY_FORMAT})`, {
      hint: 'nothing was signed or stored: move the key or the home out of what is certified',
    })
  }
}

/** For whoever shares the bytes: which of them look like secrets. */
export function secretWarnings({ path, directory }: HashedArtefact): readonly string[] {
  const names = directory?.walked.map(({ name }) => name) ?? [basename(path)]
  const secret = names.filter(isSecretPath)
  if (secret.length === 0) return []
  const shown = secret.slice(0, NAMED_MAX).map(printable).join(', ')
  const more = secret.length > NAMED_MAX ? ', …' : ''
  return [`every member could fetch what looks secret by its name: ${shown}${more}`]
}
