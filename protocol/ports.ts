import type { Digest } from './digest.ts'

/** The outside world, as protocol/ sees it: on this one page. */

/** Durable state, read synchronously. Keys are those of storage-keys.ts. */
export interface Reader {
  get(key: string): Uint8Array | undefined
}

/** A change to durable state; undefined deletes. */
export interface Write {
  readonly key: string
  readonly value: Uint8Array | undefined
}

/**
 * Signs with the node's consensus key. The implementation guards the key: it signs only what the
 * durable guard names (see Guard), and throws for anything else.
 */
export interface Signer {
  sign(signable: Uint8Array): Uint8Array
}

/** Checks one Ed25519 signature by the rule of records/ed25519.ts. */
export type VerifySignature = (check: SignatureCheck) => boolean

export interface SignatureCheck {
  /** 32 bytes. */
  readonly key: Uint8Array
  readonly message: Uint8Array
  /** 64 bytes. */
  readonly signature: Uint8Array
}

/**
 * What the consensus key has signed last, on disk before a signature leaves. Within one (height,
 * view) each message type has one digest of its sign bytes, or none yet.
 */
export interface Guard {
  readonly height: number
  readonly view: number
  readonly prePrepare: Digest | null
  readonly prepare: Digest | null
  readonly commit: Digest | null
}
