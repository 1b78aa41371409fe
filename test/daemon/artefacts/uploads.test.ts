import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addBlob } from '../../../daemon/artefacts/add-blob.ts'
import { addBlobs } from '../../../daemon/artefacts/add-blobs.ts'
import { addDirectory } from '../../../daemon/artefacts/add-directory.ts'
import { DurableBlockstore } from '../../../daemon/artefacts/durable-blockstore.ts'
import { Uploads } from '../../../daemon/artefacts/uploads.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { inPieces, sampleBytes, sha256Of } from './bytes.ts'

const CHUNK = 1_048_576
/** Blocks are written ten at a time. */
const BATCH = 10
const BYTES = sampleBytes((BATCH + 2) * CHUNK)
const WHOLE = BYTES.subarray(0, (BATCH + 1) * CHUNK)
/** Leaves and the node above them. */
const WHOLE_BLOCKS = BATCH + 2
const GONE = /the client went away/

/** A stream that goes on, ends or breaks off when the test says so. */
function steered(...parts: readonly Uint8Array[]) {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  promise.catch(() => undefined)
  const content = (async function* () {
    yield* parts
    await promise
  })()
  return { content, end: resolve, break: () => reject(new Error('the client went away')) }
}

async function* inTurn(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts
}

async function* breakingOff(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
  throw new Error('the client went away')
}

