import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { decode } from '@ipld/dag-pb'
import { CID } from 'multiformats/cid'
import { DurableBlockstore } from '../../../daemon/artefacts/durable-blockstore.ts'
import { collectBytes, inPieces, sampleBytes, sha256Of } from './bytes.ts'
import { closeTestStores, connect, openTestStore, type TestStore } from './two-stores.ts'

const FIVE_MEGABYTES = 5_000_000

async function addFile(to: TestStore, name: string, length: number) {
  return { name, ...(await to.store.addBlob(inPieces(sampleBytes(length, name)))) }
}

describe('fetching over bitswap', () => {
  afterEach(closeTestStores)

  it('brings a file of five megabytes to another member, which keeps and serves it', async () => {
    const [a, b, c] = [await openTestStore(), await openTestStore(), await openTestStore()]
    await connect(b, a)
    const { cid, sha256 } = await a.store.addBlob(inPieces(sampleBytes(FIVE_MEGABYTES)))
    const fetched = await collectBytes(b.store.read(cid, { bytes: FIVE_MEGABYTES }))
    assert.equal(sha256Of(fetched), sha256)
    await a.host.stop()
    await connect(c, b)
    const again = await collectBytes(c.store.read(cid, { bytes: FIVE_MEGABYTES }))
    assert.equal(sha256Of(again), sha256)
  })

  it('brings one file of a directory, by its name', async () => {
    const [a, b] = [await openTestStore(), await openTestStore()]
    await connect(b, a)
    const files = [
      await addFile(a, 'config.json', 300),
      await addFile(a, 'weights/part 1.bin', 2_500_000),
    ]
    const manifest = await addFile(a, 'manifest', 90)
    const cid = await a.store.addDirectory(files, manifest.cid)
    for (const { name, bytes, sha256 } of files) {
      const read = await collectBytes(b.store.read(cid, { bytes, name }))
      assert.equal(sha256Of(read), sha256)
    }
    const absent = collectBytes(b.store.read(cid, { bytes: 1, name: 'weights/absent' }))
    await assert.rejects(absent, { code: 'unknown-file' })
    await assert.rejects(collectBytes(b.store.read(cid, { bytes: 1, name: 'weights' })), {
      code: 'unknown-file',
    })
  })

  it('waits for a member that connects later', async () => {
    const [a, b] = [await openTestStore(), await openTestStore()]
    const { cid, sha256 } = await a.store.addBlob(inPieces(sampleBytes(1_000)))
    const reading = collectBytes(b.store.read(cid, { bytes: 1_000 }))
    await connect(b, a)
    assert.equal(sha256Of(await reading), sha256)
  })

  it('finds what a member adds after it was asked for', async () => {
    const [a, b] = [await openTestStore(500), await openTestStore(500)]
    await connect(b, a)
    const { cid } = await (await openTestStore()).store.addBlob(inPieces(sampleBytes(1_000)))
    const failed = collectBytes(b.store.read(cid, { bytes: 1_000 }))
    await assert.rejects(failed, { code: 'artefact-unavailable' })
    await a.store.addBlob(inPieces(sampleBytes(1_000)))
    const read = await collectBytes(b.store.read(cid, { bytes: 1_000 }))
    assert.equal(sha256Of(read), sha256Of(sampleBytes(1_000)))
  })

  it('says that nobody has the bytes, and goes on working', async () => {
    const [a, b] = [await openTestStore(), await openTestStore(100)]
    await connect(b, a)
    const nowhere = (await (await openTestStore()).store.addBlob(inPieces(sampleBytes(99)))).cid
    const reads = Array.from({ length: 6 }, () =>
      collectBytes(b.store.read(nowhere, { bytes: 99 })),
    )
    for (const outcome of await Promise.allSettled(reads)) {
      assert.equal(outcome.status, 'rejected')
      assert.equal(outcome.reason.code, 'artefact-unavailable')
    }
    const { cid } = await a.store.addBlob(inPieces(sampleBytes(50)))
    assert.equal((await collectBytes(b.store.read(cid, { bytes: 50 }))).length, 50)
  })

  it('stops when its reader gives up', async () => {
    const b = await openTestStore()
    const { cid } = await (await openTestStore()).store.addBlob(inPieces(sampleBytes(99)))
    const abort = new AbortController()
    const reading = collectBytes(b.store.read(cid, { bytes: 99, signal: abort.signal }))
    abort.abort(new Error('gone'))
    await assert.rejects(reading, /gone/)
  })

  it('refuses content of another size than its certificate says', async () => {
    const [a, b] = [await openTestStore(), await openTestStore()]
    await connect(b, a)
    const { cid } = await a.store.addBlob(inPieces(sampleBytes(3_000_000)))
    for (const bytes of [0, 2_999_999, 3_000_001]) {
      await assert.rejects(collectBytes(b.store.read(cid, { bytes })), { code: 'content-mismatch' })
    }
  })

  it('refuses what is no CID of a UnixFS file', async () => {
    const { store } = await openTestStore()
    const identity = 'bafkqablimvwgy3y'
    const v0 = 'QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn'
    for (const text of ['', 'x', '../../etc/passwd', identity, v0]) {
      await assert.rejects(collectBytes(store.read(text, { bytes: 5 })), { code: 'bad-cid' })
    }
  })
})

