import { access, constants, mkdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { chainOfGenesis } from '../../protocol/chain/genesis.ts'
import { HOME_FILES, SECRET_FOLDER_MODE } from '../../protocol/home.ts'
import { systemCode } from '../cli-error.ts'
import { writeError } from './atomic-write.ts'

const USER_FOLDER = 'user'
const NETWORK_HEX_DIGITS = 16

/**
 * Where a person keeps what is signed and not yet committed, the nonces, and what is expected of
 * paths: in the home, for whoever owns it; for a colleague, who may use the node and not write there,
 * in a folder of his own, one for each network.
 *
 * @param home absolute real path
 */
export async function ownFolderOf(home: string): Promise<string> {
  const inHome = join(home, USER_FOLDER)
  if (await isWritable(inHome)) return inHome
  const network = await networkOf(home)
  return network === undefined ? inHome : join(stateFolder(), 'pedigree', network)
}

/** Makes the folder that a file of this person's own goes to. @returns the same path */
export async function withFolder(path: string): Promise<string> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: SECRET_FOLDER_MODE })
    return path
  } catch (error) {
    throw writeError(path, error)
  }
}

async function isWritable(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK | constants.X_OK)
    return true
  } catch (error) {
    return systemCode(error) === 'ENOENT'
  }
}

/** Undefined before `network join`: until then only its owner has anything to keep. */
async function networkOf(home: string): Promise<string | undefined> {
  try {
    const genesis = await readFile(join(home, HOME_FILES.genesis))
    return chainOfGenesis(genesis).slice(0, NETWORK_HEX_DIGITS)
  } catch {
    return undefined
  }
}

/** The XDG base directory for state; a path there that is not absolute counts as absent. */
function stateFolder(): string {
  const named = process.env['XDG_STATE_HOME']
  return named !== undefined && isAbsolute(named) ? named : join(homedir(), '.local', 'state')
}
