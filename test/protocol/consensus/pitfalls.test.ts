import assert from 'node:assert/strict'
import fc from 'fast-check'
import { faultsTolerated, quorum } from '../../../protocol/chain/committee.ts'
import { DEFAULT_PARAMETERS } from '../../../protocol/chain/parameters.ts'
import type { ConsensusEffect } from '../../../protocol/consensus/effect.ts'
import type { ConsensusInput } from '../../../protocol/consensus/input.ts'
import type { Vote } from '../../../protocol/consensus/message.ts'
import { createHeight, type HeightState } from '../../../protocol/consensus/state.ts'
import { stepHeight } from '../../../protocol/consensus/step.ts'
import { isTimely } from '../../../protocol/consensus/timeliness.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { NEARBY_VIEWS_MAX } from '../../../protocol/limits.ts'
import {
  block,
  checked,
  commit,
  decided,
  hears,
  machine,
  NOW_MS,
  prepare,
  proposal,
  run,
  said,
  signed,
  timeout,
} from './machine-harness.ts'

const A = block('A')
const B = block('B')
const C = block('C')
const OTHERS = [0, 1, 2]

function prepares(view: number, of: Digest | null, validView = -1): Vote[] {
  return OTHERS.map((member) => prepare(member, view, of, validView))
}

function commits(view: number, of: Digest | null): Vote[] {
  return OTHERS.map((member) => commit(member, view, of))
}

function bundle(votes: readonly Vote[]): ConsensusInput {
  return { kind: 'bundle', votes }
}

/** The others commit to nothing, so the view ends. */
function abandon(view: number): ConsensusInput {
  return bundle(commits(view, null))
}

function abandonBy(members: readonly number[], view: number): ConsensusInput {
  return bundle(members.map((member) => commit(member, view, null)))
}

function built(view: number, of: Digest): ConsensusInput {
  return { kind: 'built', view, block: of, blockTimeMs: NOW_MS }
}

function fetches(effects: readonly ConsensusEffect[]): (readonly number[])[] {
  return effects.flatMap((effect) => (effect.kind === 'fetch' ? [effect.from] : []))
}

/** Everything a machine says while it is locked on A in view 1, then on B in view 2, which was prepared in view 0 already. */
function changesItsLock(state: HeightState): ConsensusEffect[] {
  const effects = run(state, { kind: 'work' }, checked(A), checked(B), abandon(0))
  effects.push(...run(state, proposal(1, 1, A), ...prepares(1, A), abandon(1)))
  effects.push(
    ...run(
      state,
      bundle(prepares(0, B)),
      proposal(2, 2, B, 0),
      ...prepares(2, B, 0),
      abandon(2),
      abandon(3),
    ),
  )
  assert.deepEqual([state.view, state.lockedBlock, state.lockedView], [4, B, 2])
  return effects
}

