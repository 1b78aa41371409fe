import assert from 'node:assert/strict'
import { evidenceChecks } from '../../../../protocol/consensus/evidence-check.ts'
import { canonicalJson } from '../../../../protocol/encoding/canonical-json.ts'
import {
  FORWARDED_BURST_BYTES,
  FORWARDED_RECORDS_BURST,
  FORWARDED_RECORDS_WAITING_MAX,
  FORWARDED_WAITING_BYTES_MAX,
  GOSSIP_BATCH_RECORDS_MAX,
  POOL_BYTES_MAX,
  POOL_RECORDS_MAX,
  POOL_SHARE_MAX,
} from '../../../../protocol/limits.ts'
import { sealEnvelope } from '../../../../protocol/records/envelope.ts'
import type { LedgerRecord } from '../../../../protocol/records/record.ts'
import { isRejection } from '../../../../protocol/rejection.ts'
import { Pool } from '../../../../protocol/replica/pool/pool.ts'
import { encodeRecordBatch } from '../../../../protocol/wire/gossip.ts'
import { encodeWireMessage } from '../../../../protocol/wire/message-codec.ts'
import { testGenesis, testKey, testPerson, testRoleKey } from '../../../support/keys.ts'
import {
  edgeTo,
  signedDataset,
  signedKey,
  signedModel,
  signedRetirement,
  TEST_TIME_MS,
} from '../../../support/records.ts'
import { effectsOf, TestNode } from '../test-node.ts'

const four = testGenesis(4).genesis
const alone = testGenesis(1).genesis

function member(): TestNode {
  const node = new TestNode({ genesis: four })
  node.start()
  return node
}

/** A committee of one, which commits at once what it admits. */
function ledger(): TestNode {
  const node = new TestNode({ genesis: alone })
  node.start()
  return node
}

/** The same statement under a signature of someone else. */
function forged(record: LedgerRecord): Uint8Array {
  const statement = canonicalJson(record.statement as never)
  return sealEnvelope(statement, new Uint8Array(64).fill(1))
}

