import assert from 'node:assert/strict'
import type { CommitProof } from '../../../protocol/chain/commit-proof.ts'
import {
  type CommitHistory,
  extendHistory,
  proposerOf,
} from '../../../protocol/consensus/proposer.ts'
import { ZERO_DIGEST } from '../../../protocol/digest.ts'

const N = 4

function proof(height: number, view: number, signers: readonly number[]): CommitProof {
  return {
    height,
    view,
    block: ZERO_DIGEST,
    signers,
    signatures: signers.map(() => new Uint8Array(64)),
  }
}

/** The window after blocks that were decided in view 0 by everyone, but for those named. */
function historyOf(
  heights: number,
  special: Record<number, CommitProof> = {},
): readonly CommitHistory[] {
  let history: readonly CommitHistory[] = []
  for (let height = 1; height <= heights; height++) {
    history = extendHistory(history, special[height] ?? proof(height, 0, [0, 1, 2, 3]), N)
  }
  return history
}

describe('the leader of a view', () => {
  it('goes round the members, by height and by view', () => {
    assert.deepEqual(
      [8, 9, 10, 11].map((height) => proposerOf(height, 0, N, historyOf(height - 2))),
      [0, 1, 2, 3],
    )
    assert.deepEqual(
      [1, 2, 3, 4].map((view) => proposerOf(8, view, N, [])),
      [1, 2, 3, 0],
    )
  })

  it('leaves out a member that failed and was not seen since, in the first view only', () => {
    const special = {
      5: proof(5, 1, [0, 2, 3]),
      6: proof(6, 0, [0, 2, 3]),
      7: proof(7, 0, [0, 2, 3]),
    }
    const history = historyOf(7, special)
    assert.equal(proposerOf(5, 0, N, historyOf(3)), 1)
    const leaders = Array.from({ length: 3 }, (_, at) => proposerOf(9 + at, 0, N, history))
    assert.ok(!leaders.includes(1), `leaders ${leaders}`)
    assert.equal(proposerOf(9, 4, N, history), 1)
  })

  it('takes a member back once it signs again', () => {
    const history = historyOf(7, { 5: proof(5, 1, [0, 2, 3]) })
    assert.equal(proposerOf(9, 0, N, history), 1)
  })

  it('does not count what is not canonical yet: the proof of the block before', () => {
    const failing = { 5: proof(5, 1, [0, 2, 3]) }
    assert.equal(proposerOf(6, 0, N, historyOf(5, failing)), proposerOf(6, 0, N, historyOf(4)))
  })

  it('leaves out f members at most', () => {
    const special = Object.fromEntries(
      [4, 5, 6, 7].map((height) => [
        height,
        proof(
          height,
          3,
          [0, 1, 2].filter((member) => member !== height % 4),
        ),
      ]),
    )
    const history = historyOf(7, special)
    const leaders = new Set(Array.from({ length: 3 }, (_, at) => proposerOf(9 + at, 0, N, history)))
    assert.equal(leaders.size, N - 1)
  })

  it('forgets what is older than two turns', () => {
    const history = historyOf(40)
    assert.ok(history.length <= 2 * N + 2)
  })
})