describe('an upload that fails', () => {
  let folder: string
  let blocks: DurableBlockstore
  let uploads: Uploads

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pedigree-uploads-'))
    await start()
  })
  afterEach(async () => {
    await uploads.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** The store of a node that starts. */
  async function start(): Promise<void> {
    blocks = new DurableBlockstore(folder)
    await blocks.open()
    uploads = await Uploads.open(blocks)
  }

  /** A node that dies and starts again: whatever was under way never ends. */
  async function crash(): Promise<void> {
    const journal = await readFile(join(folder, '.uploads'))
    await uploads.close()
    await writeFile(join(folder, '.uploads'), journal)
    await start()
  }

  async function blockFiles(): Promise<string[]> {
    const names = await readdir(folder, { recursive: true })
    return names.filter((name) => name.endsWith('.data')).sort()
  }

  async function written(count: number): Promise<void> {
    while ((await blockFiles()).length < count) await new Promise(setImmediate)
  }

  const journal = () => readFile(join(folder, '.uploads'), 'utf8')

  it('leaves nothing of a stream that breaks off', async () => {
    await assert.rejects(addBlob(uploads, breakingOff(BYTES)), GONE)
    assert.deepEqual(await blockFiles(), [])
    assert.equal(await journal(), '')
  })

  it('leaves nothing of content that has another digest than was announced', async () => {
    const other = sha256Of(sampleBytes(5)) as Digest
    await assert.rejects(addBlob(uploads, inPieces(WHOLE), other), { code: 'digest-differs' })
    assert.deepEqual(await blockFiles(), [])
    const blob = await addBlob(uploads, inPieces(WHOLE), sha256Of(WHOLE) as Digest)
    assert.equal(blob.bytes, WHOLE.length)
    assert.equal((await blockFiles()).length, WHOLE_BLOCKS)
  })

  it('leaves nothing when the disk is full, and says so', async () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' })
    const put = blocks.put.bind(blocks)
    let room = 2
    blocks.put = async (cid, content) => {
      if (room-- > 0) return put(cid, content)
      throw full
    }
    await assert.rejects(addBlob(uploads, inPieces(WHOLE)), full)
    assert.deepEqual(await blockFiles(), [])
  })

  it('leaves nothing of blocks that were still being written when another could not be', async () => {
    const slow = Promise.withResolvers<void>()
    const put = blocks.put.bind(blocks)
    const puts: Promise<unknown>[] = []
    blocks.put = async (cid, content) => {
      if (puts.length === 0) {
        puts.push(Promise.resolve())
        throw new Error('the first block')
      }
      const write = slow.promise.then(() => put(cid, content))
      puts.push(write)
      return write
    }
    const failing = addBlob(uploads, inPieces(WHOLE))
    failing.catch(() => undefined)
    while (puts.length < BATCH) await new Promise(setImmediate)
    for (let turn = 0; turn < BATCH; turn++) await new Promise(setImmediate)
    slow.resolve()
    await assert.rejects(failing, /the first block/)
    await Promise.all(puts)
    assert.deepEqual(await blockFiles(), [])
  })

  it('keeps the blocks that were here before', async () => {
    await addBlob(uploads, inPieces(BYTES.subarray(0, 3 * CHUNK)))
    const before = await blockFiles()
    await assert.rejects(addBlob(uploads, breakingOff(BYTES)), GONE)
    assert.deepEqual(await blockFiles(), before)
  })

  it('keeps the blocks that another upload contains, whichever ends first', async () => {
    const first = steered(BYTES)
    const failing = addBlob(uploads, first.content)
    failing.catch(() => undefined)
    await written(BATCH)
    const second = steered(WHOLE)
    const going = addBlob(uploads, second.content)
    await addBlob(uploads, inPieces(BYTES.subarray(0, CHUNK)))
    first.break()
    await assert.rejects(failing, GONE)
    second.end()
    await going
    assert.equal((await blockFiles()).length, WHOLE_BLOCKS)
    assert.equal(await journal(), '')
  })

  it('removes a block with the last of several that all fail', async () => {
    const streams = [1, 2, 3].map(() => steered(BYTES))
    const failing = streams.map(({ content }) => addBlob(uploads, content))
    for (const upload of failing) upload.catch(() => undefined)
    await written(BATCH)
    for (const [i, stream] of streams.entries()) {
      stream.break()
      await assert.rejects(failing[i] ?? Promise.resolve(), GONE)
    }
    assert.deepEqual(await blockFiles(), [])
  })

  it('can be repeated at once, while its blocks are still being removed', async () => {
    const slow = Promise.withResolvers<void>()
    const remove = blocks.delete.bind(blocks)
    let removals = 0
    blocks.delete = async (cid) => {
      removals += 1
      await slow.promise
      return remove(cid)
    }
    const failing = addBlob(uploads, breakingOff(BYTES))
    failing.catch(() => undefined)
    while (removals < BATCH) await new Promise(setImmediate)
    const again = addBlob(uploads, inPieces(WHOLE))
    for (let turn = 0; turn < BATCH; turn++) await new Promise(setImmediate)
    slow.resolve()
    await again
    await assert.rejects(failing, GONE)
    assert.equal((await blockFiles()).length, WHOLE_BLOCKS)
  })

  it('leaves nothing of a directory over a blob that is not here', async () => {
    const { cid } = await addBlob(uploads, inPieces(sampleBytes(10)))
    const elsewhere = 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'
    const entries = [
      { name: 'a', cid },
      { name: 'b', cid: elsewhere },
    ]
    await assert.rejects(addDirectory(uploads, entries, cid), { code: 'unknown-blob' })
    assert.equal((await blockFiles()).length, 1)
  })

  describe('because the node dies', () => {
    it('leaves nothing once the node has started again', async () => {
      addBlob(uploads, steered(BYTES).content).catch(() => undefined)
      await written(BATCH)
      await crash()
      assert.deepEqual(await blockFiles(), [])
      assert.equal(await journal(), '')
    })

    it('leaves nothing of many blobs that were added together', async () => {
      const small = Array.from({ length: 200 }, (_, i) => sampleBytes(50, `${i}`))
      const kept = await addBlobs(uploads, inTurn(small.slice(0, 100)))
      addBlobs(uploads, steered(...small).content).catch(() => undefined)
      await written(200)
      await crash()
      assert.equal((await blockFiles()).length, kept.length)
      await addBlobs(uploads, inTurn(small))
      await crash()
      assert.equal((await blockFiles()).length, small.length)
    })

    it('keeps what had come to its end, though it has blocks in common', async () => {
      addBlob(uploads, steered(BYTES).content).catch(() => undefined)
      await written(BATCH)
      await addBlob(uploads, inPieces(BYTES.subarray(0, 2 * CHUNK)))
      assert.equal((await blockFiles()).length, BATCH + 1)
      await crash()
      assert.equal((await blockFiles()).length, 3)
    })

    it('takes half a line of the journal for none', async () => {
      const { cid } = await addBlob(uploads, inPieces(sampleBytes(10)))
      const path = join(folder, '.uploads')
      await appendFile(path, `\n+${cid}\n\n-${cid}\n\n+${cid.slice(0, 40)}`)
      await appendFile(path, '\n\0\0\0\n+../../../etc/passwd\n')
      await crash()
      assert.equal((await blockFiles()).length, 1)
      await appendFile(path, `\n+${cid}\n`)
      await crash()
      assert.deepEqual(await blockFiles(), [])
    })
  })
})
