import type { Digest } from '../digest.ts'
import type { Committee } from './committee.ts'
import type { Parameters } from './parameters.ts'

/** A public identity, as `pedigree identity` prints it and genesis contains it. */
export interface Identity {
  readonly format: 'pedigree-identity/1'
  readonly organisation: string
  readonly keys: readonly IdentityKey[]
  /** libp2p multiaddrs without the peer id. */
  readonly addresses: readonly string[]
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

/** The one trust anchor of a chain: canonical JSON, agreed by comparing its fingerprint. */
export interface GenesisDocument {
  readonly format: 'pedigree-genesis/1'
  readonly name: string
  /** 32 random bytes, hex: two networks of the same members are different chains. */
  readonly salt: string
  readonly members: readonly Identity[]
  readonly parameters: Parameters
}

export interface Genesis {
  readonly document: GenesisDocument
  /** SHA-256("pedigree-genesis/1" 0x00 | canonical bytes): chain id and fingerprint. */
  readonly chain: Digest
  readonly committee: Committee
  readonly parametersHash: Digest
}
