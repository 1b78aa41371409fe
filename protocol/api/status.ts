import { type Static, Type } from 'typebox'
import { DigestText, Height, LedgerTime, OrganisationName, SyncState } from './common.ts'

/** GET /v1/status */
export const NodeStatus = Type.Object({
  version: Type.String(),
  organisation: OrganisationName,
  /** libp2p peer id, base58. */
  peerId: Type.String(),
  chains: Type.Array(Type.Object({ chain: DigestText, name: Type.String() })),
  uptimeMs: Type.Integer({ minimum: 0 }),
})
export type NodeStatus = Static<typeof NodeStatus>

export const CommitteeMember = Type.Object({
  organisation: OrganisationName,
  index: Type.Integer({ minimum: 0 }),
  /** Always true of oneself. */
  connected: Type.Boolean(),
  self: Type.Boolean(),
})
export type CommitteeMember = Static<typeof CommitteeMember>

/** GET /v1/chains/{chain}/status */
export const ChainStatus = Type.Object({
  /** The network's name in genesis. */
  network: Type.String(),
  chain: DigestText,
  height: Height,
  headTimeMs: LedgerTime,
  sync: SyncState,
  behindBlocks: Type.Integer({ minimum: 0 }),
  committee: Type.Array(CommitteeMember),
  /** Connected members, without oneself. */
  peers: Type.Integer({ minimum: 0 }),
  /** Byzantine members that the committee tolerates; 0 means none. */
  faultsTolerated: Type.Integer({ minimum: 0 }),
  view: Type.Integer({ minimum: 0 }),
  /** Who leads that view: the organisation whose node proposes the next block. */
  leader: OrganisationName,
  poolRecords: Type.Integer({ minimum: 0 }),
  /** False while the signing guard forbids it: its log or the guard itself is lost. */
  maySign: Type.Boolean(),
  /** The signing guard is lost: a rejoin record that names the nonce lets the node sign again. */
  rejoin: Type.Optional(
    Type.Object({
      nonce: DigestText,
      /** The record came: started again, the node signs from this height on. */
      signsFrom: Type.Optional(Height),
    }),
  ),
  diskBytesFree: Type.Integer({ minimum: 0 }),
})
export type ChainStatus = Static<typeof ChainStatus>
