import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { CHUNK_BYTES } from '../../../protocol/limits.ts'
import { collectBytes, inPieces, sampleBytes, sha256Of } from './bytes.ts'
import { closeTestStores, connect, openTestStore, type TestStore } from './two-stores.ts'

interface SampleFile {
  readonly name: string
  readonly content: Uint8Array
}

const sample = (name: string, length: number): SampleFile => ({
  name,
  content: sampleBytes(length, name),
})

/** Small files, with names and sizes as a data set of pictures has them. */
function pictures(count: number, folder = ''): readonly SampleFile[] {
  return Array.from({ length: count }, (_, i) => sample(`${folder}${i}.pgm`, 40 + (i % 64)))
}

async function* contentsOf(files: readonly SampleFile[]): AsyncGenerator<Uint8Array> {
  for (const { content } of files) yield content
}

/** @returns the CID of the directory */
async function share({ store }: TestStore, files: readonly SampleFile[]): Promise<string> {
  const blobs = await store.addBlobs(contentsOf(files))
  const manifest = await store.addBlob(inPieces(sampleBytes(9, 'manifest')))
  const entries = files.map(({ name }, i) => ({ name, cid: blobs[i]?.cid ?? '' }))
  return store.addDirectory(entries, manifest.cid)
}

async function readAll(
  { store }: TestStore,
  cid: string,
  files: readonly { name: string; bytes: number }[],
): Promise<string[]> {
  const digests: string[] = []
  for await (const content of store.readFiles(cid, { files })) {
    digests.push(sha256Of(await collectBytes(content)))
  }
  return digests
}

const asked = (files: readonly SampleFile[]) =>
  files.map(({ name, content }) => ({ name, bytes: content.length }))
const digestsOf = (files: readonly SampleFile[]) => files.map(({ content }) => sha256Of(content))

async function blocksIn({ folder }: TestStore): Promise<number> {
  const names = await readdir(folder, { recursive: true })
  return names.filter((name) => name.endsWith('.data')).length
}

describe('a directory of many files', function () {
  this.timeout(120_000)
  afterEach(closeTestStores)

  it('is added in one go, with the CIDs that its files have alone', async () => {
    const a = await openTestStore()
    const files = [sample('a', 0), sample('b', 1), sample('c', CHUNK_BYTES), sample('b', 1)]
    const blobs = await a.store.addBlobs(contentsOf(files))
    for (const [i, { content }] of files.entries()) {
      assert.deepEqual(blobs[i], await a.store.addBlob(inPieces(content)))
    }
    assert.equal(await blocksIn(a), 3)
  })

  it('leaves nothing of a batch that breaks off', async () => {
    const a = await openTestStore()
    const broken = (async function* () {
      yield* contentsOf(pictures(100))
      throw new Error('the client went away')
    })()
    await assert.rejects(a.store.addBlobs(broken), /the client went away/)
    assert.equal(await blocksIn(a), 0)
  })

  it('of three thousand files comes from another member, whole and in order', async () => {
    const [a, b, c] = [await openTestStore(), await openTestStore(), await openTestStore()]
    await connect(b, a)
    const files = pictures(3_000)
    const cid = await share(a, files)
    assert.deepEqual(await readAll(b, cid, asked(files)), digestsOf(files))
    await a.host.stop()
    await connect(c, b)
    const some = files.slice(100, 200)
    assert.deepEqual(await readAll(c, cid, asked(some)), digestsOf(some), 'b serves it as well')
  })

  it('that is split into shards and folders comes from another member', async () => {
    const [a, b] = [await openTestStore(), await openTestStore()]
    await connect(b, a)
    // Long names make a folder that is too large for one node before it has many files.
    const folder = `${'long '.repeat(40)}/`.repeat(2)
    const files = [...pictures(1_500, folder), ...pictures(20, 'other/'), sample('top', 5)]
    const cid = await share(a, files)
    assert.deepEqual(await readAll(b, cid, asked(files)), digestsOf(files))
  })

  it('gives files of any length between each other', async () => {
    const [a, b] = [await openTestStore(), await openTestStore()]
    await connect(b, a)
    const large = sample('large', 3 * CHUNK_BYTES + 1)
    const blob = await a.store.addBlob(inPieces(large.content))
    const small = [sample('empty', 0), sample('full', CHUNK_BYTES), sample('small', 7)]
    const blobs = await a.store.addBlobs(contentsOf(small))
    const files = [small[0], large, small[1], small[2]].filter((file) => file !== undefined)
    const cids = [blobs[0], blob, blobs[1], blobs[2]]
    const entries = files.map(({ name }, i) => ({ name, cid: cids[i]?.cid ?? '' }))
    const cid = await a.store.addDirectory(entries, blob.cid)
    assert.deepEqual(await readAll(b, cid, asked(files)), digestsOf(files))
  })

  it('refuses what is not in it or has another length, and says which file', async () => {
    const a = await openTestStore(100)
    const cid = await share(a, pictures(3))
    const cases = [
      [{ name: '9.pgm', bytes: 40 }, 'unknown-file'],
      [{ name: '0.pgm/0.pgm', bytes: 40 }, 'unknown-file'],
      [{ name: '0.pgm', bytes: 39 }, 'content-mismatch'],
    ] as const
    for (const [file, code] of cases) {
      await assert.rejects(
        readAll(a, cid, [{ name: '1.pgm', bytes: 41 }, file]),
        (error: Error) => {
          assert.equal((error as Error & { code?: string }).code, code)
          assert.match(error.message, new RegExp(file.name))
          return true
        },
      )
    }
  })

  it('says which file nobody has', async () => {
    const [a, b] = [await openTestStore(), await openTestStore(100)]
    await connect(b, a)
    const cid = await share(a, pictures(3))
    await readAll(b, cid, [{ name: '0.pgm', bytes: 40 }])
    await a.host.stop()
    await assert.rejects(readAll(b, cid, [{ name: '2.pgm', bytes: 42 }]), {
      code: 'artefact-unavailable',
      message: /^2\.pgm: /,
    })
  })
})