describe('the pitfalls of others', () => {
  it('1: a quorum is not 2f+1, but what makes any two quorums share an honest member', () => {
    for (let n = 1; n <= 64; n++) {
      const [f, q] = [faultsTolerated(n), quorum(n)]
      assert.ok(2 * q - n >= f + 1 && q <= n - f && q > n / 2, `n = ${n}`)
    }
    const state = machine(5, { size: 6 })
    assert.equal(decided(run(state, checked(A), ...commits(0, A))), undefined)
    assert.equal(decided(run(state, commit(3, 0, A))), A)
  })

  it('3: a lock that shows only after its view is proposed again by the next leader', () => {
    const state = machine(1)
    run(state, { kind: 'work' }, checked(A), timeout('propose', 0), abandon(0))
    run(state, bundle([prepare(0, 0, A), prepare(2, 0, A), prepare(3, 0, A)]))
    assert.deepEqual([state.validBlock, state.lockedBlock], [A, null])
    assert.equal(said(run(state, built(1, B)))[0], `pre-prepare(1, ${A.slice(0, 6)} by 0)`)
  })

  it('3: of two late polkas the newer is proposed, and an older one changes nothing', () => {
    const state = machine(3)
    run(state, { kind: 'work' }, checked(A), checked(B), abandon(0), abandon(1))
    run(state, bundle(prepares(1, B)))
    run(state, bundle(prepares(0, A)))
    assert.deepEqual([state.validView, state.validBlock], [1, B])
  })

  it('5: a polka counts whole, though its equivocator showed us two other votes first', () => {
    const state = machine(3)
    run(state, { kind: 'work' }, checked(A), abandon(0))
    run(state, prepare(2, 0, B), prepare(2, 0, C))
    run(state, bundle(prepares(0, A)), proposal(1, 1, A, 0))
    assert.equal(state.step, 'prepared')
    assert.equal(state.validBlock, A)
  })

  it('6: a bundle is no polka for being called one', () => {
    const state = machine(3)
    run(state, { kind: 'work' }, checked(A), abandon(0), proposal(1, 1, A, 0))
    run(state, bundle([prepare(0, 0, A), prepare(1, 0, A), prepare(1, 0, A)]))
    run(state, bundle([prepare(0, 0, A), prepare(1, 0, A), prepare(2, 0, B)]))
    assert.equal(state.step, 'propose')
  })

  it('8: a re-proposal is judged by a polka of a view that is long forgotten', () => {
    const state = machine(3)
    const view = NEARBY_VIEWS_MAX + 5
    run(
      state,
      { kind: 'work' },
      checked(A),
      bundle([prepare(0, view, null), prepare(1, view, null)]),
    )
    const effects = run(state, bundle(prepares(0, A)), proposal(view % 4, view, A, 0))
    assert.deepEqual(said(effects), [`prepare(${view}, ${A.slice(0, 6)} by 0)`])
  })

  it('9: nil is never decided and never in a commit proof', () => {
    const state = machine(3)
    assert.equal(decided(run(state, checked(A), ...commits(0, null))), undefined)
    const effects = run(
      machine(3),
      checked(A),
      commit(3, 0, null),
      commit(2, 0, null),
      ...commits(0, A),
    )
    const proof = effects.find((effect) => effect.kind === 'decide')?.proof
    assert.deepEqual(proof?.signers, OTHERS)
  })

  it('10: however tight the parameters, some view is long enough for a block', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 60_000 }),
        (delayMs, ageMs) => {
          const parameters = {
            ...DEFAULT_PARAMETERS,
            clockPrecisionMs: 0,
            proposalDelayMs: delayMs,
          }
          const proposed = { blockTimeMs: NOW_MS, receivedMs: NOW_MS + ageMs }
          assert.ok(
            isTimely({ ...proposed, view: 4_294_967_295 }, NOW_MS - 1, parameters) ||
              ageMs > delayMs * 10_000,
          )
          assert.equal(isTimely({ ...proposed, view: 0 }, NOW_MS - 1, parameters), ageMs <= delayMs)
          assert.ok(!isTimely({ ...proposed, view: 99 }, NOW_MS, parameters))
        },
      ),
    )
  })

  it('16: a block that is proposed again keeps its id', () => {
    const state = machine(1)
    const effects = run(
      state,
      checked(A),
      proposal(0, 0, A),
      prepare(0, 0, A),
      prepare(2, 0, A),
      abandon(0),
    )
    const again = effects.find((effect) => effect.kind === 'say' && effect.draft.view === 1)
    assert.ok(again?.kind === 'say')
    assert.deepEqual([again.draft.kind, again.draft.block], ['pre-prepare', A])
    assert.equal(again.justification.length, 3)
  })

  it('17: two members decide one block by proofs of different views', () => {
    const blocks = [0, 4].map((view) =>
      decided(run(machine(3), checked(A), bundle(commits(view, A)))),
    )
    assert.deepEqual(blocks, [A, A])
  })

  it('18: what f members send for other views is bounded', () => {
    const state = machine(3)
    run(state, { kind: 'work' })
    for (let view = 0; view < 10_000; view += 7) {
      run(state, prepare(1, view, A), prepare(1, view, B), commit(1, view, A), proposal(1, view, A))
    }
    assert.equal(state.view, 0)
    assert.ok(state.votes.votesOf(1).length <= 3 * (NEARBY_VIEWS_MAX + 1))
    assert.ok(state.proposals.size <= NEARBY_VIEWS_MAX + 1)
  })

  it('18: views that are long over are forgotten, but not a lock', () => {
    const state = machine(3)
    run(state, checked(A), proposal(0, 0, A), ...prepares(0, A))
    for (let view = 0; view < 3 * NEARBY_VIEWS_MAX; view++)
      run(state, abandon(view), proposal((view + 1) % 4, view + 1, B))
    assert.ok(state.proposals.size <= 2 * NEARBY_VIEWS_MAX + 1)
    assert.deepEqual([state.lockedBlock, state.validPolka.length], [A, 3])
    run(state, bundle([prepare(0, 201, null), prepare(1, 201, null)]))
    assert.equal(state.votes.polka(0)?.block, A)
  })

  it('26: an own vote counts once it comes back signed, not when it is about to be said', () => {
    const state = machine(3)
    stepHeight(state, checked(A))
    stepHeight(state, proposal(0, 0, A))
    for (const member of [0, 1]) stepHeight(state, hears(prepare(member, 0, A)))
    assert.equal(state.step, 'prepared')
    stepHeight(state, hears(prepare(3, 0, A)))
    assert.equal(state.step, 'committed')
  })

  it('27: the same inputs after a crash give the same words, and no second block', () => {
    const state = machine(0)
    const inputs = [
      { kind: 'work' } as const,
      built(0, A),
      timeout('propose', 0),
      abandonBy([1, 2, 3], 0),
    ]
    const effects = inputs.flatMap((input) => stepHeight(state, input))
    const again = createHeight(state.context)
    assert.deepEqual(
      inputs.flatMap((input) => stepHeight(again, input)),
      effects,
    )
    assert.deepEqual(said(stepHeight(state, built(0, B))), [])
  })
})

