import { buildGenesis, type Genesis } from '../protocol/chain/genesis.ts'
import { createIdentity } from '../protocol/chain/identity.ts'
import { DEFAULT_PARAMETERS } from '../protocol/chain/parameters.ts'
import { didOf } from '../protocol/records/did-key.ts'
import { isRejection } from '../protocol/rejection.ts'
import { type KeyPair, keyPairOf } from './signatures.ts'

/** Someone who signs records. */
export interface Person {
  readonly organisation: string
  readonly key: KeyPair
  readonly did: string
}

/** The organisations of one world. */
export interface InventedNetwork {
  readonly genesis: Genesis
  readonly genesisBytes: Uint8Array
  /** By committee index. */
  readonly consensusKeys: readonly KeyPair[]
  readonly admins: readonly Person[]
  /** One of each organisation, in the order of the committee. */
  readonly persons: readonly Person[]
}

const SALT = '5a'.repeat(32)
const OTHER_SALT = 'a5'.repeat(32)
const HEARTBEAT_MS = 60_000
const invented = new Map<string, InventedNetwork>()

/** Real keys, a real genesis with real proofs of possession; made once for each size. */
export function inventNetwork(size: number): InventedNetwork {
  return cached(size, SALT)
}

/** The same organisations with the same keys on another chain: what they sign there must count for nothing here. */
export function inventOtherNetwork(size: number): InventedNetwork {
  return cached(size, OTHER_SALT)
}

const architectureRules = [
  { id: 'normalise-first', rule: 'before', first: 'normalise', second: 'train' },
] as const

function cached(size: number, salt: string): InventedNetwork {
  const name = `${size}/${salt}`
  const network = invented.get(name) ?? invent(size, salt)
  invented.set(name, network)
  return network
}

function invent(size: number, salt: string): InventedNetwork {
  const organisations = Array.from({ length: size }, (_, i) => organisationName(i))
  const members = organisations.map((organisation) => {
    const seed = (role: string) => keyPairOf(`${organisation} ${role}`).seed
    const node = {
      admin: seed('admin'),
      record: seed('record'),
      consensus: seed('consensus'),
      network: seed('network'),
    }
    const person = { class: 'person', name: 'Person', seed: seed('person') } as const
    return createIdentity({ organisation, node, members: [person], addresses: [] })
  })
  const parameters = { ...DEFAULT_PARAMETERS, heartbeatMs: HEARTBEAT_MS }
  const built = buildGenesis({ name: 'invented', salt, members, parameters, architectureRules })
  if (isRejection(built)) throw new Error(`the invented genesis is refused: ${built.detail}`)
  return {
    genesis: built.genesis,
    genesisBytes: built.bytes,
    consensusKeys: organisations.map((organisation) => keyPairOf(`${organisation} consensus`)),
    admins: organisations.map((organisation) => personOf(organisation, 'admin')),
    persons: organisations.map((organisation) => personOf(organisation, 'person')),
  }
}

/** Two digits, so that the order of names is the order of numbers. */
export function organisationName(index: number): string {
  return `org${String(index).padStart(2, '0')}`
}

/** @param role a role of the organisation's keys; any other word invents somebody nobody registered */
export function personOf(organisation: string, role: string): Person {
  const key = keyPairOf(`${organisation} ${role}`)
  return { organisation, key, did: didOf(key.publicKey) }
}
