import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { patternOf, tryMutant } from '../../simulations/mutations/mutant.ts'
import type { Mutation } from '../../simulations/mutations/mutation.ts'
import { MUTATIONS } from '../../simulations/mutations/table.ts'

const ROOT = join(import.meta.dirname, '..', '..')
/** Noticed within a few worlds, so that every test run tries one of each family. */
const QUICK = ['quorum-one-too-small', 'send-before-persist', 'no-chain-in-signables']
const TRIALS = { seeds: '1..10', timeoutMs: 60_000 }

function mutation(id: string): Mutation {
  const found = MUTATIONS.find((candidate) => candidate.id === id)
  assert.ok(found, id)
  return found
}

describe('mutations of the protocol', () => {
  it('all still apply: each edit finds its place exactly once', () => {
    assert.equal(new Set(MUTATIONS.map(({ id }) => id)).size, MUTATIONS.length)
    const edits = MUTATIONS.flatMap(({ also, ...mutation }) =>
      also === undefined ? [mutation] : [mutation, { ...also, id: mutation.id }],
    )
    for (const { id, file, find } of edits) {
      const places = [...readFileSync(join(ROOT, file), 'utf8').matchAll(patternOf(find))]
      assert.equal(places.length, 1, `${id} in ${file}`)
    }
  })

  it('find their place however the file is laid out', () => {
    assert.ok(patternOf('f(a, b)').test('f(\n  a,\n  b,\n)'))
    assert.ok(!patternOf('f(a, b)').test('f(b, a)'))
  })

  for (const id of QUICK) {
    it(`are noticed: ${mutation(id).what}`, function () {
      this.timeout(TRIALS.timeoutMs)
      assert.equal(tryMutant(ROOT, mutation(id), TRIALS).kind, 'killed')
    })
  }

  it('are reported as invalid when their place is gone', () => {
    const gone = { ...mutation('no-lock'), find: 'what nobody ever wrote' }
    assert.equal(tryMutant(ROOT, gone, TRIALS).kind, 'invalid')
  })
})
