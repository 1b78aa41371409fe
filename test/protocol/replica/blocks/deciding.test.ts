import assert from 'node:assert/strict'
import { decodeBody } from '../../../../protocol/chain/body.ts'
import { decodeHeader } from '../../../../protocol/chain/header.ts'
import { decodePosition } from '../../../../protocol/replica/blocks/record-position.ts'
import { readBlock, readHead, readHeight } from '../../../../protocol/replica/ledger.ts'
import { storageKey } from '../../../../protocol/storage-keys.ts'
import { testGenesis, testPerson } from '../../../support/keys.ts'
import { accepted, signedDataset } from '../../../support/records.ts'
import { TestCommittee } from '../test-committee.ts'
import { effectsOf, TestNode } from '../test-node.ts'

describe('deciding a block', () => {
  const alone = testGenesis(1).genesis
  const dataset = (nonce: number) =>
    signedDataset({ chain: alone.chain, nonce, name: `data${nonce}` })

  it('writes header, body, proof, height and the position of each record in one batch', () => {
    const node = new TestNode({ genesis: alone })
    node.start()
    node.submit(dataset(1).envelope)
    node.nowMs += 1_000
    node.submit(dataset(2).envelope)
    assert.equal(readHeight(node.disk), 2)
    const commits = effectsOf(node.effects, 'commit')
    assert.deepEqual(
      commits.map(({ height, block }) => [height, block.records]),
      [
        [1, [dataset(1).id]],
        [2, [dataset(2).id]],
      ],
    )
    const block = readBlock(node.disk, 2)
    assert.ok(block)
    const header = accepted(decodeHeader(block.header))
    assert.equal(header.logSize, 2)
    const body = accepted(decodeBody(block.body, alone.document.parameters))
    assert.deepEqual(body.envelopes, [dataset(2).envelope])
    assert.equal(body.lastProof?.height, 1)
    assert.deepEqual(
      decodePosition(node.disk.get(storageKey.record(dataset(2).id)) as Uint8Array),
      {
        height: 2,
        indexInBlock: 0,
        logIndex: 1,
        timeMs: header.timeMs,
      },
    )
    assert.ok(node.disk.get(storageKey.authorNonce(testPerson(0).did, 2)))
    assert.ok(node.disk.get(storageKey.blockId(commits[1]?.block.id ?? dataset(1).id)))
  })

  it('acknowledges a record only when its block is durable', () => {
    const node = new TestNode({ genesis: alone, hold: ['commit'] })
    node.start()
    node.submit(dataset(1).envelope)
    assert.equal(node.settled.size, 0)
    assert.equal(node.height, 0)
    node.release('commit')
    assert.deepEqual(node.settled.get(dataset(1).id), { status: 'committed', height: 1 })
    assert.equal(node.height, 1)
  })

  it('keeps the proposers of 2n + 2 heights, of which each block names one more', () => {
    const committee = new TestCommittee(testGenesis(4).genesis)
    committee.start()
    for (let nonce = 1; nonce <= 12; nonce++) {
      committee.submit(
        nonce % 4,
        signedDataset({ org: nonce % 4, nonce, name: `d${nonce}` }).envelope,
      )
      committee.until(() => committee.nodes.every(({ height }) => height >= nonce))
    }
    const heads = committee.nodes.map((node) => readHead(node.disk, node.genesis))
    for (const head of heads) assert.deepEqual(head.proposers, heads[0]?.proposers)
    assert.deepEqual(
      heads[0]?.proposers.map(({ height }) => height),
      [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    )
  })
})
