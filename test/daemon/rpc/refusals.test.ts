import assert from 'node:assert/strict'
import { pino } from 'pino'
import { createMetrics } from '../../../daemon/metrics.ts'
import { noteRefusal } from '../../../daemon/rpc/refusals.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { type RejectionCode, refuse } from '../../../protocol/rejection.ts'
import { signedDataset } from '../../support/records.ts'

const CHAIN = 'ab'.repeat(32) as Digest
const record = signedDataset({ name: 'attempt' })

describe('a submitted record that is refused', () => {
  let lines: Record<string, unknown>[]
  let metrics: ReturnType<typeof createMetrics>
  beforeEach(() => {
    lines = []
    metrics = createMetrics()
  })

  function note(code: RejectionCode, envelope = record.envelope) {
    const write = (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>)
    const log = pino({ level: 'warn' }, { write })
    noteRefusal({ metrics, log }, CHAIN, { envelope, rejection: refuse(code, 'in words') })
  }

  it('is logged with its author and the code, and counted by code', async () => {
    note('not-allowed')
    note('not-allowed')
    note('illegal-transition')
    assert.deepEqual(
      lines.map(({ rejected, author, record: id, type }) => [rejected, author, id, type]),
      [
        ['not-allowed', record.ledger.author, record.id, 'dataset'],
        ['not-allowed', record.ledger.author, record.id, 'dataset'],
        ['illegal-transition', record.ledger.author, record.id, 'dataset'],
      ],
    )
    const counted = await metrics.render()
    assert.match(counted, /pedigree_records_refused_total\{[^}]*code="not-allowed"\} 2\n/)
    assert.match(counted, /pedigree_records_refused_total\{[^}]*code="illegal-transition"\} 1\n/)
  })

  it('has no author when nothing can be read in it', () => {
    note('malformed', Uint8Array.of(1, 2, 3))
    assert.deepEqual(
      lines.map(({ rejected, author }) => [rejected, author]),
      [['malformed', undefined]],
    )
  })

  it('is only counted when the node is too busy: a flood does not fill the log', async () => {
    note('rate-limited')
    note('pool-full')
    assert.deepEqual(lines, [])
    assert.match(await metrics.render(), /code="rate-limited"\} 1\n/)
  })
})
