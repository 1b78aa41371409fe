import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { CommitProof } from '../../../protocol/chain/commit-proof.ts'
import {
  BODY_BYTES_MAX,
  CATCH_UP_RANGE_BLOCKS_MAX,
  FRAME_BYTES_MAX,
  GOSSIP_BATCH_RECORDS_MAX,
} from '../../../protocol/limits.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { WIRE_BYTES_MAX, WIRE_TAGS } from '../../../protocol/wire/frame-limits.ts'
import type { WireMessage } from '../../../protocol/wire/message.ts'
import { decodeWireMessage, encodeWireMessage } from '../../../protocol/wire/message-codec.ts'
import { assertStrict } from '../chain/hostile-bytes.ts'
import {
  arbitraryDigest,
  arbitraryPrePrepare,
  arbitraryVote,
  arbitraryVotes,
} from '../consensus/arbitrary-messages.ts'

const header = fc.uint8Array({ maxLength: 1_024 })
const body = fc.uint8Array({ maxLength: 300 })
const height = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const signature = fc.uint8Array({ minLength: 64, maxLength: 64 })

const arbitraryProof: fc.Arbitrary<CommitProof> = fc
  .record({
    height,
    view: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    block: arbitraryDigest,
    votes: fc.dictionary(fc.integer({ min: 0, max: 30 }).map(String), signature),
  })
  .map(({ votes, ...rest }) => {
    const signers = Object.keys(votes)
      .map(Number)
      .toSorted((a, b) => a - b)
    return { ...rest, signers, signatures: signers.map((signer) => votes[signer] as Uint8Array) }
  })

const envelopes = fc.array(fc.uint8Array({ minLength: 1, maxLength: 90 }), {
  minLength: 1,
  maxLength: 9,
})

const kindOf = <K extends string>(kind: K) => fc.constant(kind)

/** Plain objects only, as the decoder makes them. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true })

const arbitraryFrame: fc.Arbitrary<WireMessage> = fc.oneof(
  record({ kind: kindOf('vote'), vote: arbitraryVote }),
  record({
    kind: kindOf('proposal'),
    prePrepare: arbitraryPrePrepare,
    header,
    body,
    justification: arbitraryVotes,
  }),
  record({ kind: kindOf('bundle'), votes: arbitraryVotes }),
  record({ kind: kindOf('records'), envelopes }),
  record({ kind: kindOf('tip'), header, proof: arbitraryProof }),
  fc
    .tuple(fc.integer({ min: 1, max: 2 ** 50 }), fc.nat({ max: CATCH_UP_RANGE_BLOCKS_MAX - 1 }))
    .map(([from, more]) => ({ kind: 'get-blocks' as const, from, to: from + more })),
  record({ kind: kindOf('block'), header, body, proof: arbitraryProof }),
  record({ kind: kindOf('no-block'), height }),
  record({ kind: kindOf('get-proposal'), height, block: arbitraryDigest }),
  record({ kind: kindOf('proposed-block'), header, body }),
)

function refusal(bytes: Uint8Array): string {
  const message = decodeWireMessage(bytes)
  return isRejection(message) ? message.rejected : 'accepted'
}

describe('a frame of the direct stream', () => {
  it('holds every message', () => {
    fc.assert(
      fc.property(arbitraryFrame, (message) => {
        assert.deepEqual(decodeWireMessage(encodeWireMessage(message)), message)
      }),
    )
  })

  it('has one byte form', () => {
    const samples = fc.sample(arbitraryFrame, { numRuns: 40, seed: 4 }).map(encodeWireMessage)
    assertStrict({ encode: encodeWireMessage, decode: decodeWireMessage }, samples)
  })

  it('is refused by the size limit of its kind before anything is read', () => {
    for (const [kind, tag] of Object.entries(WIRE_TAGS)) {
      const bytes = new Uint8Array(WIRE_BYTES_MAX[kind as WireMessage['kind']] + 1)
      bytes[0] = tag
      assert.equal(refusal(bytes), 'too-large', kind)
    }
  })

  it('fits the transport, whatever its kind', () => {
    for (const [kind, bytesMax] of Object.entries(WIRE_BYTES_MAX)) {
      assert.ok(bytesMax <= FRAME_BYTES_MAX, kind)
    }
  })

  it('has room for the largest block', () => {
    const largest = new Uint8Array(BODY_BYTES_MAX)
    const message = {
      kind: 'proposed-block',
      header: new Uint8Array(1_024),
      body: largest,
    } as const
    assert.equal(refusal(encodeWireMessage(message)), 'accepted')
  })

  it('is refused with an unknown tag or without one', () => {
    assert.equal(refusal(Uint8Array.of(99, 1)), 'malformed')
    assert.equal(refusal(new Uint8Array()), 'malformed')
  })

  it('asks for no more blocks than one answer holds', () => {
    const ask = (from: number, to: number) =>
      refusal(encodeWireMessage({ kind: 'get-blocks', from, to }))
    assert.equal(ask(1, CATCH_UP_RANGE_BLOCKS_MAX), 'accepted')
    assert.equal(ask(1, CATCH_UP_RANGE_BLOCKS_MAX + 1), 'malformed')
    assert.equal(ask(5, 4), 'malformed')
    assert.equal(ask(0, 4), 'malformed')
  })

  it('carries no more records than a batch may, none of them empty', () => {
    const carry = (count: number, length: number) => {
      const list = Array.from({ length: count }, () => new Uint8Array(length))
      return refusal(encodeWireMessage({ kind: 'records', envelopes: list }))
    }
    assert.equal(carry(GOSSIP_BATCH_RECORDS_MAX, 1), 'accepted')
    assert.equal(carry(GOSSIP_BATCH_RECORDS_MAX + 1, 1), 'malformed')
    assert.equal(carry(1, 0), 'malformed')
    assert.equal(carry(0, 1), 'malformed')
  })
})
