import { type Body, bodyHashOf, encodeBody } from '../../../protocol/chain/body.ts'
import type { CommitProof } from '../../../protocol/chain/commit-proof.ts'
import type { Genesis } from '../../../protocol/chain/genesis.ts'
import {
  blockIdOf,
  encodeHeader,
  HEADER_VERSION,
  type Header,
} from '../../../protocol/chain/header.ts'
import type { BlockContext, Parent } from '../../../protocol/chain/verify-block.ts'
import type { Evidence } from '../../../protocol/consensus/evidence.ts'
import { type Commit, signableOf } from '../../../protocol/consensus/message.ts'
import { type Digest, digestOf } from '../../../protocol/digest.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { signMessage } from '../../../protocol/records/ed25519.ts'
import { testGenesis, testRoleKey } from '../../support/keys.ts'

/** Blocks that are right as far as bytes can tell; their roots are invented. */

export const { genesis } = testGenesis(4)
export const GENESIS_PARENT: Parent = { height: 0, id: genesis.chain, timeMs: 0 }
export const TIME_MS = 1_760_000_000_000

export function digestFor(text: string): Digest {
  return digestOf(utf8Encode(text))
}

/** A COMMIT that is really signed by its member. */
export function commitOf(
  member: number,
  at: Omit<Commit, 'kind' | 'member' | 'signature'>,
): Commit {
  const draft = { kind: 'commit', member, ...at } as const
  const { seed } = testRoleKey(member, 'consensus')
  return { ...draft, signature: signMessage(seed, signableOf(genesis.chain, draft)) }
}

export function sampleProof(
  parent: Pick<Parent, 'height' | 'id'>,
  signers: readonly number[] = [0, 1, 3],
): CommitProof {
  const at = { height: parent.height, view: 2, block: parent.id }
  const signatures = signers.map((signer) => commitOf(signer, at).signature)
  return { ...at, signers, signatures }
}

export function sampleEvidence(): Evidence {
  const at = { height: 7, view: 1 }
  return {
    kind: 'equivocation',
    first: commitOf(2, { ...at, block: digestFor('one block') }),
    second: commitOf(2, { ...at, block: digestFor('another block') }),
  }
}

export interface SampleBlock {
  readonly header: Uint8Array
  readonly body: Uint8Array
  readonly id: Digest
  readonly context: BlockContext
}

/** A block on `parent`, with the given fields of its header and body changed. */
export function sampleBlock(
  parent: Parent = GENESIS_PARENT,
  changes: { readonly header?: Partial<Header>; readonly body?: Partial<Body> } = {},
): SampleBlock {
  const body = encodeBody({
    envelopes: [utf8Encode('{"an":"envelope"}'), utf8Encode('{"another":"envelope"}')],
    evidence: [],
    lastProof: parent.height === 0 ? null : sampleProof(parent),
    ...changes.body,
  })
  const header = encodeHeader({
    ...sampleHeader(genesis, parent, bodyHashOf(body)),
    ...changes.header,
  })
  const context = { parent, genesis, committee: genesis.committee }
  return { header, body, id: blockIdOf(header), context }
}

export function sampleHeader(
  { chain, ...rest }: Genesis,
  parent: Parent,
  bodyHash: Digest,
): Header {
  return {
    version: HEADER_VERSION,
    chain,
    height: parent.height + 1,
    timeMs: TIME_MS + parent.height,
    parent: parent.id,
    bodyHash,
    logSize: 2 * (parent.height + 1),
    logRoot: digestFor('log root'),
    stateRoot: digestFor('state root'),
    committeeHash: rest.committee.hash,
    nextCommitteeHash: rest.committee.hash,
    parametersHash: rest.parametersHash,
    proposer: 1,
  }
}

/** Block 2 of the sample chain is the first with a proof in it. */
export function secondBlock(changes: Parameters<typeof sampleBlock>[1] = {}): SampleBlock {
  const first = sampleBlock()
  return sampleBlock({ height: 1, id: first.id, timeMs: TIME_MS }, changes)
}
