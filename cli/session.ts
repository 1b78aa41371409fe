import { readFile } from 'node:fs/promises'
import { type Genesis, parseGenesis } from '../protocol/chain/genesis.ts'
import { HOME_FILES } from '../protocol/home.ts'
import { isRejection } from '../protocol/rejection.ts'
import { cliError, refusal, systemCode } from './cli-error.ts'
import type { Context } from './context.ts'
import { type Home, homeFile, openHome, rpcSocketOf } from './home/home.ts'
import { type ChainClient, RpcClient } from './rpc/rpc-client.ts'

/** A home that belongs to a network, and the way to its node. Nothing is connected until the first call. */
export interface Session {
  readonly context: Context
  readonly home: Home
  readonly genesis: Genesis
  readonly rpc: RpcClient
  /** The main chain. */
  readonly chain: ChainClient
}

/** @throws CliError `home-missing`, `home-damaged` or `no-network` */
export async function openSession(context: Context): Promise<Session> {
  const home = await openHome(context.home)
  const genesis = await joinedGenesis(home)
  const rpc = new RpcClient(rpcSocketOf(home), context.signal)
  return { context, home, genesis, rpc, chain: rpc.chain(genesis.chain) }
}

/** The network of a home. */
export async function joinedGenesis(home: Home): Promise<Genesis> {
  const path = homeFile(home, HOME_FILES.genesis)
  const bytes = await readGenesisBytes(home)
  if (bytes === undefined) {
    throw cliError('no-network', `${home.path} belongs to no network yet`, {
      hint: `pedigree --home ${home.path} network join genesis.json`,
    })
  }
  const genesis = parseGenesis(bytes)
  if (isRejection(genesis)) throw refusal(genesis, path)
  return genesis
}

/** The genesis file of a home as it lies there; undefined before `network join`. */
export async function readGenesisBytes(home: Home): Promise<Uint8Array | undefined> {
  const path = homeFile(home, HOME_FILES.genesis)
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return undefined
    throw cliError('path-unreadable', `cannot read ${path}: ${code}`, { cause: error })
  }
}
