import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { ConsensusInput } from '../../../protocol/consensus/input.ts'
import {
  decodeConsensusInput,
  encodeConsensusInput,
} from '../../../protocol/consensus/input-codec.ts'
import { assertStrict } from '../chain/hostile-bytes.ts'
import { arbitraryDigest, arbitraryMessage, arbitraryVotes } from './arbitrary-messages.ts'

const time = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const view = fc.integer({ min: 0, max: 2 ** 32 - 1 })

/** Plain objects only, as the decoder makes them. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true })

const arbitraryInput: fc.Arbitrary<ConsensusInput> = fc.oneof(
  fc.constant({ kind: 'work' } as const),
  record({
    kind: fc.constant('message' as const),
    message: arbitraryMessage,
    receivedMs: time,
    blockTimeMs: time,
  }),
  record({ kind: fc.constant('bundle' as const), votes: arbitraryVotes }),
  record({ kind: fc.constant('checked' as const), block: arbitraryDigest, valid: fc.boolean() }),
  record({
    kind: fc.constant('built' as const),
    view,
    block: arbitraryDigest,
    blockTimeMs: time,
  }),
  record({
    kind: fc.constant('timeout' as const),
    timer: fc.constantFrom('propose', 'prepare', 'commit', 'rebroadcast'),
    view,
  }),
)

describe('the bytes of a consensus input', () => {
  it('hold every input', () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        assert.deepEqual(decodeConsensusInput(encodeConsensusInput(input)), input)
      }),
    )
  })

  it('are the only ones that the decoder takes', () => {
    const samples = fc.sample(arbitraryInput, { numRuns: 30, seed: 1 }).map(encodeConsensusInput)
    assertStrict({ encode: encodeConsensusInput, decode: decodeConsensusInput }, samples)
  })
})
