import type { Digest } from '../../digest.ts'
import type { How, Subset } from '../../records/certificates/certificates.ts'
import type { UnknownOrigin } from '../../replica/blocks/family-entry.ts'
import type { RecallState } from '../../rules/artefact-state.ts'
import type { EdgeKind } from '../../rules/edges.ts'

/** The family of one artefact, up and down. Plain data, ready for JSON. */
export interface LineageGraph {
  readonly root: Digest
  /** The root, then ancestors generation by generation, then descendants likewise. */
  readonly nodes: readonly LineageNode[]
  /** Those between two of the nodes. */
  readonly edges: readonly LineageEdge[]
  /** Ancestry of the root and its ancestors that the ledger does not know, said openly by whoever signed. */
  readonly unknown: readonly UnknownAncestry[]
  /** Record id -> how many of its edges upward are not followed, for depth or size. */
  readonly truncated: Readonly<Record<string, number>>
  /**
   * Record id of the root or a descendant -> how many direct descendants are not among the nodes.
   * It is counted as far as LINEAGE_COUNTED_MAX, or as LINEAGE_NODES_MAX where some are named.
   */
  readonly truncatedBelow: Readonly<Record<string, number>>
}

export interface LineageNode {
  readonly record: Digest
  /** Built-in, or declared by the network. */
  readonly type: string
  readonly name: string
  readonly version: string
  /** Of whoever signed the birth certificate. */
  readonly organisation: string
  readonly signer: string
  /** The organisation that owns it now. */
  readonly owner: string
  readonly state: string
  /** Exactly one of the two. */
  readonly sha256?: Digest
  readonly saltedSha256?: Digest
  /** Of the block that registered it. */
  readonly height: number
  /** Generations above the root, by the shortest way; 0 the root, negative below it. */
  readonly depth: number
  /** Not all that it was made from is on the ledger: its own certificate says so, or one further up. */
  readonly unknownAncestry?: 'own' | 'inherited'
  /** The artefact itself is recalled. */
  readonly recall?: RecallState
  /** An ancestor of it, one of these nodes, that is recalled. */
  readonly recalledOrigin?: Digest
  /** The pipeline, itself or above it, whose architecture the network's rules forbid. */
  readonly invalid?: Digest
}

/** `to` was made from `from`. */
export interface LineageEdge {
  readonly from: Digest
  readonly to: Digest
  /** What the older one was to the younger one. */
  readonly kind: EdgeKind
  /** How it is known; absent is `declared`. */
  readonly how?: How
  /** The part of `from` that was used. */
  readonly subset?: Subset
}

/** `to` was made from something of which no record exists. */
export type UnknownAncestry = UnknownOrigin & { readonly to: Digest }
