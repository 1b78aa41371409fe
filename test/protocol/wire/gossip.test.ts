import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Digest } from '../../../protocol/digest.ts'
import { ENVELOPE_BYTES_MAX, GOSSIP_BATCH_BYTES_MAX } from '../../../protocol/limits.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import {
  decodeRecordBatch,
  decodeTip,
  encodeRecordBatch,
  encodeTip,
  gossipTopic,
  messageId,
  protocolId,
} from '../../../protocol/wire/gossip.ts'
import { assertStrict } from '../chain/hostile-bytes.ts'
import { sampleProof } from '../chain/sample-block.ts'

const CHAIN = `0123456789abcdef${'0'.repeat(48)}` as Digest
const PROOF = sampleProof({ height: 3, id: 'ab'.repeat(32) as Digest })
const TIP = encodeTip({ header: Uint8Array.of(1, 2, 3), proof: PROOF })
const codec = { encode: encodeRecordBatch, decode: decodeRecordBatch }

describe('the names on the network', () => {
  it('carry the chain', () => {
    assert.equal(protocolId(CHAIN), '/pedigree/0123456789abcdef/1')
    assert.equal(gossipTopic(CHAIN, 'records'), '/pedigree/0123456789abcdef/1/records')
    assert.equal(gossipTopic(CHAIN, 'blocks'), '/pedigree/0123456789abcdef/1/blocks')
  })
})

describe('a gossip message', () => {
  it('has the id of its content', () => {
    assert.deepEqual(messageId(TIP), messageId(Uint8Array.from(TIP)))
    assert.notDeepEqual(messageId(TIP), messageId(TIP.subarray(1)))
  })

  it('of records has one byte form', () => {
    const list = fc.array(fc.uint8Array({ minLength: 1 }), { minLength: 1, maxLength: 9 })
    assertStrict(codec, fc.sample(list, { numRuns: 10, seed: 5 }).map(encodeRecordBatch))
  })

  it('of a decided block has one byte form', () => {
    assertStrict({ encode: encodeTip, decode: decodeTip }, [TIP])
  })

  it('is refused by size before anything else', () => {
    const batch = decodeRecordBatch(new Uint8Array(GOSSIP_BATCH_BYTES_MAX + 1))
    assert.ok(isRejection(batch) && batch.rejected === 'too-large')
    const tip = decodeTip(new Uint8Array(65_536))
    assert.ok(isRejection(tip) && tip.rejected === 'too-large')
  })

  it('carries no envelope beyond its bound', () => {
    const batch = encodeRecordBatch([new Uint8Array(ENVELOPE_BYTES_MAX + 1)])
    assert.ok(isRejection(decodeRecordBatch(batch)))
  })
})
