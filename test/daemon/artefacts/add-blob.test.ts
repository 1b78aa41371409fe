import assert from 'node:assert/strict'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encode, prepare } from '@ipld/dag-pb'
import { CID } from 'multiformats/cid'
import { sha256 } from 'multiformats/hashes/sha2'
import { collectBytes, inPieces, sampleBytes, sha256Of } from './bytes.ts'
import { closeTestStores, openTestStore } from './two-stores.ts'

const CHUNK = 1_048_576
const RAW = 0x55
const DAG_PB = 0x70

interface Link {
  readonly cid: CID
  /** Bytes of content below. */
  readonly bytes: number
  /** Bytes of blocks below. */
  readonly size: number
}

async function leaf(bytes: Uint8Array): Promise<Link> {
  const cid = CID.createV1(RAW, await sha256.digest(bytes))
  return { cid, bytes: bytes.length, size: bytes.length }
}

function varint(value: number): number[] {
  const digits: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    digits.push(rest < 128 ? rest : (rest % 128) + 128)
    if (rest < 128) return digits
  }
}

/** A UnixFS inner node, from the specification: Data {Type: File, filesize, blocksizes}. */
async function parent(children: readonly Link[]): Promise<Link> {
  const bytes = children.reduce((sum, child) => sum + child.bytes, 0)
  const sizes = children.flatMap((child) => [0x20, ...varint(child.bytes)])
  const Data = Uint8Array.from([0x08, 2, 0x18, ...varint(bytes), ...sizes])
  const Links = children.map(({ cid, size }) => ({ Hash: cid, Name: '', Tsize: size }))
  const block = encode(prepare({ Data, Links }))
  const below = children.reduce((sum, child) => sum + child.size, 0)
  return {
    cid: CID.createV1(DAG_PB, await sha256.digest(block)),
    bytes,
    size: below + block.length,
  }
}

describe('adding a blob', () => {
  afterEach(closeTestStores)

  it('gives an empty file the raw CID and digest of nothing', async () => {
    const { store } = await openTestStore()
    const blob = await store.addBlob(inPieces(new Uint8Array(0)))
    assert.equal(blob.cid, 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku')
    assert.equal(blob.sha256, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    assert.equal(blob.bytes, 0)
    assert.deepEqual([...(await collectBytes(store.read(blob.cid, { bytes: 0 })))], [])
  })

  it('gives a file of one chunk the raw CID of its bytes', async () => {
    const { store } = await openTestStore()
    for (const length of [1, CHUNK - 1, CHUNK]) {
      const bytes = sampleBytes(length)
      const blob = await store.addBlob(inPieces(bytes))
      assert.equal(blob.cid, (await leaf(bytes)).cid.toString())
      assert.equal(blob.sha256, sha256Of(bytes))
    }
  })

  it('gives a file of several chunks the CID of its UnixFS tree', async () => {
    const { store } = await openTestStore()
    const bytes = sampleBytes(2 * CHUNK + 5)
    const chunks = [0, CHUNK, 2 * CHUNK].map((at) => leaf(bytes.subarray(at, at + CHUNK)))
    const root = await parent(await Promise.all(chunks))
    const blob = await store.addBlob(inPieces(bytes))
    assert.equal(blob.cid, root.cid.toString())
    assert.equal(blob.sha256, sha256Of(bytes))
    assert.deepEqual(
      await collectBytes(store.read(blob.cid, { bytes: bytes.length })),
      Buffer.from(bytes),
    )
  })

  it('builds inner nodes of 174 links, as Kubo does', async () => {
    const { store } = await openTestStore()
    const chunk = new Uint8Array(CHUNK)
    const leaves = Array<Link>(174).fill(await leaf(chunk))
    const last = await parent([await leaf(chunk)])
    const root = await parent([await parent(leaves), last])
    const blob = await store.addBlob(repeat(chunk, 175))
    assert.equal(blob.cid, root.cid.toString())
  })

  it('writes each block of equal content once', async () => {
    const { store, folder } = await openTestStore()
    await store.addBlob(repeat(new Uint8Array(CHUNK), 8))
    assert.equal((await blockFiles(folder)).length, 2)
  })

  it('mends a damaged block when its file is added again', async () => {
    const { store, folder } = await openTestStore()
    const bytes = sampleBytes(100_000)
    const blob = await store.addBlob(inPieces(bytes))
    const [file] = await blockFiles(folder)
    assert.ok(file)
    await writeFile(file, sampleBytes(100_000, 'rot'))
    await store.addBlob(inPieces(bytes))
    const read = await collectBytes(store.read(blob.cid, { bytes: bytes.length }))
    assert.equal(sha256Of(read), blob.sha256)
  })

  it('passes on the error of a stream that breaks off and keeps none of its blocks', async () => {
    const { store, folder } = await openTestStore()
    const broken = (async function* () {
      yield sampleBytes(CHUNK + 10)
      throw new Error('the client went away')
    })()
    await assert.rejects(store.addBlob(broken), /the client went away/)
    assert.deepEqual(await blockFiles(folder), [])
    assert.deepEqual(await readdir(join(folder, '.incomplete')), [])
  })

  it('answers storage-failed when blocks cannot be written', async () => {
    const { store, folder } = await openTestStore()
    await rm(join(folder, '.incomplete'), { recursive: true })
    await writeFile(join(folder, '.incomplete'), '')
    await assert.rejects(store.addBlob(inPieces(sampleBytes(10))), { code: 'storage-failed' })
  })
})

async function* repeat(chunk: Uint8Array, times: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < times; i++) yield chunk
}

async function blockFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  return names.filter((name) => name.endsWith('.data')).map((name) => join(folder, name))
}
