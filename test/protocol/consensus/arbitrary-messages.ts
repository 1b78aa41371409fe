import fc from 'fast-check'
import type { Commit, PrePrepare, Prepare, Vote } from '../../../protocol/consensus/message.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { toDigest } from '../../../protocol/digest.ts'
import { BUNDLE_VOTES_MAX, COMMITTEE_MEMBERS_MAX } from '../../../protocol/limits.ts'

/** Every message that a member may say, with invented signatures. */
export const arbitraryDigest: fc.Arbitrary<Digest> = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map(toDigest)

const position = fc.record({
  height: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  view: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  member: fc.integer({ min: 0, max: COMMITTEE_MEMBERS_MAX - 1 }),
  signature: fc.uint8Array({ minLength: 64, maxLength: 64 }),
})

const nilOrBlock = fc.option(arbitraryDigest, { nil: null })

export const arbitraryPrePrepare: fc.Arbitrary<PrePrepare> = fc
  .tuple(position, arbitraryDigest, fc.nat())
  .map(([at, block, valid]) => ({
    kind: 'pre-prepare',
    ...at,
    block,
    validView: before(at.view, valid),
  }))

const arbitraryPrepare: fc.Arbitrary<Prepare> = fc
  .tuple(position, nilOrBlock, fc.nat())
  .map(([at, block, valid]) => {
    const validView = block === null ? -1 : before(at.view, valid)
    return { kind: 'prepare', ...at, block, validView }
  })

const arbitraryCommit: fc.Arbitrary<Commit> = fc
  .tuple(position, nilOrBlock)
  .map(([at, block]) => ({ kind: 'commit', ...at, block }))

export const arbitraryVote: fc.Arbitrary<Vote> = fc.oneof(arbitraryPrepare, arbitraryCommit)
export const arbitraryMessage = fc.oneof(arbitraryPrePrepare, arbitraryVote)
export const arbitraryVotes = fc.array(arbitraryVote, { maxLength: BUNDLE_VOTES_MAX })

/** -1, or an earlier view. */
function before(view: number, seed: number): number {
  return (seed % (view + 1)) - 1
}