describe('admission of what a client submits', () => {
  const here = { chain: alone.chain }
  const data = signedDataset({ ...here, nonce: 5 })
  const model = signedModel({ ...here, nonce: 6, datasets: [edgeTo(data)] })
  const cases: readonly (readonly [string, () => Uint8Array])[] = [
    ['too-large', () => new Uint8Array(65_536)],
    ['malformed', () => new Uint8Array([1, 2, 3])],
    [
      'not-canonical',
      () => new TextEncoder().encode(` ${new TextDecoder().decode(data.envelope)}`),
    ],
    ['wrong-chain', () => signedDataset().envelope],
    ['bad-signature', () => forged(signedDataset({ ...here, nonce: 7 }))],
    ['unknown-author', () => signedDataset({ ...here, signer: testKey(70_000) }).envelope],
    ['not-allowed', () => signedDataset({ ...here, signer: testRoleKey(0, 'admin') }).envelope],
    ['expired', () => signedDataset({ ...here, expires: TEST_TIME_MS }).envelope],
    ['lifetime-too-long', () => signedDataset({ ...here, expires: TEST_TIME_MS * 2 }).envelope],
    ['nonce-out-of-window', () => signedDataset({ ...here, nonce: 5_000 }).envelope],
    ['nonce-used', () => signedDataset({ ...here, nonce: 5, name: 'other' }).envelope],
    [
      'edge-unknown',
      () =>
        signedModel({ ...here, datasets: [edgeTo(signedDataset({ ...here, name: 'nowhere' }))] })
          .envelope,
    ],
    ['edge-wrong-type', () => signedModel({ ...here, datasets: [edgeTo(model)] }).envelope],
    [
      'unknown-subject',
      () => signedRetirement(signedDataset({ ...here, name: 'nowhere' }), here).envelope,
    ],
    ['duplicate-key', () => signedKey({ ...here, key: 5 }).envelope],
  ]
  for (const [code, envelope] of cases) {
    it(`refuses with ${code}`, () => {
      const node = ledger()
      assert.equal(node.submit(data.envelope)?.status, 'admitted')
      assert.equal(node.submit(model.envelope)?.status, 'admitted')
      assert.equal(node.height, 2)
      const answer = node.submit(envelope())
      assert.equal(answer?.status === 'refused' ? answer.rejection.rejected : answer?.status, code)
      assert.equal(node.replica.status().poolRecords, 0)
    })
  }

  it('answers a record that is committed, and one that is pending', () => {
    const node = ledger()
    node.submit(data.envelope)
    assert.deepEqual(node.submit(data.envelope), {
      status: 'committed',
      record: data.id,
      height: 1,
    })
    const waiting = member()
    const record = signedDataset()
    assert.deepEqual(waiting.submit(record.envelope), { status: 'admitted', record: record.id })
    assert.deepEqual(waiting.submit(record.envelope), { status: 'pending', record: record.id })
    assert.equal(waiting.replica.status().poolRecords, 1)
  })

  it('tells the client of a record that another member had forwarded before', () => {
    const node = member()
    const record = signedDataset({ expires: TEST_TIME_MS + 1_000 })
    assert.equal(node.gossip(1, 'records', encodeRecordBatch([record.envelope])), 'accept')
    assert.equal(node.submit(record.envelope)?.status, 'pending')
    node.input({ kind: 'peer', member: 2, connected: true })
    const sent = effectsOf(node.effects, 'send').filter(({ to }) => to === 2)
    assert.deepEqual(
      sent.map(({ bytes }) => bytes),
      [encodeWireMessage({ kind: 'records', envelopes: [record.envelope] })],
    )
  })

  it('gossips in batches that every member takes', () => {
    const node = new TestNode({ genesis: four, hold: ['yield'] })
    node.start()
    const description = 'x'.repeat(1_400)
    const records = Array.from({ length: GOSSIP_BATCH_RECORDS_MAX + 1 }, (_, i) =>
      signedDataset({ nonce: i + 1, description, name: `d${i}` }),
    )
    for (const { envelope } of records) node.submit(envelope)
    node.fireTimer('gossip-flush')
    const batches = effectsOf(node.effects, 'gossip')
    const other = new TestNode({ genesis: four, self: 2 })
    other.start()
    for (const { bytes } of batches) assert.equal(other.gossip(0, 'records', bytes), 'accept')
    assert.equal(other.replica.status().poolRecords, records.length)
  })

  it('sends its clients’ largest records again in frames that every member takes', () => {
    const node = member()
    const other = new TestNode({ genesis: four, self: 2 })
    other.start()
    const description = 'x'.repeat(8_000)
    const records = Array.from({ length: 20 }, (_, i) => {
      const datasets = Array.from(
        { length: 4 },
        () => ({ kind: 'unknown', reason: description }) as const,
      )
      return signedModel({ nonce: i + 1, name: `m${i}`, datasets })
    })
    for (const { envelope } of records) assert.equal(node.submit(envelope)?.status, 'admitted')
    for (const { bytes } of effectsOf(
      node.input({ kind: 'peer', member: 2, connected: true }),
      'send',
    )) {
      other.input({ kind: 'frame', from: 0, bytes })
    }
    assert.equal(other.replica.status().poolRecords, records.length)
  })
})

describe('a nonce used twice', () => {
  const first = signedDataset({ name: 'first' })
  const second = signedDataset({ name: 'second' })

  it('is refused and kept as evidence when the other record is pending', () => {
    const node = member()
    node.submit(first.envelope)
    const answer = node.submit(second.envelope)
    assert.equal(answer?.status === 'refused' && answer.rejection.rejected, 'nonce-used')
    const [accusation, ...more] = effectsOf(node.effects, 'accuse')
    assert.deepEqual(more, [])
    assert.ok(accusation)
    const proof = evidenceChecks(accusation.evidence, {
      chain: four.chain,
      committee: four.committee,
    })
    assert.equal(isRejection(proof) ? proof.detail : proof.accused, testPerson(0).did)
  })

  it('is refused and kept as evidence when the other record is on the ledger, and goes on it', () => {
    const node = ledger()
    const here = { chain: alone.chain }
    node.submit(signedDataset({ ...here, name: 'first' }).envelope)
    node.submit(signedDataset({ ...here, name: 'second' }).envelope)
    assert.equal(effectsOf(node.effects, 'accuse').length, 1)
    assert.equal(node.height, 2)
    assert.equal([...node.disk.store.map.keys()].filter((key) => key.startsWith('v/')).length, 1)
  })

  it('is no evidence when the second signature is forged', () => {
    const node = member()
    node.submit(first.envelope)
    const answer = node.submit(forged(second))
    assert.equal(answer?.status === 'refused' && answer.rejection.rejected, 'bad-signature')
    assert.equal(effectsOf(node.effects, 'accuse').length, 0)
  })

  it('keeps no evidence that no block has room for', () => {
    const { genesis } = testGenesis(1, { bodyBytesMax: 131_070 })
    const node = new TestNode({ genesis })
    node.start()
    const datasets = Array.from(
      { length: 4 },
      () => ({ kind: 'unknown', reason: 'x'.repeat(8_000) }) as const,
    )
    node.submit(signedModel({ chain: genesis.chain, name: 'one', datasets }).envelope)
    node.submit(signedModel({ chain: genesis.chain, name: 'two', datasets }).envelope)
    assert.equal(node.height, 1)
  })
})

