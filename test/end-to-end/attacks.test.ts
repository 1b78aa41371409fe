import assert from 'node:assert/strict'
import { onStage } from '../../simulations/attacks/processes/stage.ts'
import { ON_PROCESSES, playAll } from '../../simulations/attacks/processes.ts'
import { ATTACKS } from '../../simulations/attacks/table.ts'

describe('insider attacks on four real processes', () => {
  it('are noticed, each by what its victim is told', async () => {
    const outcomes = await onStage(playAll)
    assert.deepEqual([...outcomes.keys()].sort(), Object.keys(ON_PROCESSES).sort())
    const won = [...outcomes].filter(([, { held }]) => !held)
    assert.deepEqual(
      won.map(([id, { observed }]) => `${id}: ${observed}`),
      [],
    )
  }).timeout(300_000)

  it('are all told in the table, and what is in the table runs somewhere', () => {
    const told = new Set(ATTACKS.map(({ id }) => id))
    assert.deepEqual(
      Object.keys(ON_PROCESSES).filter((id) => !told.has(id)),
      [],
    )
    const nowhere = ATTACKS.filter(({ id, run }) => run === undefined && !(id in ON_PROCESSES))
    assert.deepEqual(nowhere, [])
  })
})
