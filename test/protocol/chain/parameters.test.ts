import assert from 'node:assert/strict'
import { buildGenesis } from '../../../protocol/chain/genesis.ts'
import {
  DEFAULT_PARAMETERS,
  type Parameters,
  parametersHash,
} from '../../../protocol/chain/parameters.ts'
import { ENVELOPE_BYTES_MAX } from '../../../protocol/limits.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { testIdentity } from '../../support/keys.ts'

function withParameters(change: object) {
  const parameters = { ...DEFAULT_PARAMETERS, ...change } as Parameters
  return buildGenesis({ name: 'p', salt: '00'.repeat(32), members: [testIdentity(0)], parameters })
}

describe('chain parameters', () => {
  it('have a hash that covers every one of them', () => {
    const hashes = new Set([parametersHash(DEFAULT_PARAMETERS)])
    for (const [name, value] of Object.entries(DEFAULT_PARAMETERS)) {
      hashes.add(parametersHash({ ...DEFAULT_PARAMETERS, [name]: value + 1 }))
    }
    assert.equal(hashes.size, Object.keys(DEFAULT_PARAMETERS).length + 1)
  })

  for (const [what, change] of [
    ['larger envelopes than a node decodes', { envelopeBytesMax: ENVELOPE_BYTES_MAX + 1 }],
    ['a body that holds no envelope', { bodyBytesMax: 1 }],
    ['no records in a block', { blockRecordsMax: 0 }],
    ['a fraction', { voteTimeoutMs: 0.5 }],
    ['a string', { heartbeatMs: '600000' }],
    ['an unknown parameter', { extra: 1 }],
    ['a first time-out above the bound of all', { proposeTimeoutMs: 30_001 }],
  ] as const) {
    it(`refuse ${what}`, () => {
      const result = withParameters(change)
      assert.equal(isRejection(result) && result.rejected, 'schema-violation')
    })
  }
})