describe('admission of what a member forwards', () => {
  const good = signedDataset({ name: 'good' })

  it('accepts a batch of which one record is new', () => {
    const node = member()
    assert.equal(node.gossip(1, 'records', encodeRecordBatch([good.envelope])), 'accept')
    assert.equal(node.gossip(1, 'records', encodeRecordBatch([good.envelope])), 'ignore')
    const more = signedDataset({ name: 'more', nonce: 2 })
    assert.equal(
      node.gossip(2, 'records', encodeRecordBatch([good.envelope, more.envelope])),
      'accept',
    )
  })

  it('rejects what its bytes prove to be wrong, and keeps what is good in it', () => {
    for (const bad of [
      new Uint8Array([1]),
      forged(signedDataset({ nonce: 9 })),
      signedDataset({ chain: alone.chain }).envelope,
    ]) {
      const node = member()
      assert.equal(node.gossip(1, 'records', encodeRecordBatch([good.envelope, bad])), 'reject')
      assert.equal(node.replica.status().poolRecords, 1)
    }
    assert.equal(member().gossip(1, 'records', new Uint8Array([0, 0, 0, 9])), 'reject')
  })

  it('ignores what only the state refuses, whatever the author is told (decision 0004)', () => {
    const refused = [
      signedDataset({ signer: testKey(70_000) }),
      signedDataset({ signer: testRoleKey(0, 'admin') }),
      signedModel({ datasets: [edgeTo(signedDataset({ name: 'nowhere' }))] }),
      signedDataset({ nonce: 5_000 }),
      signedDataset({ expires: TEST_TIME_MS }),
    ]
    for (const { envelope } of refused) {
      assert.equal(member().gossip(1, 'records', encodeRecordBatch([envelope])), 'ignore')
    }
  })

  it('keeps a nonce reuse among members as evidence, and ignores the record', () => {
    const node = member()
    node.submit(good.envelope)
    const rival = signedDataset({ name: 'rival' })
    assert.equal(node.gossip(1, 'records', encodeRecordBatch([rival.envelope])), 'ignore')
    assert.equal(effectsOf(node.effects, 'accuse').length, 1)
  })

  it('looks at no more than the quota of each forwarder', () => {
    const node = member()
    const envelopes = Array.from({ length: GOSSIP_BATCH_RECORDS_MAX }, () => new Uint8Array([1]))
    const junk = encodeRecordBatch(envelopes)
    let rejected = 0
    for (let i = 0; i < 200; i++) if (node.gossip(1, 'records', junk) === 'reject') rejected++
    assert.equal(rejected, Math.floor(FORWARDED_RECORDS_BURST / GOSSIP_BATCH_RECORDS_MAX))
    assert.equal(node.gossip(1, 'records', encodeRecordBatch([good.envelope])), 'accept')
    assert.equal(node.gossip(2, 'records', junk), 'reject')
  })

  it('lets no forwarder fill the queue of what waits to be checked', () => {
    const node = new TestNode({ genesis: four, hold: ['verify'] })
    node.start()
    const batch = encodeRecordBatch(
      Array.from({ length: 64 }, (_, i) => forged(signedDataset({ nonce: i + 1, name: `d${i}` }))),
    )
    const waiting = () => effectsOf(node.effects, 'verify').map(({ checks }) => checks.length)
    for (let i = 0; i < 100; i++) node.gossip(1, 'records', batch)
    assert.equal(
      waiting().reduce((a, b) => a + b, 0),
      FORWARDED_RECORDS_WAITING_MAX,
    )
    assert.equal(node.gossip(1, 'records', batch), 'ignore')
    assert.equal(node.gossip(2, 'records', batch), undefined)
    node.release('verify')
    assert.equal(node.gossip(1, 'records', batch), undefined)
  })

  it('takes of each forwarder only so many bytes, and keeps only so many waiting', () => {
    const datasets = Array.from(
      { length: 4 },
      () => ({ kind: 'unknown', reason: 'x'.repeat(8_000) }) as const,
    )
    const envelope = forged(signedModel({ name: 'large', datasets }))
    const batch = encodeRecordBatch([envelope, envelope, envelope, envelope])
    const looked = (hold: 'verify'[]) => {
      const node = new TestNode({ genesis: four, hold })
      node.start()
      let bytes = 0
      while (bytes <= 2 * FORWARDED_BURST_BYTES) {
        if (node.gossip(1, 'records', batch) === 'ignore') return bytes
        bytes += 4 * envelope.length
      }
      return bytes
    }
    assert.ok(looked(['verify']) <= FORWARDED_WAITING_BYTES_MAX)
    const all = looked([])
    assert.ok(all <= FORWARDED_BURST_BYTES)
    assert.ok(all > FORWARDED_BURST_BYTES - 4 * envelope.length)
  })

  it('lets it wait for its checks behind what its own clients submit', () => {
    const node = member()
    node.gossip(1, 'records', encodeRecordBatch([good.envelope]))
    node.submit(signedDataset({ nonce: 2, name: 'own' }).envelope)
    const [forwarded, submitted] = effectsOf(node.effects, 'verify')
    assert.equal(forwarded?.urgent, false)
    assert.equal(submitted?.urgent, true)
  })

  it('keeps no view of the frame that brought it', () => {
    const node = member()
    const frame = encodeWireMessage({
      kind: 'records',
      envelopes: [good.envelope, ...Array.from({ length: 20 }, () => new Uint8Array(9_000))],
    })
    node.input({ kind: 'frame', from: 1, bytes: frame })
    const leader = new TestNode({ genesis: four, self: 1 })
    leader.start()
    assert.equal(node.replica.status().poolBytes, good.envelope.length)
    const [records] = effectsOf(node.effects, 'verify')
    assert.ok(records)
    frame.fill(0)
    const again = node.submit(good.envelope)
    assert.equal(again?.status, 'pending')
    const sent = effectsOf(node.input({ kind: 'peer', member: 3, connected: true }), 'send')
    assert.deepEqual(
      sent[0]?.bytes,
      encodeWireMessage({ kind: 'records', envelopes: [good.envelope] }),
    )
  })
})

