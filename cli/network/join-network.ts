import { equalBytes } from '../../protocol/bytes.ts'
import { type Genesis, parseGenesis } from '../../protocol/chain/genesis.ts'
import type { Identity } from '../../protocol/chain/identity.ts'
import { HOME_FILES, PEERS_FORMAT, type PeersFile } from '../../protocol/home.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { cliError, refusal } from '../cli-error.ts'
import { writeAtomically } from '../home/atomic-write.ts'
import { type Home, homeFile } from '../home/home.ts'
import { readJson } from '../home/read-json.ts'
import { readGenesisBytes } from '../session.ts'
import { readOwnIdentity } from './identity-file.ts'

/**
 * Puts a genesis into a home, once and for all.
 *
 * @param source where the bytes come from, for messages
 * @throws CliError `other-network`, `not-a-member`, or a refusal of the genesis
 */
export async function joinNetwork(home: Home, bytes: Uint8Array, source: string): Promise<Genesis> {
  const genesis = parseGenesis(bytes)
  if (isRejection(genesis)) throw refusal(genesis, source)
  refuseStranger(home, await readOwnIdentity(home), genesis)
  const present = await readGenesisBytes(home)
  if (present !== undefined && !equalBytes(present, bytes)) {
    throw cliError('other-network', `${home.path} belongs to another network already`, {
      hint: 'a home belongs to one network for life: make another home for this one',
    })
  }
  if (present === undefined) await writeAtomically(homeFile(home, HOME_FILES.genesis), bytes)
  return genesis
}

/** Remembers where members can be reached, beside what genesis says. */
export async function addPeers(home: Home, peers: readonly string[]): Promise<void> {
  if (peers.length === 0) return
  const bad = peers.find((peer) => !/^\/[!-~]{1,511}$/.test(peer))
  if (bad !== undefined) throw cliError('usage', `${bad} is not a multiaddr`)
  const path = homeFile(home, HOME_FILES.peers)
  const known = await readJson<PeersFile>(path, PEERS_FORMAT)
  const all = [...new Set([...(known?.peers ?? []), ...peers])]
  const document: PeersFile = { format: PEERS_FORMAT, peers: all }
  await writeAtomically(path, `${JSON.stringify(document, null, 2)}\n`)
}

/** All keys of this home's node are those that genesis names, or the node could never take part. */
function refuseStranger(home: Home, own: Identity, { document }: Genesis): void {
  const member = document.members.find(({ organisation }) => organisation === own.organisation)
  if (member === undefined) {
    throw cliError('not-a-member', `${own.organisation} is no member of ${document.name}`, {
      hint: 'ask for a genesis that was made with your identity: pedigree identity --out FILE',
    })
  }
  const named = new Set(member.keys.map(({ did }) => did))
  const foreign = own.keys.find((key) => isNodeKey(key.class) && !named.has(key.did))
  if (foreign === undefined) return
  const whose = `the ${foreign.class} key of ${home.path} is not the one that ${document.name} names`
  throw cliError('not-a-member', `${whose} for ${own.organisation}`, {
    hint: 'the genesis was made with the identity of another home',
  })
}

function isNodeKey(keyClass: string): boolean {
  return keyClass !== 'person' && keyClass !== 'source'
}
