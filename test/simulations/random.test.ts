import assert from 'node:assert/strict'
import { Random } from '../../simulations/random.ts'

describe('the random stream of a world', () => {
  it('is the same for the same name', () => {
    const draw = (name: string) =>
      Array.from(
        { length: 50 },
        (
          (random) => () =>
            random.word()
        )(new Random(name)),
      )
    assert.deepEqual(draw('seed 1'), draw('seed 1'))
    assert.notDeepEqual(draw('seed 1'), draw('seed 2'))
  })

  it('is not moved by what is drawn from a fork', () => {
    const [left, right] = [new Random('a'), new Random('a')]
    const fork = left.fork('b')
    for (let i = 0; i < 10; i++) fork.word()
    assert.equal(left.word(), right.word())
  })

  it('keeps its ranges', () => {
    const random = new Random('ranges')
    const seen = new Set<number>()
    for (let i = 0; i < 1_000; i++) {
      const integer = random.integer(3, 5)
      assert.ok(
        integer >= 3 && integer <= 5 && Number.isInteger(integer),
        `draw ${i} gave ${integer}`,
      )
      seen.add(integer)
      const fraction = random.fraction()
      assert.ok(fraction >= 0 && fraction < 1, `draw ${i} gave ${fraction}`)
      assert.ok(random.exponential(10) >= 0)
    }
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      [3, 4, 5],
    )
  })

  it('shuffles without losing anything', () => {
    const items = [1, 2, 3, 4, 5, 6, 7]
    const shuffled = new Random('cards').shuffle(items)
    assert.deepEqual(
      shuffled.toSorted((a, b) => a - b),
      items,
    )
    assert.notDeepEqual(shuffled, items)
  })
})
