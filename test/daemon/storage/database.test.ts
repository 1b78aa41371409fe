import assert from 'node:assert/strict'
import { Level } from 'level'
import { Database } from '../../../daemon/storage/database.ts'
import { digestOf } from '../../../protocol/digest.ts'
import { utf8Decode, utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const CHAIN = digestOf(utf8Encode('a chain'))
const OTHER = digestOf(utf8Encode('another chain'))
const put = (key: string) => ({ key, value: utf8Encode(key) })

describe('the database', () => {
  const at = temporaryFolder()
  let database: Database

  beforeEach(async () => {
    database = await Database.open(at('data'), CHAIN)
  })
  afterEach(() => database.close())

  async function put5() {
    const store = database.chainStore(CHAIN)
    await store.commit(['a/1', 'a/2', 'a/3', 'a/4', 'b/1'].map(put))
    return store
  }

  it('reads back what was committed, at once and after it was opened again', async () => {
    const store = database.chainStore(CHAIN)
    await store.commit([put('m/height')])
    assert.equal(utf8Decode(store.get('m/height') ?? new Uint8Array()), 'm/height')
    await database.close()
    database = await Database.open(at('data'), CHAIN)
    assert.ok(database.chainStore(CHAIN).get('m/height'))
  })

  it('deletes with undefined', async () => {
    const store = await put5()
    await store.commit([{ key: 'a/1', value: undefined }])
    assert.equal(store.get('a/1'), undefined)
  })

  it('keeps chains apart', async () => {
    await put5()
    const other = database.chainStore(OTHER)
    assert.equal(other.get('a/1'), undefined)
    assert.deepEqual(await other.scan({ prefix: 'a/', limit: 10 }), [])
  })

  it('scans a prefix in order, page by page, both ways', async () => {
    const store = await put5()
    const keys = async (scan: Parameters<typeof store.scan>[0]) =>
      (await store.scan(scan)).map(({ key }) => key)
    assert.deepEqual(await keys({ prefix: 'a/', limit: 9 }), ['a/1', 'a/2', 'a/3', 'a/4'])
    assert.deepEqual(await keys({ prefix: 'a/', after: 'a/2', limit: 1 }), ['a/3'])
    assert.deepEqual(await keys({ prefix: 'a/', limit: 2, reverse: true }), ['a/4', 'a/3'])
    assert.deepEqual(await keys({ prefix: 'a/', after: 'a/3', limit: 9, reverse: true }), [
      'a/2',
      'a/1',
    ])
  })

  it('deletes a prefix and nothing beside it', async () => {
    const store = await put5()
    await store.deletePrefix('a/')
    assert.equal(store.get('a/4'), undefined)
    assert.ok(store.get('b/1'))
  })

  it('says when another process has it open', async () => {
    await assert.rejects(Database.open(at('data'), CHAIN), { code: 'storage-locked' })
  })

  it('refuses the data of another network', async () => {
    await database.close()
    await assert.rejects(Database.open(at('data'), OTHER), { code: 'storage-foreign' })
    database = await Database.open(at('data'), CHAIN)
  })

  it('refuses a format that it does not know, and a database that is not ours', async () => {
    for (const [key, value] of [
      ['pedigree/format', 'pedigree-data/2'],
      ['other', 'x'],
    ] as const) {
      const level = new Level(at(value.replace('/', '-')))
      await level.put(key, value)
      await level.close()
      const opening = Database.open(at(value.replace('/', '-')), CHAIN)
      await assert.rejects(opening, { code: 'storage-version' })
    }
  })
})
