import assert from 'node:assert/strict'
import { encodeRecordBatch } from '../../../../protocol/wire/gossip.ts'
import { testGenesis } from '../../../support/keys.ts'
import { signedDataset, signedRetirement, TEST_TIME_MS } from '../../../support/records.ts'
import { messageOf, TestCommittee } from '../test-committee.ts'

const { genesis } = testGenesis(4)

/** A committee in which member 0 cannot spread its clients' records, and hears of no others'. */
function withMuffled0(): TestCommittee {
  const committee = new TestCommittee(genesis)
  committee.start()
  committee.arrives = ({ from, to, sent }) => {
    const isRecords =
      sent.kind === 'gossip' ? sent.topic === 'records' : messageOf(sent)?.kind === 'records'
    return !isRecords || (from !== 0 && to !== 0)
  }
  return committee
}

describe('the end of a record', () => {
  it('is expiry, once a later block’s time has passed it', () => {
    const committee = withMuffled0()
    const record = signedDataset({ expires: TEST_TIME_MS + 5_000 })
    committee.submit(0, record.envelope)
    for (const node of committee.nodes) node.nowMs += 4_000
    committee.submit(1, signedDataset({ org: 1 }).envelope)
    committee.until(() => committee.node(1).height >= 1)
    assert.equal(committee.node(0).settled.size, 0)
    for (const node of committee.nodes) node.nowMs = TEST_TIME_MS + 60_000
    committee.submit(1, signedDataset({ org: 1, nonce: 2, name: 'later' }).envelope)
    committee.until(() => committee.node(0).height >= 2)
    assert.deepEqual(committee.node(0).settled.get(record.id), { status: 'expired' })
    assert.equal(committee.node(0).replica.status().poolRecords, 0)
  })

  it('is refusal, when a block made it invalid', () => {
    const committee = withMuffled0()
    const here = signedDataset({ name: 'here' })
    const there = signedDataset({ name: 'there' })
    committee.submit(0, here.envelope)
    committee.submit(1, there.envelope)
    committee.until(() => committee.nodes.every(({ height }) => height >= 1))
    const outcome = committee.node(0).settled.get(here.id)
    assert.equal(outcome?.status === 'refused' && outcome.rejection.rejected, 'nonce-used')
    assert.equal(committee.node(0).replica.status().poolRecords, 0)
  })

  it('is not refusal, when only a block that may never be decided makes it invalid', () => {
    const committee = new TestCommittee(genesis)
    committee.start()
    const data = signedDataset()
    committee.submit(2, data.envelope)
    committee.until(() => committee.nodes.every(({ height }) => height >= 1))
    const leader = committee.node(2)
    leader.hold.add('persist')
    const retirements = [2, 3].map((nonce) => signedRetirement(data, { nonce }).envelope)
    assert.equal(leader.gossip(1, 'records', encodeRecordBatch(retirements)), 'accept')
    const builds = leader.held.filter(({ kind }) => kind === 'persist')
    assert.equal(builds.length, 1)
    assert.equal(leader.replica.status().poolRecords, 2)
  })
})
