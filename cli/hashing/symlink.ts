import { readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { cliError, systemCode } from '../cli-error.ts'
import { readError } from './hash-file.ts'

/** Folder name of one repository in a Hugging Face cache. */
const CACHED_REPOSITORY = /^(?:models|datasets|spaces)--/
const REFUSED_HINT = 'replace the link by the file, or certify the place it points to'

/**
 * The file behind a symbolic link, where following it is safe: snapshots in a Hugging Face cache are
 * links into the `blobs/` folder beside them. Any other link is refused by name, because its target
 * may change, or lie outside of what is being certified, without the certificate showing it.
 *
 * @returns real path of the blob
 * @throws CliError `link-loop`, `link-escape` or `link-refused`
 */
export async function followCacheLink(link: string, root: string): Promise<string> {
  const target = await targetOf(link)
  if (await isCacheBlob(link, target)) return target
  const shown = await readlink(link)
  const isInside = target === root || target.startsWith(root + sep)
  throw isInside
    ? cliError('link-refused', `${link} is a symbolic link to ${shown}`, { hint: REFUSED_HINT })
    : cliError('link-escape', `${link} is a symbolic link that leads outside, to ${shown}`, {
        hint: REFUSED_HINT,
      })
}

async function targetOf(link: string): Promise<string> {
  try {
    return await realpath(link)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ELOOP') throw cliError('link-loop', `${link} is a symbolic link in a loop`)
    if (code === 'ENOENT') {
      throw cliError('link-refused', `${link} is a symbolic link to nothing`, {
        hint: REFUSED_HINT,
      })
    }
    throw readError(link, error)
  }
}

async function isCacheBlob(link: string, target: string): Promise<boolean> {
  const blobs = dirname(target)
  const repository = dirname(blobs)
  if (basename(blobs) !== 'blobs' || !CACHED_REPOSITORY.test(basename(repository))) return false
  const folder = await realpath(dirname(link))
  const snapshots = join(repository, 'snapshots') + sep
  return folder.startsWith(snapshots) && (await stat(target)).isFile()
}
