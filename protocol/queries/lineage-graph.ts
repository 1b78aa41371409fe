import type { Digest } from '../digest.ts'
import type { Relation } from '../records/statement.ts'

/** The family of one artefact: all its ancestors, and one level down. Plain data, ready for JSON. */
export interface LineageGraph {
  readonly root: Digest
  /** The root, then ancestors generation by generation, then descendants. */
  readonly nodes: readonly LineageNode[]
  readonly edges: readonly LineageEdge[]
  /** Ancestry that the ledger does not know, said openly by whoever signed. */
  readonly unknown: readonly UnknownAncestry[]
  /** Record id -> how many of its certified ancestors are not followed, for depth or size. */
  readonly truncated: Readonly<Record<string, number>>
  /** Descendants of the root that are counted but not among the nodes. */
  readonly moreDescendants: number
}

export interface LineageNode {
  readonly record: Digest
  readonly type: 'dataset' | 'model'
  readonly name: string
  readonly version: string
  readonly organisation: string
  readonly signer: string
  readonly state: string
  /** Exactly one of the two. */
  readonly sha256?: Digest
  readonly saltedSha256?: Digest
  /** Generations above the root, by the shortest way; 0 the root, -1 a descendant. */
  readonly depth: number
  /** Present when this artefact itself names a dataset or a parent that the ledger does not know. */
  readonly unknownAncestry?: true
}

/** `to` was made from `from`. */
export interface LineageEdge {
  readonly from: Digest
  readonly to: Digest
  readonly kind: 'dataset' | 'parent'
  /** Of a parent. */
  readonly relation?: Relation
}

/** `to` was made from something of which no record exists. */
export type UnknownAncestry =
  | { readonly to: Digest; readonly kind: 'dataset'; readonly reason: string }
  | {
      readonly to: Digest
      readonly kind: 'parent'
      readonly relation: Relation
      readonly uri: string
      readonly revision?: string
      readonly digest?: Digest
    }
