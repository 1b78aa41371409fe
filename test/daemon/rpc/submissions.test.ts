import assert from 'node:assert/strict'
import { createPendingRecords } from '../../../daemon/rpc/pending-records.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { refuse } from '../../../protocol/rejection.ts'
import { SampleLedger } from '../../protocol/queries/sample-ledger.ts'
import { testPerson } from '../../support/keys.ts'
import { signedDataset } from '../../support/records.ts'
import { ask, askRaw } from './ask.ts'
import { type FakeNode, startFakeNode, stopFakeNodes } from './fake-node.ts'

const record = signedDataset({ nonce: 7 })
const JSON_TYPE = { 'content-type': 'application/json' }

describe('submitting over the local API', () => {
  let ledger: SampleLedger
  let node: FakeNode
  beforeEach(async () => {
    ledger = new SampleLedger()
    node = await startFakeNode(ledger)
  })
  afterEach(stopFakeNodes)

  const post = (body: Uint8Array | string, headers: Record<string, string> = JSON_TYPE) =>
    ask({ socket: node.socket, method: 'POST', path: `${node.base}/records`, headers, body })

  const look = async (query = '') =>
    (await ask({ socket: node.socket, path: `${node.base}/records/${record.id}${query}` })).json

  it('hands the exact bytes to the replica', async () => {
    node.driver.answer = { status: 'admitted', record: record.id }
    const spaced = Buffer.concat([Buffer.from(' \n'), record.envelope])
    for (const bytes of [record.envelope, spaced]) {
      const { status, json } = await post(bytes)
      assert.equal(status, 200)
      assert.deepEqual(json, { status: 'admitted', record: record.id })
      assert.deepEqual(Buffer.from(node.driver.submitted.at(-1) ?? []), Buffer.from(bytes))
    }
  })

  it('passes a refusal on with its code and an HTTP status', async () => {
    const cases = [
      ['bad-signature', 422],
      ['malformed', 400],
      ['not-allowed', 403],
      ['nonce-used', 409],
      ['pool-full', 503],
      ['rate-limited', 429],
    ] as const
    for (const [code, expected] of cases) {
      node.driver.answer = { status: 'refused', rejection: refuse(code, 'in words') }
      const { status, json } = await post(record.envelope)
      assert.deepEqual([status, json['code'], json['detail']], [expected, code, 'in words'])
    }
  })

  it('says that the chain stands still or the node stops', async () => {
    for (const code of ['chain-halted', 'node-stopping']) {
      node.driver.answer = Object.assign(new Error('in words'), { code })
      const { status, json } = await post(record.envelope)
      assert.deepEqual([status, json['code']], [503, code])
    }
  })

  it('tells nothing of a bug but that there is one', async () => {
    node.driver.answer = new TypeError('secret of the house')
    const { status, json } = await post(record.envelope)
    assert.deepEqual([status, json['code']], [500, 'internal-error'])
    assert.ok(!JSON.stringify(json).includes('secret'))
  })

  it('knows a record as unknown, pending, committed, and what became of it otherwise', async () => {
    assert.equal((await look())['status'], 'unknown')
    node.driver.answer = { status: 'admitted', record: record.id }
    await post(record.envelope)
    assert.equal((await look())['status'], 'pending')
    node.driver.outcomes.set(record.id, { status: 'expired' })
    assert.equal((await look())['status'], 'expired')
    const rejection = refuse('illegal-transition', 'retired before')
    node.driver.outcomes.set(record.id, { status: 'refused', rejection })
    assert.deepEqual((await look())['rejection'], {
      rejected: 'illegal-transition',
      detail: 'retired before',
    })
    ledger.commit(record)
    const committed = await look()
    assert.deepEqual([committed['status'], committed['height']], ['committed', 1])
  })

  it('waits as long as asked, and not at all for what is committed', async () => {
    await look()
    await look('?waitMs=25000')
    assert.deepEqual(node.driver.waits, [0, 25_000])
    ledger.commit(record)
    await look('?waitMs=25000')
    assert.equal(node.driver.waits.length, 2)
  })

  it('counts pending records into the next nonce until they settle', async () => {
    const { did } = testPerson(0)
    const next = async () =>
      (await ask({ socket: node.socket, path: `${node.base}/authors/${did}` })).json['nextNonce']
    assert.equal(await next(), 1)
    node.driver.answer = { status: 'admitted', record: record.id }
    await post(record.envelope)
    assert.equal(await next(), 8)
    node.driver.tell({ kind: 'settled', record: record.id, outcome: { status: 'expired' } })
    assert.equal(await next(), 1)
  })

  it('refuses another content type, or none', async () => {
    for (const headers of [{}, { 'content-type': 'text/plain' }, { 'content-type': 'x' }]) {
      const { status, json } = await post(record.envelope, headers as Record<string, string>)
      assert.deepEqual([status, json['code']], [415, 'wrong-content-type'])
    }
    assert.equal(node.driver.submitted.length, 0)
  })

  it('refuses a body that is longer than a record, and one that is longer than anything', async () => {
    const long = await post(Buffer.alloc(65_536, 0x20))
    assert.deepEqual([long.status, long.json['code']], [413, 'too-large'])
    const huge = await post(Buffer.alloc(2_097_153, 0x20))
    assert.deepEqual([huge.status, huge.json['code']], [413, 'body-too-large'])
    assert.equal(node.driver.submitted.length, 0)
  })

  it('never submits by GET', async () => {
    const { status } = await ask({ socket: node.socket, path: `${node.base}/records` })
    assert.equal(status, 404)
  })

  it('answers what is no HTTP, and goes on', async () => {
    assert.match(
      await askRaw(node.socket, 'SSH-2.0-hello\r\n\r\n'),
      /^HTTP\/1\.1 400 .*"bad-request"/s,
    )
    const header = `GET /v1/status HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`
    assert.match(await askRaw(node.socket, header), /^HTTP\/1\.1 400 /)
    const { status } = await ask({ socket: node.socket, path: '/v1/status' })
    assert.equal(status, 200)
  })

  it('remembers a bounded number of pending records', async () => {
    const pending = createPendingRecords()
    const id = (i: number) => i.toString(16).padStart(64, '0') as Digest
    for (let i = 0; i <= 1_024; i++) pending.add(id(i), record.envelope)
    assert.ok(!pending.has(id(0)))
    assert.ok(pending.has(id(1)) && pending.has(id(1_024)))
  })
})
