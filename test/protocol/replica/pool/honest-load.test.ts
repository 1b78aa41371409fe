import assert from 'node:assert/strict'
import { REBROADCAST_MS } from '../../../../protocol/limits.ts'
import type { LedgerRecord } from '../../../../protocol/records/record.ts'
import { storageKey } from '../../../../protocol/storage-keys.ts'
import { testGenesis } from '../../../support/keys.ts'
import { signedDataset, signedModel } from '../../../support/records.ts'
import { TestCommittee } from '../test-committee.ts'
import { effectsOf } from '../test-node.ts'

const { genesis } = testGenesis(4)
const CLIENT_ORGS = 4

/** Signed by several persons' organisations, as many of each. */
function records(count: number, make: typeof signedDataset): LedgerRecord[] {
  return Array.from({ length: count }, (_, i) =>
    make({ org: i % CLIENT_ORGS, nonce: 1 + Math.floor(i / CLIENT_ORGS), name: `r${i}` }),
  )
}

/** Nearly 60 KiB each. */
function large(options: Parameters<typeof signedModel>[0]): LedgerRecord {
  const reason = 'x'.repeat(8_000)
  const datasets = Array.from({ length: 5 }, () => ({ kind: 'unknown', reason }) as const)
  return signedModel({ ...options, datasets })
}

/**
 * All of it comes in one instant of the committee's clock, in which no quota refills: whoever keeps
 * within a burst here keeps within it at any speed. Nothing may have to wait for a repetition (R11).
 */
function submitAtOnce(submissions: readonly (readonly [number, LedgerRecord])[]): TestCommittee {
  const committee = new TestCommittee(genesis)
  committee.start()
  const startMs = committee.node(0).nowMs
  for (const [member, { envelope }] of submissions) committee.submit(member, envelope)
  committee.until(() =>
    committee.nodes.every(({ disk }) =>
      submissions.every(([, { id }]) => disk.get(storageKey.record(id)) !== undefined),
    ),
  )
  assert.ok(committee.node(0).nowMs - startMs < REBROADCAST_MS)
  return committee
}

function nothingIsRefused(committee: TestCommittee, count: number): void {
  const answers = committee.nodes.flatMap(({ effects }) => effectsOf(effects, 'answer'))
  assert.equal(answers.length, count)
  for (const { answer } of answers) assert.equal(answer.status, 'admitted')
  for (const { effects } of committee.nodes) {
    for (const { verdict } of effectsOf(effects, 'gossip-verdict'))
      assert.notEqual(verdict, 'reject')
  }
}

describe('honest load', function () {
  this.timeout(120_000)

  it('of 2,000 records at one node is neither refused nor held up by a quota', () => {
    const burst = records(2_000, signedDataset)
    nothingIsRefused(submitAtOnce(burst.map((record) => [0, record] as const)), burst.length)
  })

  it('of 64 clients with records of 60 KiB at one node is neither refused nor held up', () => {
    const burst = records(64, large)
    nothingIsRefused(submitAtOnce(burst.map((record) => [0, record] as const)), burst.length)
  })

  it('of 500 records at each node at once is neither refused nor held up', () => {
    const burst = records(2_000, signedDataset)
    nothingIsRefused(submitAtOnce(burst.map((record, i) => [i % 4, record] as const)), burst.length)
  })
})
