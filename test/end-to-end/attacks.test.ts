import assert from 'node:assert/strict'
import { ON_PROCESSES, onStage } from '../../simulations/attacks/processes.ts'

describe('insider attacks on four real processes', () => {
  it('are noticed: changed bytes, a degraded model, a replaced file', async () => {
    await onStage(async (stage) => {
      for (const [id, attack] of Object.entries(ON_PROCESSES)) {
        const { held, observed } = await attack(stage)
        assert.ok(held, `${id}: ${observed}`)
      }
    })
  }).timeout(120_000)
})
