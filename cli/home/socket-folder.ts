import { lstatSync, statSync } from 'node:fs'
import { cliError, systemCode } from '../cli-error.ts'

/** Read, write or search by the group or by everybody. */
const OPEN_TO_OTHERS = 0o077

/**
 * The folder for sockets of deep homes lies where anyone may write: it must be this user's alone, or
 * someone else could be talking in place of the node.
 *
 * @param home absolute path
 * @throws CliError `node-forbidden`
 */
export function checkSocketFolder(home: string, folder: string): void {
  const user = process.getuid?.()
  if (user === undefined) return
  if (statSync(home).uid !== user) {
    throw cliError(
      'node-forbidden',
      `the path of ${home} is too long to be used by anyone but its owner`,
      {
        hint: 'its owner can move it to a shorter path: then its group may use it',
      },
    )
  }
  const stat = statOf(folder)
  if (stat === undefined) return
  if (stat.isDirectory() && stat.uid === user && (stat.mode & OPEN_TO_OTHERS) === 0) return
  throw cliError('node-forbidden', `${folder} is not a folder of this user alone`, {
    hint: 'remove it and start the node again, or give the home a shorter path',
  })
}

/** Undefined where no node ever listened. */
function statOf(folder: string) {
  try {
    return lstatSync(folder)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}
