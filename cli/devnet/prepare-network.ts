import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex } from '../../protocol/bytes.ts'
import { type Genesis, parseGenesis } from '../../protocol/chain/genesis.ts'
import { DEFAULT_PARAMETERS } from '../../protocol/chain/parameters.ts'
import { HOME_FILES } from '../../protocol/home.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { cliError, refusal, systemCode } from '../cli-error.ts'
import { writeAtomically, writeError } from '../home/atomic-write.ts'
import { type Home, openHome } from '../home/home.ts'
import { createHome } from '../network/create-home.ts'
import { type Declarations, genesisWith } from '../network/declarations.ts'
import { freePort } from '../network/free-port.ts'
import { readOwnIdentity } from '../network/identity-file.ts'
import { joinNetwork } from '../network/join-network.ts'

/** The first person of each organisation. */
const PERSONS = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy']
const HOST = '127.0.0.1'
const NETWORK_NAME = 'devnet'
const GENESIS_FILE = 'genesis.json'

export interface DevnetPlan {
  readonly dir: string
  readonly nodes: number
  /** The nodes listen on this port and the next ones; any free ones if absent. */
  readonly port?: number
  /** Counts when the network is made, and not for one that is there already. */
  readonly declarations?: Declarations
}

export interface Devnet {
  readonly dir: string
  readonly genesisPath: string
  readonly genesis: Genesis
  readonly homes: readonly Home[]
}

/**
 * The homes DIR/org1, DIR/org2, … of one network. What is there already is used again, so a network
 * comes up with the ledger it had; what an interrupted run left unfinished is finished.
 *
 * @throws CliError `other-network` when DIR holds a network of another size
 */
export async function prepareDevnet(plan: DevnetPlan): Promise<Devnet> {
  try {
    await mkdir(plan.dir, { recursive: true })
  } catch (error) {
    throw writeError(plan.dir, error)
  }
  const dir = await realpath(plan.dir)
  const genesisPath = join(dir, GENESIS_FILE)
  const homes = await prepareHomes(dir, plan, await readGenesis(genesisPath))
  const bytes = (await readGenesis(genesisPath)) ?? (await createGenesis(genesisPath, homes, plan))
  let genesis: Genesis | undefined
  for (const home of homes) genesis = await joinNetwork(home, bytes, genesisPath)
  if (genesis === undefined) throw cliError('usage', 'a network has at least one node')
  return { dir, genesisPath, genesis, homes }
}

async function prepareHomes(
  dir: string,
  { nodes, port }: DevnetPlan,
  genesisBytes: Uint8Array | undefined,
): Promise<readonly Home[]> {
  if (genesisBytes !== undefined) refuseOtherSize(dir, nodes, genesisBytes)
  const homes: Home[] = []
  const taken = new Set<number>()
  for (let i = 0; i < nodes; i++) {
    const path = join(dir, `org${i + 1}`)
    if (!existsSync(join(path, HOME_FILES.config))) {
      const own = await choosePort(port === undefined ? undefined : port + i, taken)
      const listen = [`/ip4/${HOST}/tcp/${own}`]
      const person = PERSONS[i] ?? `person${i + 1}`
      await createHome(path, { organisation: `org${i + 1}`, person, listen, announce: [] })
    }
    homes.push(await openHome(path))
  }
  return homes
}

/** The system may name a port twice, because nothing listens on it yet. */
async function choosePort(wanted: number | undefined, taken: Set<number>): Promise<number> {
  for (;;) {
    const port = await freePort(HOST, wanted ?? 0)
    if (wanted !== undefined || !taken.has(port)) {
      taken.add(port)
      return port
    }
  }
}

async function createGenesis(
  path: string,
  homes: readonly Home[],
  { declarations = {} }: DevnetPlan,
): Promise<Uint8Array> {
  const members = []
  for (const home of homes) members.push(await readOwnIdentity(home))
  const salt = toHex(new Uint8Array(randomBytes(32)))
  const content = { name: NETWORK_NAME, salt, members, parameters: DEFAULT_PARAMETERS }
  const built = genesisWith(content, declarations)
  await writeAtomically(path, built.bytes, { mode: 0o644, exclusive: true })
  return built.bytes
}

function refuseOtherSize(dir: string, nodes: number, bytes: Uint8Array): void {
  const genesis = parseGenesis(bytes)
  if (isRejection(genesis)) throw refusal(genesis, dir)
  const size = genesis.committee.members.length
  if (size === nodes) return
  throw cliError('other-network', `${dir} holds a network of ${size} nodes`, {
    hint: `use --nodes ${size}, or another --dir`,
  })
}

async function readGenesis(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return undefined
    throw cliError('path-unreadable', `cannot read ${path}: ${code}`, { cause: error })
  }
}