describe('the pool', () => {
  const any = signedDataset()

  function entry(index: number, organisation: string, bytes: number) {
    const record = {
      ...any,
      id: `id${index}`,
      ledger: { author: 'a', nonce: index },
      envelope: { length: bytes },
    }
    return { record: record as unknown as LedgerRecord, organisation, own: false }
  }

  it('has room for a share of each organisation', () => {
    const pool = new Pool()
    const bytes = 65_535
    const share = Math.floor((POOL_BYTES_MAX * POOL_SHARE_MAX) / bytes)
    for (let i = 0; i < share; i++) assert.equal(pool.add(entry(i, 'org01', bytes)), undefined)
    assert.equal(pool.add(entry(share, 'org01', bytes))?.rejected, 'pool-full')
    assert.equal(pool.add(entry(share, 'org02', bytes)), undefined)
    pool.remove(entry(0, 'org01', bytes).record.id)
    assert.equal(pool.add(entry(share + 1, 'org01', bytes)), undefined)
    assert.equal(pool.bytes, (share + 1) * bytes)
  })

  it('is not filled by many small records of one organisation', () => {
    const pool = new Pool()
    const share = POOL_RECORDS_MAX * POOL_SHARE_MAX
    for (let i = 0; i < share; i++) assert.equal(pool.add(entry(i, 'org01', 100)), undefined)
    assert.equal(pool.add(entry(share, 'org01', 100))?.rejected, 'pool-full')
    assert.equal(pool.add(entry(share, 'org02', 100)), undefined)
    pool.remove(entry(0, 'org01', 100).record.id)
    assert.equal(pool.add(entry(share + 1, 'org01', 100)), undefined)
  })

  it('is full at its number of records', () => {
    const pool = new Pool()
    for (let i = 0; i < POOL_RECORDS_MAX; i++) pool.add(entry(i, `org${i % 8}`, 100))
    assert.equal(pool.size, POOL_RECORDS_MAX)
    assert.equal(pool.add(entry(POOL_RECORDS_MAX, 'org01', 100))?.rejected, 'pool-full')
  })
})
