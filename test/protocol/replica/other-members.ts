import { bodyHashOf } from '../../../protocol/chain/body.ts'
import type { Genesis } from '../../../protocol/chain/genesis.ts'
import {
  blockIdOf,
  decodeHeader,
  encodeHeader,
  type Header,
} from '../../../protocol/chain/header.ts'
import {
  type Draft,
  type PrePrepare,
  signableOf,
  type Vote,
} from '../../../protocol/consensus/message.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { NO_VIEW } from '../../../protocol/signables.ts'
import type { WireMessage } from '../../../protocol/wire/message.ts'
import { encodeWireMessage } from '../../../protocol/wire/message-codec.ts'
import { accepted } from '../../support/records.ts'
import { messageOf } from './test-committee.ts'
import { fakeSignature } from './test-keys.ts'
import { TestNode } from './test-node.ts'

export type Proposal = Extract<WireMessage, { kind: 'proposal' }>

/** A message of any member, truly signed by its key. */
export function signedBy<D extends Draft>(
  genesis: Genesis,
  draft: D,
): D & { readonly signature: Uint8Array } {
  const key = genesis.committee.members[draft.member]?.consensusKey
  return {
    ...draft,
    signature: fakeSignature(key ?? new Uint8Array(), signableOf(genesis.chain, draft)),
  }
}

export function voteOf(
  genesis: Genesis,
  kind: 'prepare' | 'commit',
  vote: {
    readonly member: number
    readonly block: Digest | null
    readonly view?: number
    readonly height?: number
  },
): Vote {
  const { member, block, view = 0, height = 1 } = vote
  if (kind === 'commit') return signedBy(genesis, { kind, height, view, block, member })
  return signedBy(genesis, { kind, height, view, block, validView: NO_VIEW, member })
}

export function frameOfVote(vote: Vote): Uint8Array {
  return encodeWireMessage({ kind: 'vote', vote })
}

/** What the leader of block 1 proposes when it has these records. */
export function firstProposal(genesis: Genesis, envelopes: readonly Uint8Array[]): Proposal {
  const leader = new TestNode({ genesis, self: 1 % genesis.committee.members.length })
  leader.start()
  for (const envelope of envelopes) leader.submit(envelope)
  for (const sent of leader.sent) {
    const message = messageOf(sent)
    if (message?.kind === 'proposal') return message
  }
  throw new Error('the leader proposes nothing')
}

/** The same block with some header fields changed, proposed by a member in a view. */
export function reproposed(
  genesis: Genesis,
  proposal: Proposal,
  change: {
    readonly member: number
    readonly view: number
    readonly header?: Partial<Header>
    readonly body?: Uint8Array
  },
): Proposal {
  const { member, view } = change
  const body = change.body ?? proposal.body
  const old = accepted(decodeHeader(proposal.header))
  const header = encodeHeader({
    ...old,
    proposer: member,
    bodyHash: bodyHashOf(body),
    ...change.header,
  })
  const block = blockIdOf(header)
  const draft: Omit<PrePrepare, 'signature'> = {
    kind: 'pre-prepare',
    height: 1,
    view,
    block,
    validView: NO_VIEW,
    member,
  }
  return { kind: 'proposal', prePrepare: signedBy(genesis, draft), header, body, justification: [] }
}
