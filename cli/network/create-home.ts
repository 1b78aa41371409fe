import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { parseIdentity } from '../../protocol/chain/genesis.ts'
import { createIdentity, type Identity } from '../../protocol/chain/identity.ts'
import { canonicalJson } from '../../protocol/encoding/canonical-json.ts'
import {
  HOME_FILES,
  HOME_FORMAT,
  HOME_MODE,
  type HomeConfig,
  nodeKeyFile,
  SECRET_FOLDER_MODE,
  userKeyFile,
} from '../../protocol/home.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { cliError, refusal, systemCode } from '../cli-error.ts'
import { writeAtomically, writeError } from '../home/atomic-write.ts'
import { generateKey, writeKeyFile } from '../keys/key-file.ts'
import { announcedAddresses, listenAddresses } from './listen-address.ts'

export interface NewHome {
  readonly organisation: string
  /** The first person. */
  readonly person: string
  /** Multiaddrs; port 0 is replaced by a free one. */
  readonly listen: readonly string[]
  readonly announce: readonly string[]
}

/**
 * Makes a whole home or none: it is filled under another name, and takes its own at the end.
 *
 * @throws CliError `home-exists`, or a refusal of a name that the network would not take
 */
export async function createHome(path: string, wanted: NewHome): Promise<Identity> {
  await refuseExisting(path)
  const listen = await listenAddresses(wanted.listen)
  const addresses = announcedAddresses(listen, wanted.announce)
  try {
    await mkdir(dirname(path), { recursive: true })
    const draft = await mkdtemp(join(dirname(path), `.${basename(path)}-`))
    try {
      const identity = await fillHome(draft, { ...wanted, listen }, addresses)
      await rename(draft, path)
      return identity
    } finally {
      await rm(draft, { recursive: true, force: true })
    }
  } catch (error) {
    throw writeError(path, error)
  }
}

async function fillHome(
  path: string,
  wanted: NewHome,
  addresses: readonly string[],
): Promise<Identity> {
  const { organisation, person, listen, announce } = wanted
  const keys = {
    admin: generateKey('admin', 'admin'),
    record: generateKey('record', 'record'),
    consensus: generateKey('consensus', 'consensus'),
    network: generateKey('network', 'network'),
  }
  const first = generateKey('person', person)
  const node = {
    admin: keys.admin.seed,
    record: keys.record.seed,
    consensus: keys.consensus.seed,
    network: keys.network.seed,
  }
  const members = [{ class: 'person', name: person, seed: first.seed }] as const
  const identity = createIdentity({ organisation, node, members, addresses })
  const bytes = canonicalJson(identity)
  const checked = parseIdentity(bytes)
  if (isRejection(checked)) throw refusal(checked)

  await makeFolders(path)
  for (const name of ['record', 'consensus', 'network'] as const) {
    await writeKeyFile(join(path, nodeKeyFile(name)), keys[name])
  }
  await writeKeyFile(join(path, userKeyFile('admin', 'admin')), keys.admin)
  await writeKeyFile(join(path, userKeyFile('person', person)), first)
  await writeAtomically(join(path, HOME_FILES.identity), bytes)
  const config: HomeConfig = { format: HOME_FORMAT, organisation, listen, announce }
  await writeAtomically(join(path, HOME_FILES.config), `${JSON.stringify(config, null, 2)}\n`)
  return identity
}

async function makeFolders(home: string): Promise<void> {
  await chmod(home, HOME_MODE)
  await mkdir(join(home, 'node'), { mode: HOME_MODE })
  await mkdir(join(home, HOME_FILES.nodeKeys), { mode: SECRET_FOLDER_MODE })
  await mkdir(join(home, 'user'), { mode: HOME_MODE })
  await mkdir(join(home, HOME_FILES.userKeys), { mode: SECRET_FOLDER_MODE })
  await mkdir(join(home, HOME_FILES.pending), { mode: HOME_MODE })
}

async function refuseExisting(path: string): Promise<void> {
  try {
    if ((await readdir(path)).length === 0) return
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return
    if (code !== 'ENOTDIR') throw writeError(path, error)
  }
  throw cliError('home-exists', `there is something in ${path} already`, {
    hint: 'name another place with --home',
  })
}
