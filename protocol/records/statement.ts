import type { Digest } from '../digest.ts'

/** One in-toto Statement v1: what a person signs. */
export interface Statement<P = Predicate> {
  readonly _type: 'https://in-toto.io/Statement/v1'
  readonly subject: readonly Subject[]
  readonly predicateType: string
  readonly predicate: P
}

export interface Subject {
  readonly name: string
  readonly digest: { readonly sha256: Digest } | { readonly 'pedigree-salted-sha256': Digest }
}

/** Where and when a record belongs: in every predicate. */
export interface LedgerFields {
  readonly chain: Digest
  /** did:key of the one signer. */
  readonly author: string
  readonly nonce: number
  /** Ledger time, ms since the Unix epoch, from which the record may no longer be committed. */
  readonly expires: number
}

export const PREDICATE_TYPES = {
  dataset: 'https://pedigree.dev/dataset/v1',
  model: 'https://pedigree.dev/model/v1',
  retirement: 'https://pedigree.dev/retirement/v1',
  key: 'https://pedigree.dev/key/v1',
} as const

export type RecordType = keyof typeof PREDICATE_TYPES

/** What an artefact's bytes are and where they may be had. The digest itself is the statement's subject. */
export interface ArtefactDescription {
  /** A directory's digest is the SHA-256 of its manifest (artefacts/manifest.ts). */
  readonly form: 'file' | 'directory'
  /** `organisation/name@version` without the organisation: it is the author's. */
  readonly name: string
  readonly version: string
  /** What people call it, free text: Listing 1.1's `model-name`. */
  readonly title?: string
  readonly bytes: number
  readonly files: number
  readonly share: 'local' | 'members'
  /** CID v1 of the UnixFS file or directory; present when shared. */
  readonly cid?: string
  /** CID of a directory's manifest; present when a directory is shared. */
  readonly manifestCid?: string
}

/** An in-toto-like pointer to proof that is kept elsewhere. */
export interface AttachedEvidence {
  readonly kind: string
  readonly digest: Digest
  readonly location?: string
}

export interface DatasetPredicate {
  readonly ledger: LedgerFields
  readonly artefact: ArtefactDescription
  readonly description?: string
  readonly source?: string
  readonly licence?: string
  readonly evidence: readonly AttachedEvidence[]
  /** Listing 1.1's opaque `payload`, base64. */
  readonly payload?: string
}

/** A named edge is checked against the ledger; the two honest ways of not knowing are said openly. */
export type DatasetEdge =
  | { readonly kind: 'certified'; readonly record: Digest; readonly digest: Digest }
  | { readonly kind: 'unknown'; readonly reason: string }

export type Relation = 'finetune' | 'adapter' | 'quantized' | 'merge' | 'distilled'

export type ParentEdge =
  | {
      readonly kind: 'certified'
      readonly record: Digest
      readonly digest: Digest
      readonly relation: Relation
    }
  | {
      readonly kind: 'external'
      readonly uri: string
      readonly revision?: string
      readonly digest?: Digest
      readonly relation: Relation
    }

export interface ModelPredicate {
  readonly ledger: LedgerFields
  readonly artefact: ArtefactDescription
  /** RFC 9562 UUID of the model, as Listing 1.1 has it. */
  readonly modelId: string
  readonly datasets: readonly DatasetEdge[]
  readonly parents: readonly ParentEdge[]
  readonly description?: string
  readonly evidence: readonly AttachedEvidence[]
  readonly payload?: string
}

/** The owner takes an artefact out of use. Subject: the artefact's digest. */
export interface RetirementPredicate {
  readonly ledger: LedgerFields
  readonly artefact: Digest
  readonly reason: string
}

/** An organisation's admin key registers a person or a data source. Subject: SHA-256 of the raw key. */
export interface KeyPredicate {
  readonly ledger: LedgerFields
  readonly key: {
    readonly did: string
    readonly class: 'person' | 'source'
    readonly name: string
    /** Base64 signature over keyPossessionSignable(organisation, class, did). */
    readonly possession: string
  }
}

export type Predicate = DatasetPredicate | ModelPredicate | RetirementPredicate | KeyPredicate
