import { Type } from 'typebox'
import { EMPTY_BYTES } from '../bytes.ts'
import { base64Decode, base64Encode } from '../encoding/base64.ts'
import { schemaCheck } from '../encoding/schema.ts'
import { PERSONS_PER_ORGANISATION_MAX } from '../limits.ts'
import { didOf, keyOfDid } from '../records/did-key.ts'
import { isSoundKey, publicKeyOf, signMessage, verifySignature } from '../records/ed25519.ts'
import {
  CLOSED,
  DidSchema,
  LineSchema,
  SignatureSchema,
  SlugSchema,
} from '../records/schema-parts.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { keyPossessionSignable } from '../signables.ts'

/** Exactly one of each in every identity; their keys are named after their class. */
const NODE_CLASSES = ['admin', 'record', 'consensus', 'network'] as const
const MEMBER_CLASSES = ['person', 'source'] as const

export type NodeKeyClass = (typeof NODE_CLASSES)[number]
export type MemberKeyClass = (typeof MEMBER_CLASSES)[number]

const KeySchema = Type.Object(
  {
    class: Type.Union([...NODE_CLASSES, ...MEMBER_CLASSES].map((name) => Type.Literal(name))),
    did: DidSchema,
    name: LineSchema,
    possession: SignatureSchema,
  },
  CLOSED,
)

/** A libp2p multiaddr over TCP, without the peer id: that follows from the network key. */
const AddressSchema = Type.String({
  pattern: '^/(?:ip4|ip6|dns|dns4|dns6)/[0-9A-Za-z.:-]{1,253}/tcp/[0-9]{1,5}$',
})

export const IdentitySchema = Type.Object(
  {
    format: Type.Literal('pedigree-identity/1'),
    organisation: SlugSchema,
    keys: Type.Array(KeySchema, {
      minItems: NODE_CLASSES.length,
      maxItems: NODE_CLASSES.length + PERSONS_PER_ORGANISATION_MAX,
    }),
    addresses: Type.Array(AddressSchema, { maxItems: 16 }),
  },
  CLOSED,
)

export const checkIdentitySchema = schemaCheck(IdentitySchema)

/**
 * Checks what the schema of an identity cannot say: one key for each role of the node, every key
 * sound, used once, and held by whoever names it.
 */
export function checkIdentity(identity: Identity): Rejection | undefined {
  return checkRoles(identity) ?? checkDistinctKeys([identity]) ?? checkKeys(identity)
}

/** No key twice, over all members and roles. */
export function checkDistinctKeys(identities: readonly Identity[]): Rejection | undefined {
  const seen = new Set<string>()
  for (const { organisation, keys } of identities) {
    for (const { did, name } of keys) {
      if (seen.has(did)) return refuse('duplicate-key', `${did} (${name} of ${organisation})`)
      seen.add(did)
    }
  }
  return undefined
}

function checkRoles({ organisation, keys }: Identity): Rejection | undefined {
  for (const role of NODE_CLASSES) {
    const names = keys.filter((key) => key.class === role).map((key) => key.name)
    if (names.length !== 1 || names[0] !== role) {
      return refuse('schema-violation', `/keys: ${organisation} must have one key named ${role}`)
    }
  }
  return undefined
}

function checkKeys({ organisation, keys }: Identity): Rejection | undefined {
  for (const key of keys) {
    const fault = checkPossession(organisation, key)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** A key that is registered is sound, and its owner signed for the role: in genesis as later. */
export function checkPossession(
  organisation: string,
  { class: keyClass, did, name, possession }: IdentityKey,
): Rejection | undefined {
  const key = keyOfDid(did)
  if (isRejection(key)) return key
  if (!isSoundKey(key)) return refuse('bad-key', `${did} (${name} of ${organisation})`)
  const message = keyPossessionSignable(organisation, keyClass, did)
  const signature = base64Decode(possession) ?? EMPTY_BYTES
  return verifySignature({ key, message, signature })
    ? undefined
    : refuse('bad-possession-proof', `${did} (${name} of ${organisation})`)
}

/** The 32-byte secret of one key, and what it is for. */
export interface KeySeed {
  readonly class: KeyClass
  readonly name: string
  readonly seed: Uint8Array
}

/** The public half of a key, with the proof that its holder wants it in this role. */
export function createIdentityKey(organisation: string, key: KeySeed): IdentityKey {
  const did = didOf(publicKeyOf(key.seed))
  const message = keyPossessionSignable(organisation, key.class, did)
  const possession = base64Encode(signMessage(key.seed, message))
  return { class: key.class, did, name: key.name, possession }
}

export interface IdentitySeeds {
  readonly organisation: string
  readonly node: Readonly<Record<NodeKeyClass, Uint8Array>>
  readonly members: readonly {
    readonly class: MemberKeyClass
    readonly name: string
    readonly seed: Uint8Array
  }[]
  readonly addresses: readonly string[]
}

/** @param seeds 32 bytes each, all different */
export function createIdentity(seeds: IdentitySeeds): Identity {
  const { organisation, node, members, addresses } = seeds
  const nodeKeys = NODE_CLASSES.map((role) => ({ class: role, name: role, seed: node[role] }))
  const keys = [...nodeKeys, ...members].map((key) => createIdentityKey(organisation, key))
  return { format: 'pedigree-identity/1', organisation, keys, addresses }
}
export type KeyClass = 'admin' | 'person' | 'source' | 'record' | 'consensus' | 'network'
export interface IdentityKey {
  readonly class: KeyClass
  readonly did: string
  /** Of a person or data source; of the other classes the class itself. */
  readonly name: string
  /** Base64 signature over keyPossessionSignable(organisation, class, did) by the key itself. */
  readonly possession: string
}

/** A public identity, as `pedigree identity` prints it and genesis contains it. */
export interface Identity {
  readonly format: 'pedigree-identity/1'
  readonly organisation: string
  readonly keys: readonly IdentityKey[]
  /** libp2p multiaddrs without the peer id. */
  readonly addresses: readonly string[]
}
