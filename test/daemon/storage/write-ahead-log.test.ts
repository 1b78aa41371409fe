import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { WriteAheadLog } from '../../../daemon/storage/write-ahead-log.ts'
import { digestOf } from '../../../protocol/digest.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const CHAIN = digestOf(utf8Encode('a chain'))
const HEADER_BYTES = 68
const entry = (text: string) => utf8Encode(text)
const texts = (entries: readonly Uint8Array[]) =>
  entries.map((bytes) => Buffer.from(bytes).toString())

describe('the write-ahead log', () => {
  const at = temporaryFolder()

  async function written(height: number, ...entries: readonly string[]): Promise<string> {
    const path = at('chain.wal')
    const wal = await WriteAheadLog.open(path, CHAIN)
    wal.reset(height)
    for (const text of entries) wal.append(entry(text))
    await wal.sync()
    await wal.close()
    return path
  }

  async function reopened(path: string) {
    const wal = await WriteAheadLog.open(path, CHAIN)
    await wal.close()
    return { ...wal.recovered, texts: texts(wal.recovered.entries) }
  }

  it('is empty when it was never written', async () => {
    const { height, entries, state } = await reopened(at('new.wal'))
    assert.deepEqual({ height, entries, state }, { height: null, entries: [], state: 'clean' })
  })

  it('gives back what was synced, in order', async () => {
    const recovered = await reopened(await written(7, 'one', 'two', 'three'))
    assert.equal(recovered.height, 7)
    assert.equal(recovered.state, 'clean')
    assert.deepEqual(recovered.texts, ['one', 'two', 'three'])
  })

  it('goes on behind what it recovered', async () => {
    const path = await written(7, 'one')
    const wal = await WriteAheadLog.open(path, CHAIN)
    wal.append(entry('two'))
    await wal.sync()
    await wal.close()
    assert.deepEqual((await reopened(path)).texts, ['one', 'two'])
  })

  it('keeps in memory what was not synced', async () => {
    const path = await written(7, 'one')
    const wal = await WriteAheadLog.open(path, CHAIN)
    wal.append(entry('two'))
    await wal.close()
    assert.deepEqual((await reopened(path)).texts, ['one'])
  })

  it('writes a long buffer early and loses none of it', async () => {
    const path = at('long.wal')
    const wal = await WriteAheadLog.open(path, CHAIN)
    wal.reset(1)
    const long = new Uint8Array(1_000_000).fill(7)
    for (let i = 0; i < 10; i++) wal.append(long)
    assert.ok((await stat(path)).size > 8_000_000)
    await wal.sync()
    await wal.close()
    assert.equal((await reopened(path)).entries.length, 10)
  })

  it('starts another height over the one before, whose longer tail does not return', async () => {
    const path = await written(7, 'one', 'two', 'three', 'four')
    const wal = await WriteAheadLog.open(path, CHAIN)
    wal.reset(8)
    wal.append(entry('one'))
    await wal.sync()
    await wal.close()
    const recovered = await reopened(path)
    assert.deepEqual([recovered.height, recovered.state, recovered.texts], [8, 'clean', ['one']])
  })

  it('is still of the old height when a crash comes before the first barrier of the new one', async () => {
    const path = await written(7, 'one')
    const wal = await WriteAheadLog.open(path, CHAIN)
    wal.reset(8)
    wal.append(entry('never synced'))
    await wal.close()
    assert.equal((await reopened(path)).height, 7)
  })

  it('reads a prefix of its entries from every possible cut', async () => {
    const path = await written(3, 'first', 'second', 'third')
    const bytes = await readFile(path)
    for (let length = 0; length < bytes.length; length++) {
      await writeFile(path, bytes.subarray(0, length))
      const { texts: read, state } = await reopened(path)
      assert.deepEqual(read, ['first', 'second', 'third'].slice(0, read.length), `cut at ${length}`)
      assert.notEqual(state, 'corrupt', `cut at ${length}`)
    }
  })

  it('never gives an entry that was not written, whichever byte is damaged', async () => {
    const path = await written(3, 'first', 'second', 'third')
    const bytes = await readFile(path)
    for (let i = HEADER_BYTES; i < bytes.length - 8; i++) {
      const damaged = Buffer.from(bytes)
      damaged.writeUInt8(damaged.readUInt8(i) ^ 0x40, i)
      await writeFile(path, damaged)
      const { texts: read } = await reopened(path)
      assert.ok(read.length < 3, `byte ${i}`)
      assert.deepEqual(read, ['first', 'second', 'third'].slice(0, read.length), `byte ${i}`)
    }
  })

  it('calls damage before the last entry corrupt, and keeps the file aside', async () => {
    const path = await written(3, 'first', 'second', 'third', 'fourth')
    const bytes = await readFile(path)
    for (const i of [HEADER_BYTES, HEADER_BYTES + 4, HEADER_BYTES + 8, HEADER_BYTES + 14]) {
      const damaged = Buffer.from(bytes)
      damaged.writeUInt8(damaged.readUInt8(i) ^ 1, i)
      await writeFile(path, damaged)
      const { entries, state } = await reopened(path)
      assert.deepEqual({ entries, state }, { entries: [], state: 'corrupt' }, `byte ${i}`)
      assert.deepEqual(await readFile(`${path}.corrupt`), damaged)
    }
  })

  it('calls damage in the last entry torn, cuts it off and goes on', async () => {
    const path = await written(3, 'first', 'second')
    const bytes = await readFile(path)
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 9) ^ 1, bytes.length - 9)
    await writeFile(path, bytes)
    const wal = await WriteAheadLog.open(path, CHAIN)
    assert.deepEqual([wal.recovered.state, texts(wal.recovered.entries)], ['torn', ['first']])
    wal.append(entry('again'))
    await wal.sync()
    await wal.close()
    const recovered = await reopened(path)
    assert.deepEqual([recovered.state, recovered.texts], ['clean', ['first', 'again']])
  })

  it('does not take entries that were cut out of the middle', async () => {
    const path = await written(3, 'aaa', 'bbb', 'ccc')
    const bytes = await readFile(path)
    const size = 8 + 3
    const cut = Buffer.concat([
      bytes.subarray(0, HEADER_BYTES + size),
      bytes.subarray(HEADER_BYTES + 2 * size),
    ])
    await writeFile(path, cut)
    assert.deepEqual((await reopened(path)).texts, ['aaa'])
  })

  it('refuses the log of another chain', async () => {
    const path = await written(3, 'first')
    const other = digestOf(utf8Encode('another chain'))
    await assert.rejects(WriteAheadLog.open(path, other), { code: 'storage-foreign' })
  })

  it('fails every barrier after one that failed', async () => {
    const wal = await WriteAheadLog.open(at('chain.wal'), CHAIN)
    wal.reset(1)
    await wal.sync()
    await wal.close()
    wal.append(entry('lost'))
    await assert.rejects(wal.sync(), { code: 'storage-failed' })
    await assert.rejects(wal.sync(), { code: 'storage-failed' })
  })
})