describe('evidence and honest members', () => {
  it('R12: who changed its lock is not accused of amnesia', () => {
    const state = machine(3)
    const effects = changesItsLock(state)
    effects.push(...run(state, proposal(0, 4, B, 0)))
    const observer = machine(0)
    const words = effects.flatMap((effect) => (effect.kind === 'say' ? [signed(effect.draft)] : []))
    const accusations = run(observer, ...words.map((word) => hears(word))).filter(
      ({ kind }) => kind === 'accuse',
    )
    assert.deepEqual(accusations, [])
    assert.equal(said(effects).at(-1), 'prepare(4, nil)')
  })

  it('R3: who changed its lock prepares the locked block behind a polka that is newer than its other lock', () => {
    const state = machine(3)
    changesItsLock(state)
    assert.deepEqual(said(run(state, proposal(0, 4, B, 2))), [`prepare(4, ${B.slice(0, 6)} by 2)`])
  })

  it('R3: who has had one lock only prepares the locked block behind any polka', () => {
    const state = machine(3)
    run(state, { kind: 'work' }, checked(A), bundle(prepares(0, A)), abandon(0))
    run(state, proposal(1, 1, A, 0), ...prepares(1, A, 0), abandon(1))
    assert.equal(state.lockedView, 1)
    assert.deepEqual(said(run(state, proposal(2, 2, A, 0))), [`prepare(2, ${A.slice(0, 6)} by 0)`])
  })
})

describe('bodies that are missing', () => {
  it('R8: a quorum of a far view that came in one bundle decides when its body is here', () => {
    const state = machine(3)
    const effects = run(state, bundle(commits(NEARBY_VIEWS_MAX + 9, A)))
    assert.deepEqual(fetches(effects), [OTHERS])
    assert.equal(decided(run(state, checked(A))), A)
  })

  it('R8: a body that came with its proposal gets the time to be checked, then others are asked', () => {
    const state = machine(3)
    const effects = run(state, proposal(0, 0, A), ...commits(0, A))
    assert.deepEqual(fetches(effects), [])
    assert.deepEqual(fetches(run(state, timeout('rebroadcast', 0))), [OTHERS])
    assert.deepEqual(fetches(run(state, commit(3, 0, A))), [])
    assert.equal(decided(run(state, checked(A))), A)
  })

  it('R9: the proposal of a later view counts for its leader', () => {
    const state = machine(3)
    run(state, { kind: 'work' }, prepare(1, 2, null))
    assert.equal(state.view, 0)
    run(state, proposal(2, 2, A))
    assert.equal(state.view, 2)
  })
})
