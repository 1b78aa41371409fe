import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { ArtefactError } from '../../../daemon/artefacts/artefact-error.ts'
import { encodeManifest } from '../../../protocol/artefacts/manifest.ts'
import { type Digest, digestOf } from '../../../protocol/digest.ts'
import type { LedgerRecord } from '../../../protocol/records/record.ts'
import { SampleLedger } from '../../protocol/queries/sample-ledger.ts'
import { accepted, signedDataset } from '../../support/records.ts'
import { sampleBytes, sha256Of } from '../artefacts/bytes.ts'
import { type Answer, ask } from './ask.ts'
import { type FakeNode, startFakeNode, stopFakeNodes } from './fake-node.ts'

const OCTETS = { 'content-type': 'application/octet-stream' }
const JSON_TYPE = { 'content-type': 'application/json' }

interface Stored {
  readonly sha256: Digest
  readonly cid: string
  readonly bytes: number
}

describe('blobs and content over the local API', () => {
  let ledger: SampleLedger
  let node: FakeNode
  beforeEach(async () => {
    ledger = new SampleLedger()
    node = await startFakeNode(ledger)
  })
  afterEach(stopFakeNodes)

  const post = (path: string, body: Uint8Array | string, headers: Record<string, string>) =>
    ask({ socket: node.socket, method: 'POST', path, headers, body })

  async function store(bytes: Uint8Array): Promise<Stored> {
    const { status, json } = await post('/v1/blobs', bytes, OCTETS)
    assert.equal(status, 200, JSON.stringify(json))
    return json as unknown as Stored
  }

  const content = (record: LedgerRecord, more = '/content'): Promise<Answer> =>
    ask({ socket: node.socket, path: `${node.base}/artefacts/${record.id}${more}` })

  /** Certifies a file as shared. */
  function certify({ sha256, cid, bytes }: Stored, nonce = 1): LedgerRecord {
    const record = signedDataset({
      nonce,
      name: `file-${nonce}`,
      digest: { sha256 },
      artefact: { share: 'members', cid, bytes },
    })
    ledger.commit(record)
    return record
  }

  async function certifyDirectory(files: Readonly<Record<string, Uint8Array>>) {
    const stored = []
    for (const [name, bytes] of Object.entries(files))
      stored.push({ name, ...(await store(bytes)) })
    const manifest = accepted(
      encodeManifest(stored.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }))),
    )
    const { cid: manifestCid, sha256 } = await store(manifest)
    const request = { files: stored.map(({ name, cid }) => ({ name, cid })), manifestCid }
    const { status, json } = await post('/v1/directories', JSON.stringify(request), JSON_TYPE)
    assert.equal(status, 200, JSON.stringify(json))
    const record = signedDataset({
      name: 'directory',
      digest: { sha256 },
      artefact: {
        share: 'members',
        form: 'directory',
        cid: String(json['cid']),
        manifestCid,
        bytes: stored.reduce((sum, { bytes }) => sum + bytes, 0),
        files: stored.length,
      },
    })
    ledger.commit(record)
    return { record, manifest }
  }

  it('takes a blob of any size and gives it back, byte for byte', async () => {
    for (const [i, length] of [0, 1, 5_000_000].entries()) {
      const bytes = sampleBytes(length)
      const stored = await store(bytes)
      assert.equal(stored.sha256, digestOf(bytes))
      assert.equal(stored.bytes, length)
      const { status, headers, bytes: back } = await content(certify(stored, i + 1))
      assert.equal(status, 200)
      assert.equal(headers['content-length'], String(length))
      assert.deepEqual(back, Buffer.from(bytes))
    }
  })

  it('keeps nothing of a blob that is not the one that was announced', async () => {
    const files = async () => {
      const names = await readdir(join(node.home, 'blocks'), { recursive: true })
      return names.filter((name) => name.endsWith('.data'))
    }
    const refused = await post(`/v1/blobs?sha256=${'a'.repeat(64)}`, 'content', OCTETS)
    assert.deepEqual([refused.status, refused.json['code']], [422, 'digest-differs'])
    assert.deepEqual(await files(), [])
    assert.equal((await post('/v1/blobs?sha256=a', 'content', OCTETS)).status, 400)
    const sha256 = sha256Of(Buffer.from('content'))
    assert.equal((await post(`/v1/blobs?sha256=${sha256}`, 'content', OCTETS)).status, 200)
    assert.equal((await files()).length, 1)
  })

  it('takes a blob as octets only', async () => {
    for (const headers of [{}, { 'content-type': 'text/plain' }, JSON_TYPE]) {
      const { status, json } = await post('/v1/blobs', '{"a":1}', headers as Record<string, string>)
      assert.deepEqual([status, json['code']], [415, 'wrong-content-type'])
    }
  })

  function framed(...blobs: readonly Uint8Array[]): Buffer {
    return Buffer.concat(
      blobs.flatMap((bytes) => {
        const header = Buffer.alloc(4)
        header.writeUInt32BE(bytes.length)
        return [header, bytes]
      }),
    )
  }

  it('takes many small blobs in one request, as it would one by one', async () => {
    const blobs = [sampleBytes(3), new Uint8Array(0), sampleBytes(1_048_576), sampleBytes(3)]
    const { status, json } = await post('/v1/blobs/batch', framed(...blobs), OCTETS)
    assert.equal(status, 200, JSON.stringify(json))
    const single = []
    for (const bytes of blobs) single.push(await store(bytes))
    assert.deepEqual(json, { blobs: single })
    const none = await post('/v1/blobs/batch', '', OCTETS)
    assert.deepEqual([none.status, none.json], [200, { blobs: [] }])
  })

  it('keeps nothing of a batch that breaks off or has too much in it', async () => {
    const whole = framed(sampleBytes(10), sampleBytes(1_000))
    const empty = Buffer.alloc(4)
    const cases = [
      [whole.subarray(0, -1), 400, 'bad-request'],
      [Buffer.concat([whole, Buffer.alloc(3)]), 400, 'bad-request'],
      [Buffer.concat([whole, Buffer.from([0, 0x10, 0, 1])]), 413, 'body-too-large'],
      [Buffer.concat(Array<Buffer>(4_097).fill(empty)), 413, 'body-too-large'],
      [framed(...Array<Uint8Array>(16).fill(sampleBytes(1_048_576))), 413, 'body-too-large'],
    ] as const
    for (const [body, status, code] of cases) {
      const answer = await post('/v1/blobs/batch', body, OCTETS)
      assert.deepEqual([answer.status, answer.json['code']], [status, code])
      const left = await readdir(join(node.home, 'blocks'), { recursive: true })
      assert.deepEqual(
        left.filter((name) => name.endsWith('.data')),
        [],
      )
    }
    const { status, json } = await post('/v1/blobs/batch', whole, JSON_TYPE)
    assert.deepEqual([status, json['code']], [415, 'wrong-content-type'])
  })

  it('gives the files of a directory joined in the order of the manifest, from any on', async () => {
    const parts = [10, 0, 2_000_000, 1_048_576, 7].map((length, i) => sampleBytes(length, `${i}`))
    const named = parts.map((bytes, i) => [`${i}/file`, bytes] as const)
    const { record } = await certifyDirectory(Object.fromEntries(named))
    for (const first of [0, 1, 2, 4]) {
      const { status, headers, bytes } = await content(record, `/contents?first=${first}`)
      const expected = Buffer.concat(parts.slice(first))
      assert.equal(status, 200)
      assert.equal(headers['content-length'], String(expected.length))
      assert.ok(bytes.equals(expected), `from ${first} on`)
    }
    assert.equal((await content(record, '/contents')).bytes.length, Buffer.concat(parts).length)
    const cases = [
      ['/contents?first=5', 404, 'unknown-file'],
      ['/contents?first=-1', 400, 'bad-request'],
      ['/contents?first=x', 400, 'bad-request'],
    ] as const
    for (const [path, status, code] of cases) {
      const answer = await content(record, path)
      assert.deepEqual([answer.status, answer.json['code']], [status, code], path)
    }
    const single = certify(await store(sampleBytes(10)), 9)
    assert.equal((await content(single, '/contents')).json['code'], 'not-a-directory')
  })

  it('gives the files and the manifest of a directory', async () => {
    const files = { 'a.txt': sampleBytes(10), 'deep/er/b ü.bin': sampleBytes(2_000_000) }
    const { record, manifest } = await certifyDirectory(files)
    for (const [name, bytes] of Object.entries(files)) {
      const { status, bytes: back } = await content(
        record,
        `/content?name=${encodeURIComponent(name)}`,
      )
      assert.equal(status, 200)
      assert.deepEqual(back, Buffer.from(bytes))
    }
    assert.deepEqual((await content(record, '/manifest')).bytes, Buffer.from(manifest))
  })

  it('refuses what a directory does not contain', async () => {
    const { record } = await certifyDirectory({ 'a.txt': sampleBytes(10) })
    const cases = [
      ['/content', 400, 'is-a-directory'],
      ['/content?name=b.txt', 404, 'unknown-file'],
      ['/content?name=..%2F..%2Fetc%2Fpasswd', 404, 'unknown-file'],
      ['/content?name=', 400, 'bad-request'],
    ] as const
    for (const [path, status, code] of cases) {
      const answer = await content(record, path)
      assert.deepEqual([answer.status, answer.json['code']], [status, code], path)
    }
  })

  it('refuses a name or a manifest of a single file', async () => {
    const record = certify(await store(sampleBytes(10)))
    for (const path of ['/content?name=a', '/manifest']) {
      assert.equal((await content(record, path)).json['code'], 'not-a-directory')
    }
  })

  it('refuses a directory request that is malformed, unsafe, or over blobs that are not here', async () => {
    const { cid } = await store(sampleBytes(10))
    const file = (name: string, of = cid) => ({ files: [{ name, cid: of }], manifestCid: cid })
    const away = 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'
    const cases = [
      ['{', 400, 'bad-request'],
      ['{"files":[],"manifestCid":""}', 400, 'bad-request'],
      [JSON.stringify({ ...file('a'), more: 1 }), 400, 'bad-request'],
      [JSON.stringify(file('a', '../../etc/passwd')), 400, 'bad-request'],
      [JSON.stringify(file('../a')), 400, 'bad-name'],
      [JSON.stringify(file('/a')), 400, 'bad-name'],
      [JSON.stringify(file('a', away)), 404, 'unknown-blob'],
    ] as const
    for (const [body, status, code] of cases) {
      const answer = await post('/v1/directories', body, JSON_TYPE)
      assert.deepEqual([answer.status, answer.json['code']], [status, code], body)
    }
  })

  it('says that bytes stay at home, or that nobody has them', async () => {
    const local = signedDataset({ nonce: 1, name: 'local' })
    ledger.commit(local)
    const kept = await content(local)
    assert.deepEqual([kept.status, kept.json['code']], [409, 'not-shared'])
    const bytes = sampleBytes(100)
    const cid = 'bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq'
    const away = await content(certify({ sha256: digestOf(bytes), cid, bytes: 100 }, 2))
    assert.deepEqual([away.status, away.json['code']], [504, 'artefact-unavailable'])
  })

  it('answers content-mismatch when the CID leads to other bytes than the digest', async () => {
    const { cid } = await store(sampleBytes(10))
    const lie = certify({ sha256: digestOf(sampleBytes(10, 'other')), cid, bytes: 10 }, 1)
    const short = certify({ sha256: digestOf(sampleBytes(10)), cid, bytes: 11 }, 2)
    for (const record of [lie, short]) {
      const { status, json } = await content(record)
      assert.deepEqual([status, json['code']], [502, 'content-mismatch'])
    }
  })

  it('breaks off before the end when a long file turns out to be another', async () => {
    const { cid, bytes } = await store(sampleBytes(3_000_000))
    const lie = certify({ sha256: digestOf(sampleBytes(10)), cid, bytes })
    await assert.rejects(content(lie), { code: 'ECONNRESET' })
  })

  it('says that the disk is full', async () => {
    const full = new ArtefactError('disk-full', 'no space left')
    const artefacts = { addBlob: () => Promise.reject(full) }
    node = await startFakeNode(ledger, { artefacts })
    const { status, json } = await post('/v1/blobs', sampleBytes(10), OCTETS)
    assert.deepEqual([status, json['code']], [507, 'disk-full'])
  })

  it('refuses more uploads than it can take, and takes them again later', async () => {
    const waiting: (() => void)[] = []
    const blob = { sha256: 'ab'.repeat(32), cid: 'x', bytes: 0 }
    const addBlob = (body: Readable) => {
      body.resume()
      return new Promise((resolve) => waiting.push(() => resolve(blob)))
    }
    node = await startFakeNode(ledger, { artefacts: { addBlob } })
    const uploads = Array.from({ length: 16 }, () => post('/v1/blobs', 'x', OCTETS))
    while (waiting.length < 16) await new Promise(setImmediate)
    const refused = await post('/v1/blobs', 'x', OCTETS)
    assert.deepEqual([refused.status, refused.json['code']], [503, 'too-many-requests'])
    for (const finish of waiting.splice(0)) finish()
    for (const { status } of await Promise.all(uploads)) assert.equal(status, 200)
    const later = post('/v1/blobs', 'x', OCTETS)
    while (waiting.length < 1) await new Promise(setImmediate)
    waiting[0]?.()
    assert.equal((await later).status, 200)
  })
})
