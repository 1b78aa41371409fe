import assert from 'node:assert/strict'
import type { ConsensusEffect } from '../../../protocol/consensus/effect.ts'
import {
  block,
  checked,
  commit,
  decided,
  HEIGHT,
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

const A = block('a')
const B = block('b')
const short = (of: string): string => of.slice(0, 6)
const work = { kind: 'work' } as const
const kinds = (effects: readonly ConsensusEffect[]): string[] => effects.map(({ kind }) => kind)

describe('the machine of one height', () => {
  it('R0: does nothing without work, and starts view 0 once there is some', () => {
    const state = machine(1)
    assert.equal(state.step, 'new')
    run(state, work)
    assert.deepEqual([state.view, state.step], [0, 'propose'])
  })

  it('R0: starts on a proposal without work of its own', () => {
    const state = machine(1)
    run(state, proposal(0, 0, A))
    assert.deepEqual([state.view, state.step], [0, 'propose'])
  })

  it('R0: starts on votes of f+1 members, not of f', () => {
    const state = machine(1)
    run(state, prepare(2, 0, null))
    assert.equal(state.step, 'new')
    run(state, prepare(3, 0, null))
    assert.equal(state.step, 'propose')
  })

  it('R1: the leader asks for a block, proposes it and prepares it in one step', () => {
    const state = machine(0)
    assert.ok(kinds(run(state, work)).includes('build'))
    const effects = run(state, { kind: 'built', view: 0, block: A, blockTimeMs: NOW_MS })
    assert.deepEqual(said(effects), [`pre-prepare(0, ${short(A)})`, `prepare(0, ${short(A)})`])
  })

  it('R1: a leader that knows a prepared block proposes that, with its polka', () => {
    const state = machine(1)
    run(state, proposal(0, 0, A), checked(A), prepare(0, 0, A), prepare(2, 0, A))
    assert.equal(state.validBlock, A)
    const effects = run(state, commit(0, 0, null), commit(2, 0, null), timeout('commit', 0))
    assert.deepEqual(said(effects), [
      `pre-prepare(1, ${short(A)} by 0)`,
      `prepare(1, ${short(A)} by 0)`,
    ])
    const say = effects.find(
      (effect) => effect.kind === 'say' && effect.draft.kind === 'pre-prepare',
    )
    assert.equal(say?.kind === 'say' && say.justification.length, 3)
  })

  it('R1: a proposal by anyone but the leader of its view counts for nothing', () => {
    const state = machine(1)
    const effects = run(state, work, proposal(2, 0, A), checked(A))
    assert.deepEqual(said(effects), [])
  })

  it('R2: prepares a valid, timely block', () => {
    assert.deepEqual(said(run(machine(1), proposal(0, 0, A), checked(A))), [
      `prepare(0, ${short(A)})`,
    ])
  })

  it('R2: prepares nil when the block is invalid', () => {
    assert.deepEqual(said(run(machine(1), proposal(0, 0, A), checked(A, false))), [
      'prepare(0, nil)',
    ])
  })

  it('R2: waits for the body before it answers', () => {
    assert.deepEqual(said(run(machine(1), proposal(0, 0, A))), [])
  })

  for (const [what, blockTimeMs, answer] of [
    ['from the future', NOW_MS + 2_001, 'nil'],
    ['at the edge of the clocks', NOW_MS + 2_000, short(A)],
    ['older than a proposal may travel', NOW_MS - 12_001, 'nil'],
    ['not later than its parent', NOW_MS - 10_000, 'nil'],
  ] as const) {
    it(`R2: answers a block ${what} with ${answer === 'nil' ? 'nil' : 'a PREPARE'}`, () => {
      const message = signed({
        kind: 'pre-prepare',
        height: HEIGHT,
        view: 0,
        block: A,
        validView: -1,
        member: 0,
      })
      const effects = run(machine(1), hears(message, blockTimeMs), checked(A))
      assert.deepEqual(said(effects), [`prepare(0, ${answer})`])
    })
  }

  it('R2: a locked member prepares no other fresh block', () => {
    const state = lockedOnA()
    const effects = run(state, proposal(1, 1, B), checked(B))
    assert.deepEqual(said(effects), ['prepare(1, nil)'])
  })

  it('R2: a locked member prepares its own block again', () => {
    assert.deepEqual(said(run(lockedOnA(), proposal(1, 1, A))), [`prepare(1, ${short(A)})`])
  })

  it('R3: waits for the polka that a re-proposal claims', () => {
    const state = lockedOnA()
    run(state, timeout('propose', 1), timeout('commit', 1))
    assert.deepEqual(said(run(state, proposal(2, 2, B, 1), checked(B))), [])
    const polka = [prepare(0, 1, B), prepare(1, 1, B), prepare(2, 1, B)]
    assert.deepEqual(said(run(state, { kind: 'bundle', votes: polka })), [
      `prepare(2, ${short(B)} by 1)`,
    ])
  })

  it('R3: a polka older than the lock does not unlock', () => {
    const state = machine(3)
    const polkaOfB = [prepare(0, 0, B), prepare(1, 0, B), prepare(2, 0, B)]
    run(state, work, {
      kind: 'bundle',
      votes: [commit(0, 0, null), commit(1, 0, null), commit(2, 0, null)],
    })
    run(state, proposal(1, 1, A), checked(A), prepare(0, 1, A), prepare(1, 1, A))
    assert.deepEqual([state.lockedView, state.lockedBlock], [1, A])
    run(state, timeout('commit', 1))
    const effects = run(
      state,
      { kind: 'bundle', votes: polkaOfB },
      checked(B),
      proposal(2, 2, B, 0),
    )
    assert.deepEqual(said(effects), ['prepare(2, nil)'])
  })

  it('R3: votes of one view with different justifications are no polka', () => {
    const state = machine(3)
    run(state, work, timeout('commit', 0), timeout('commit', 1), timeout('commit', 2))
    const mixed = [prepare(0, 2, B, 0), prepare(1, 2, B, 0), prepare(2, 2, B, 1)]
    assert.deepEqual(said(run(state, ...mixed, checked(B), proposal(3, 3, B, 2))), [])
  })

  it('R4: a quorum of different PREPAREs starts the last wait, whose end commits to nothing', () => {
    const state = machine(1)
    run(state, proposal(0, 0, A), checked(A))
    const effects = run(state, prepare(2, 0, null), prepare(3, 0, A))
    assert.ok(effects.some((effect) => effect.kind === 'timer' && effect.timer === 'prepare'))
    assert.deepEqual(said(run(state, timeout('prepare', 0))), ['commit(0, nil)'])
  })

  it('R5: locks on a polka and commits', () => {
    const state = machine(1)
    run(state, proposal(0, 0, A), checked(A))
    const effects = run(state, prepare(0, 0, A), prepare(2, 0, A))
    assert.deepEqual(said(effects), [`commit(0, ${short(A)})`])
    assert.deepEqual([state.lockedView, state.lockedBlock, state.validView], [0, A, 0])
  })

  it('R5: no lock without the body, which is asked of those who voted', () => {
    const state = machine(3)
    const effects = run(
      state,
      work,
      timeout('propose', 0),
      prepare(0, 0, A),
      prepare(1, 0, A),
      prepare(2, 0, A),
    )
    assert.equal(state.lockedBlock, null)
    const fetch = effects.find((effect) => effect.kind === 'fetch')
    assert.deepEqual(fetch, { kind: 'fetch', block: A, from: [0, 1, 2] })
    assert.deepEqual(said(run(state, checked(A))), [`commit(0, ${short(A)})`])
  })

  it('R5: a polka after the own nil COMMIT is remembered, though not locked on (hidden lock)', () => {
    const state = machine(1)
    run(
      state,
      proposal(0, 0, A),
      checked(A),
      prepare(2, 0, null),
      prepare(3, 0, A),
      timeout('prepare', 0),
    )
    assert.equal(state.step, 'committed')
    run(state, prepare(0, 0, A))
    assert.deepEqual([state.lockedBlock, state.validBlock, state.validView], [null, A, 0])
  })

  it('R6: a quorum of nil PREPAREs commits to nothing and keeps the lock', () => {
    const state = lockedOnA()
    const effects = run(state, timeout('propose', 1), prepare(0, 1, null), prepare(1, 1, null))
    assert.deepEqual(said(effects), ['prepare(1, nil)', 'commit(1, nil)'])
    assert.equal(state.lockedBlock, A)
  })

  it('R7: a quorum of different COMMITs starts the last wait of the view', () => {
    const state = machine(1)
    run(state, proposal(0, 0, A), checked(A), prepare(0, 0, A), prepare(2, 0, A))
    const effects = run(state, commit(2, 0, null), commit(3, 0, null))
    assert.ok(effects.some((effect) => effect.kind === 'timer' && effect.timer === 'commit'))
    run(state, timeout('commit', 0))
    assert.equal(state.view, 1)
  })

  it('R7: a quorum of nil COMMITs ends the view at once', () => {
    const state = machine(1)
    run(state, work, commit(0, 0, null), commit(2, 0, null), commit(3, 0, null))
    assert.equal(state.view, 1)
  })

  it('R8: decides by a quorum of COMMITs, with all of them in the proof, sorted', () => {
    const state = machine(1)
    run(state, proposal(0, 0, A), checked(A), prepare(0, 0, A), prepare(2, 0, A))
    const effects = run(state, commit(3, 0, A), commit(0, 0, A))
    const decide = effects.find((effect) => effect.kind === 'decide')
    assert.deepEqual(decide?.proof.signers, [0, 1, 3])
    assert.equal(state.step, 'decided')
    assert.deepEqual(run(state, commit(2, 0, A), timeout('commit', 0)), [])
  })

  it('R8: decides a view that it has left, or has not entered', () => {
    for (const view of [0, 7]) {
      const state = machine(1)
      run(state, work, timeout('commit', 0), timeout('commit', 1), checked(A))
      assert.equal(
        decided(run(state, commit(0, view, A), commit(2, view, A), commit(3, view, A))),
        A,
        `view ${view}`,
      )
    }
  })

  it('R8: COMMITs of different views or blocks decide nothing', () => {
    const state = machine(1)
    run(state, work, checked(A), checked(B))
    assert.equal(decided(run(state, commit(0, 0, A), commit(2, 1, A), commit(3, 0, B))), undefined)
  })

  it('R8: one member that repeats itself is one member', () => {
    const state = machine(1)
    run(state, work, checked(A))
    assert.equal(
      decided(run(state, commit(0, 0, A), commit(0, 0, A), commit(0, 0, A), commit(2, 0, A))),
      undefined,
    )
  })

  it('R8: a certificate of a far view decides though single votes of it are not kept', () => {
    const state = machine(1)
    run(state, work, checked(A))
    const votes = [commit(0, 500, A), commit(2, 500, A), commit(3, 500, A)]
    assert.equal(decided(run(state, { kind: 'bundle', votes })), A)
  })

  it('R8: asks for the body of a block that a quorum committed to, and decides when it comes', () => {
    const state = machine(1)
    const effects = run(state, work, commit(0, 0, A), commit(2, 0, A), commit(3, 0, A))
    assert.equal(decided(effects), undefined)
    assert.ok(kinds(effects).includes('fetch'))
    assert.equal(decided(run(state, checked(A))), A)
  })

  it('R9: follows f+1 members to the least view that an honest one is in', () => {
    const state = machine(1)
    run(state, work, prepare(2, 9, null))
    assert.equal(state.view, 0)
    run(state, commit(3, 4, null))
    assert.equal(state.view, 4)
  })

  it('R10: without a proposal it prepares nil', () => {
    assert.deepEqual(said(run(machine(1), work, timeout('propose', 0))), ['prepare(0, nil)'])
  })

  it('R10: a timer of an older view does nothing', () => {
    const state = machine(1)
    run(state, work, timeout('commit', 0))
    assert.deepEqual(
      run(state, timeout('propose', 0), timeout('prepare', 0), timeout('commit', 0)),
      [],
    )
    assert.equal(state.view, 1)
  })

  it('R11: repeats the own votes, the proposal, the polka and what justified the view', () => {
    const state = machine(1)
    run(state, proposal(0, 0, A), checked(A), prepare(0, 0, A), prepare(2, 0, A))
    const [effect] = run(state, timeout('rebroadcast', 0))
    assert.ok(effect?.kind === 'rebroadcast')
    assert.deepEqual(
      effect.messages.map(({ kind }) => kind),
      ['pre-prepare', 'prepare', 'commit'],
    )
    assert.deepEqual(
      effect.bundles.map((votes) => votes.length),
      [3],
    )
  })

  it('R11: repeats the votes for nil that justified the view it is in', () => {
    const state = machine(1)
    const nil = [0, 2, 3].map((member) => commit(member, 0, null))
    run(state, work, ...nil)
    assert.equal(state.view, 1)
    const repeated = run(state, timeout('rebroadcast', 1)).find(
      ({ kind }) => kind === 'rebroadcast',
    )
    assert.ok(repeated?.kind === 'rebroadcast')
    assert.deepEqual(repeated.bundles, [nil])
  })

  it('R12: keeps two contradicting votes, accuses once, and counts the second in a certificate', () => {
    const state = machine(1)
    const effects = run(
      state,
      work,
      checked(A),
      commit(0, 0, B),
      commit(0, 0, A),
      commit(0, 0, B),
      commit(0, 0, A),
    )
    const accusations = effects.filter(({ kind }) => kind === 'accuse')
    assert.equal(accusations.length, 1)
    assert.equal(decided(run(state, commit(2, 0, A), commit(3, 0, A))), A)
  })

  it('R12: accuses a leader of two proposals in one view', () => {
    const effects = run(machine(1), proposal(0, 0, A), proposal(0, 0, B))
    assert.deepEqual(kinds(effects).filter((kind) => kind === 'accuse').length, 1)
  })

  it('R12: accuses a member that forgot its lock, and nobody whose newer polka unlocked it', () => {
    const guilty = run(machine(1), work, commit(3, 0, A), prepare(3, 2, B, -1))
    assert.ok(
      guilty.some((effect) => effect.kind === 'accuse' && effect.evidence.kind === 'amnesia'),
    )
    const innocent = run(
      machine(1),
      work,
      commit(3, 0, A),
      prepare(3, 2, B, 1),
      prepare(3, 3, B, 0),
    )
    assert.ok(!kinds(innocent).includes('accuse'))
  })

  it('says nothing in no-sign mode, but decides', () => {
    const state = machine(null)
    const effects = run(
      state,
      proposal(0, 0, A),
      checked(A),
      prepare(0, 0, A),
      prepare(2, 0, A),
      prepare(3, 0, A),
    )
    const end = run(state, commit(0, 0, A), commit(2, 0, A), commit(3, 0, A))
    assert.deepEqual(said([...effects, ...end]), [])
    assert.equal(decided(end), A)
  })
})

/** Member 3, locked on A in view 0, waiting in view 1. */
function lockedOnA(): ReturnType<typeof machine> {
  const state = machine(3)
  run(state, proposal(0, 0, A), checked(A), prepare(0, 0, A), prepare(1, 0, A))
  assert.deepEqual([state.lockedView, state.lockedBlock], [0, A])
  run(state, timeout('commit', 0))
  assert.equal(state.view, 1)
  return state
}