describe('adding a directory', () => {
  afterEach(closeTestStores)

  it('links names, sizes and folders as UnixFS has them', async () => {
    const a = await openTestStore()
    const file = await addFile(a, 'a', 3)
    const manifest = await addFile(a, 'manifest', 9)
    const text = await a.store.addDirectory(
      [
        { name: 'b/c', cid: file.cid },
        { name: 'a', cid: file.cid },
      ],
      manifest.cid,
    )
    const inner = await a.store.addDirectory([{ name: 'c', cid: file.cid }], manifest.cid)
    const root = decode(await rawBlock(a, text))
    const folder = await rawBlock(a, inner)
    assert.deepEqual([...(root.Data ?? [])], [0x08, 1])
    assert.deepEqual(
      root.Links.map(({ Name, Hash, Tsize }) => [Name, Hash.toString(), Tsize]),
      [
        ['a', file.cid, 3],
        ['b', inner, folder.length + 3],
      ],
    )
  })

  it('splits a directory of thousands of files into small blocks and finds each again', async () => {
    const a = await openTestStore()
    const file = await addFile(a, 'x', 10)
    const files = Array.from({ length: 5_000 }, (_, i) => ({
      name: `images/digit ${i}.png`,
      cid: file.cid,
    }))
    const cid = await a.store.addDirectory(files, file.cid)
    for (const name of ['images/digit 0.png', 'images/digit 4999.png']) {
      assert.equal((await collectBytes(a.store.read(cid, { bytes: 10, name }))).length, 10)
    }
    await assert.rejects(
      collectBytes(a.store.read(cid, { bytes: 10, name: 'images/digit 5000.png' })),
      {
        code: 'unknown-file',
      },
    )
  }).timeout(60_000)

  it('refuses names that leave the directory or collide', async () => {
    const a = await openTestStore()
    const { cid } = await addFile(a, 'x', 10)
    const bad = [
      ['../x'],
      ['/etc/passwd'],
      ['a//b'],
      ['a\\/b'],
      ['.'],
      [''],
      ['A', 'a'],
      ['a', 'a/b'],
    ]
    for (const names of bad) {
      const files = names.map((name) => ({ name, cid }))
      await assert.rejects(a.store.addDirectory(files, cid), { code: 'bad-name' }, names.join())
    }
  })

  it('refuses a blob or manifest that was never added', async () => {
    const [a, b] = [await openTestStore(), await openTestStore()]
    const here = (await addFile(a, 'x', 10)).cid
    const away = (await addFile(b, 'y', 10)).cid
    const code = { code: 'unknown-blob' }
    await assert.rejects(a.store.addDirectory([{ name: 'x', cid: away }], here), code)
    await assert.rejects(a.store.addDirectory([{ name: 'x', cid: here }], away), code)
    const files = await readdir(a.folder, { recursive: true })
    assert.equal(files.filter((name) => name.endsWith('.data')).length, 1)
  })
})

/** The stored block itself. */
async function rawBlock({ folder }: TestStore, text: string): Promise<Uint8Array> {
  return collectBytes(new DurableBlockstore(folder).get(CID.parse(text)))
}
