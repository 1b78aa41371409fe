import assert from 'node:assert/strict'
import { genesisState } from '../../../protocol/rules/genesis-state.ts'
import { decodeKeyHistory } from '../../../protocol/rules/key-history.ts'
import { stateKey } from '../../../protocol/storage-keys.ts'
import { testGenesis, testOrganisation, testRoleKey } from '../../support/keys.ts'

describe('genesis state', () => {
  const { genesis } = testGenesis(4)
  const state = new Map(genesisState(genesis).map(({ key, value }) => [key, value]))

  it('holds one history for every key of every member, from block 1 on', () => {
    assert.equal(state.size, 4 * 6)
    for (const role of ['admin', 'record', 'consensus', 'network'] as const) {
      const value = state.get(stateKey.key(testRoleKey(2, role).did))
      assert.ok(value !== undefined)
      assert.deepEqual(decodeKeyHistory(value), {
        organisation: testOrganisation(2),
        class: role,
        name: role,
        intervals: [{ from: 1 }],
      })
    }
  })

  it('names people by their name', () => {
    const value = state.get(stateKey.key(testRoleKey(0, 'person').did))
    assert.ok(value !== undefined)
    assert.equal(decodeKeyHistory(value).name, 'person1')
  })
})
