import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { planOf } from '../../simulations/faults.ts'
import { runTrial, type TrialReport } from '../../simulations/trial.ts'

/** Chosen so that every kind of liar and of fault is among them. */
const FIXED_SEEDS = Array.from({ length: 24 }, (_, i) => i + 1)
const FRESH_WORLDS = 6
const TAIL_LINES = 15

function holds({ seed, violation, story }: TrialReport): void {
  const tail = story.slice(-TAIL_LINES).join('\n')
  assert.equal(violation, undefined, `seed ${seed}: ${violation?.message}\n${tail}`)
}

describe('invented worlds', () => {
  for (const seed of FIXED_SEEDS) {
    it(`keep every invariant: seed ${seed}`, () => holds(runTrial({ plan: planOf(seed) })))
  }

  const first = randomInt(1_000_000, 2 ** 40)
  it(`keep every invariant: fresh seeds ${first}..${first + FRESH_WORLDS - 1}`, () => {
    for (let seed = first; seed < first + FRESH_WORLDS; seed++)
      holds(runTrial({ plan: planOf(seed) }))
  })

  it('are the same for the same seed, to the last delivery', () => {
    for (const seed of [7, 67]) {
      const [once, again] = [runTrial({ plan: planOf(seed) }), runTrial({ plan: planOf(seed) })]
      assert.equal(once.storyHash, again.storyHash, `seed ${seed}`)
      assert.deepEqual(once.story, again.story)
    }
  })

  it('differ for different seeds', () => {
    const hashes = new Set([1, 2, 3].map((seed) => runTrial({ plan: planOf(seed) }).storyHash))
    assert.equal(hashes.size, 3)
  })

  it('show every kind of liar and of fault to some seed', () => {
    const plans = Array.from({ length: 300 }, (_, seed) => planOf(seed))
    const liars = new Set(plans.flatMap(({ liars: cast }) => [...cast.values()]))
    assert.equal(liars.size, 15)
    assert.ok(plans.some(({ signatures }) => signatures === 'ed25519'))
    assert.ok(plans.some(({ size }) => size === 10))
    assert.ok(plans.some(({ loser }) => loser !== undefined))
    for (const kind of [
      'crashMeanMs',
      'partitionMeanMs',
      'clogMeanMs',
      'clockStepMeanMs',
      'muffleMeanMs',
      'duelMeanMs',
    ] as const) {
      assert.ok(
        plans.some(({ rates }) => Number.isFinite(rates[kind])),
        kind,
      )
      assert.ok(
        plans.some(({ rates }) => !Number.isFinite(rates[kind])),
        `no ${kind}`,
      )
    }
  })
})
