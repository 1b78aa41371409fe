import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { ConsensusMessage, Prepare } from '../../../protocol/consensus/message.ts'
import {
  CONSENSUS_MESSAGE_BYTES,
  decodeConsensusMessage,
  decodeVotes,
  encodeConsensusMessage,
  encodeVotes,
} from '../../../protocol/consensus/message-codec.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { BUNDLE_VOTES_MAX, VOTE_BYTES_MAX } from '../../../protocol/limits.ts'
import { isRejection, type Rejection } from '../../../protocol/rejection.ts'
import { assertStrict } from '../chain/hostile-bytes.ts'
import { arbitraryMessage, arbitraryPrePrepare, arbitraryVotes } from './arbitrary-messages.ts'

const BLOCK = 'b1'.repeat(32) as Digest
const PREPARE: Prepare = {
  kind: 'prepare',
  height: 7,
  view: 3,
  block: BLOCK,
  validView: 1,
  member: 2,
  signature: new Uint8Array(64).fill(9),
}

function rejected(value: unknown): string {
  return isRejection(value) ? (value as Rejection).rejected : 'accepted'
}

function decoded(message: ConsensusMessage): string {
  return rejected(decodeConsensusMessage(encodeConsensusMessage(message)))
}

describe('the bytes of a consensus message', () => {
  it('hold every message, in one length', () => {
    const property = fc.property(arbitraryMessage, (message) => {
      const bytes = encodeConsensusMessage(message)
      assert.equal(bytes.length, CONSENSUS_MESSAGE_BYTES)
      assert.deepEqual(decodeConsensusMessage(bytes), message)
    })
    fc.assert(property)
  })

  it('are the only ones that the decoder takes', () => {
    const codec = { encode: encodeConsensusMessage, decode: decodeConsensusMessage }
    const samples = fc
      .sample(arbitraryMessage, { numRuns: 20, seed: 1 })
      .map(encodeConsensusMessage)
    assertStrict(codec, samples)
  })

  it('are refused for what no member may say', () => {
    assert.equal(decoded(PREPARE), 'accepted')
    assert.equal(decoded({ ...PREPARE, height: 0 }), 'malformed')
    assert.equal(decoded({ ...PREPARE, member: 31 }), 'malformed')
    assert.equal(decoded({ ...PREPARE, validView: 3 }), 'malformed')
    assert.equal(decoded({ ...PREPARE, validView: -2 }), 'malformed')
    assert.equal(decoded({ ...PREPARE, block: null }), 'malformed')
  })

  it('are refused when nil comes with a block', () => {
    const bytes = encodeConsensusMessage({ ...PREPARE, block: null, validView: -1 })
    bytes[1 + 8 + 4 + 1] = 1
    assert.equal(rejected(decodeConsensusMessage(bytes)), 'malformed')
  })

  it('are refused by size before anything else', () => {
    assert.equal(rejected(decodeConsensusMessage(new Uint8Array(VOTE_BYTES_MAX + 1))), 'too-large')
  })
})

describe('the bytes of a bundle of votes', () => {
  it('hold every bundle', () => {
    fc.assert(
      fc.property(arbitraryVotes, (votes) => {
        assert.deepEqual(decodeVotes(encodeVotes(votes)), votes)
      }),
    )
  })

  it('are the only ones that the decoder takes', () => {
    const samples = fc.sample(arbitraryVotes, { numRuns: 5, seed: 2 }).map(encodeVotes)
    assertStrict({ encode: encodeVotes, decode: decodeVotes }, samples)
  })

  it('are refused beyond the bound', () => {
    const votes = Array.from({ length: BUNDLE_VOTES_MAX + 1 }, () => PREPARE)
    assert.equal(rejected(decodeVotes(encodeVotes(votes))), 'too-large')
  })

  it('hold no proposal', () => {
    const [proposal] = fc.sample(arbitraryPrePrepare, { numRuns: 1, seed: 3 })
    assert.ok(proposal)
    const bytes = Uint8Array.of(1, ...encodeConsensusMessage(proposal))
    assert.equal(rejected(decodeVotes(bytes)), 'malformed')
  })
})
