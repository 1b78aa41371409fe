import { buildGenesis, type Genesis } from '../../protocol/chain/genesis.ts'
import {
  createIdentity,
  type Identity,
  type MemberKeyClass,
} from '../../protocol/chain/identity.ts'
import { DEFAULT_PARAMETERS, type Parameters } from '../../protocol/chain/parameters.ts'
import { didOf } from '../../protocol/records/did-key.ts'
import { publicKeyOf } from '../../protocol/records/ed25519.ts'
import { isRejection } from '../../protocol/rejection.ts'

/** Everything here is deterministic: the same arguments give the same keys, chain and records. */

/** A 32-byte secret for a number. */
export function seedOf(number: number): Uint8Array {
  const seed = new Uint8Array(32).fill(0x5e)
  new DataView(seed.buffer).setUint32(0, number)
  return seed
}

export interface TestKey {
  readonly did: string
  readonly seed: Uint8Array
  readonly publicKey: Uint8Array
}

export function testKey(number: number): TestKey {
  const seed = seedOf(number)
  const publicKey = publicKeyOf(seed)
  return { did: didOf(publicKey), seed, publicKey }
}

const ROLES = ['admin', 'record', 'consensus', 'network', 'person', 'source'] as const
export type TestRole = (typeof ROLES)[number]

/** The key of an organisation in one role: org1 has the index 0. */
export function testRoleKey(orgIndex: number, role: TestRole): TestKey {
  return testKey(orgIndex * 100 + ROLES.indexOf(role))
}

/** The person who signs for an organisation. */
export function testPerson(orgIndex: number): TestKey {
  return testRoleKey(orgIndex, 'person')
}

export function testOrganisation(orgIndex: number): string {
  return `org${String(orgIndex + 1).padStart(2, '0')}`
}

/** An organisation with one person, one data source and an address on loopback. */
export function testIdentity(orgIndex: number): Identity {
  const seed = (role: TestRole) => testRoleKey(orgIndex, role).seed
  const member = (role: MemberKeyClass, name: string) => ({ class: role, name, seed: seed(role) })
  return createIdentity({
    organisation: testOrganisation(orgIndex),
    node: {
      admin: seed('admin'),
      record: seed('record'),
      consensus: seed('consensus'),
      network: seed('network'),
    },
    members: [member('person', `person${orgIndex + 1}`), member('source', `camera${orgIndex + 1}`)],
    addresses: [`/ip4/127.0.0.1/tcp/${4100 + orgIndex}`],
  })
}

export interface TestGenesis {
  readonly genesis: Genesis
  readonly bytes: Uint8Array
}

const geneses = new Map<string, TestGenesis>()

/** A chain of n organisations, org01 to orgN; the place in the committee is the index. */
export function testGenesis(n = 4, parameters: Partial<Parameters> = {}): TestGenesis {
  const key = JSON.stringify([n, parameters])
  const known = geneses.get(key)
  if (known !== undefined) return known
  const built = buildGenesis({
    name: 'test',
    salt: '5a'.repeat(32),
    members: Array.from({ length: n }, (_, i) => testIdentity(i)),
    parameters: { ...DEFAULT_PARAMETERS, ...parameters },
  })
  if (isRejection(built)) throw new Error(`${built.rejected}: ${built.detail}`)
  geneses.set(key, built)
  return built
}
