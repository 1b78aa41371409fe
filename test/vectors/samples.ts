import { encodeBody } from '../../protocol/chain/body.ts'
import type { CommitProof } from '../../protocol/chain/commit-proof.ts'
import type { Header } from '../../protocol/chain/header.ts'
import type { LogLeaf } from '../../protocol/chain/log.ts'
import type { Commit, PrePrepare, Prepare } from '../../protocol/consensus/message.ts'
import { signableOf } from '../../protocol/consensus/message.ts'
import { type Digest, digestOf } from '../../protocol/digest.ts'
import { utf8Encode } from '../../protocol/encoding/utf8.ts'
import { publicKeyOf, signMessage } from '../../protocol/records/ed25519.ts'
import { NO_VIEW } from '../../protocol/signables.ts'

/**
 * What the golden vectors are made from: invented, and free of everything that may change without a
 * change of a byte format, such as the genesis of the test chain.
 */
export const CHAIN = digestFor('chain')
export const TIME_MS = 1_760_000_000_000

export function digestFor(text: string): Digest {
  return digestOf(utf8Encode(text))
}

function seedOf(member: number): Uint8Array {
  return new Uint8Array(32).fill(member + 1)
}

export const MEMBER_KEYS = [0, 1, 2, 3].map((member) => publicKeyOf(seedOf(member)))

function signatureOf(draft: Parameters<typeof signableOf>[1]): Uint8Array {
  return signMessage(seedOf(draft.member), signableOf(CHAIN, draft))
}

export function prePrepareOf(member: number, text: string, view = 0): PrePrepare {
  const block = digestFor(text)
  const draft = { kind: 'pre-prepare', height: 7, view, block, validView: NO_VIEW, member } as const
  return { ...draft, signature: signatureOf(draft) }
}

export function prepareOf(member: number, block: Digest | null, validView = NO_VIEW): Prepare {
  const draft = { kind: 'prepare', height: 7, view: 3, block, validView, member } as const
  return { ...draft, signature: signatureOf(draft) }
}

export function commitOf(member: number, block: Digest | null): Commit {
  const draft = { kind: 'commit', height: 7, view: 1, block, member } as const
  return { ...draft, signature: signatureOf(draft) }
}

const PARENT = digestFor('block of height 7')

export const PROOF: CommitProof = {
  height: 7,
  view: 1,
  block: PARENT,
  signers: [0, 1, 3],
  signatures: [0, 1, 3].map((member) => commitOf(member, PARENT).signature),
}

export const EVIDENCE = {
  equivocation: {
    kind: 'equivocation',
    first: commitOf(2, digestFor('one block')),
    second: commitOf(2, digestFor('another block')),
  },
  amnesia: {
    kind: 'amnesia',
    commit: commitOf(2, digestFor('one block')),
    prepare: prepareOf(2, digestFor('another block'), 0),
  },
  'nonce-reuse': {
    kind: 'nonce-reuse',
    first: utf8Encode('an envelope'),
    second: utf8Encode('another envelope'),
  },
} as const

export const ENVELOPES = [utf8Encode('an envelope'), utf8Encode('another envelope')]
export const FIRST_BODY = encodeBody({ envelopes: [], evidence: [], lastProof: null })
export const BODY = encodeBody({
  envelopes: ENVELOPES,
  evidence: [EVIDENCE.equivocation],
  lastProof: PROOF,
})

export const HEADER: Header = {
  version: 1,
  chain: CHAIN,
  height: 8,
  timeMs: TIME_MS,
  parent: PARENT,
  bodyHash: digestFor('body'),
  logSize: 12,
  logRoot: digestFor('log root'),
  stateRoot: digestFor('state root'),
  committeeHash: digestFor('committee'),
  nextCommitteeHash: digestFor('next committee'),
  parametersHash: digestFor('parameters'),
  proposer: 2,
}

export function logLeaf(index: number): LogLeaf {
  return {
    record: digestFor(`record ${index}`),
    envelope: digestFor(`envelope ${index}`),
    height: 1 + Math.floor(index / 3),
    timeMs: TIME_MS + index,
  }
}
