import assert from 'node:assert/strict'
import { Database } from '../../../daemon/storage/database.ts'
import { digestOf } from '../../../protocol/digest.ts'
import { utf8Decode, utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const CHAIN = digestOf(utf8Encode('a chain'))
const put = (key: string, value: string) => ({ key, value: utf8Encode(value) })
const textOf = (value: Uint8Array | undefined) => value && utf8Decode(value)

describe('a snapshot of a store', () => {
  const at = temporaryFolder()
  let database: Database

  beforeEach(async () => {
    database = await Database.open(at('data'), CHAIN)
  })
  afterEach(() => database.close())

  it('shows the store as it was, whatever is written later', async () => {
    const store = database.chainStore(CHAIN)
    await store.commit([put('a/1', 'old'), put('a/2', 'old')])
    const snapshot = store.snapshot()
    await store.commit([put('a/1', 'new'), { key: 'a/2', value: undefined }, put('a/3', 'new')])
    assert.deepEqual(
      ['a/1', 'a/2', 'a/3'].map((key) => textOf(snapshot.get(key))),
      ['old', 'old', undefined],
    )
    const entries = await snapshot.scan({ prefix: 'a/', limit: 10 })
    assert.deepEqual(
      entries.map(({ key }) => key),
      ['a/1', 'a/2'],
    )
    assert.equal(textOf(store.get('a/1')), 'new')
    snapshot.close()
  })

  it('stands beside others, and beside the one that the store itself holds', async () => {
    const store = database.chainStore(CHAIN)
    await store.commit([put('a', '1')])
    const release = store.hold()
    const first = store.snapshot()
    await store.commit([put('a', '2')])
    const second = store.snapshot()
    const read = () => [store, first, second].map((reader) => textOf(reader.get('a')))
    assert.deepEqual(read(), ['1', '1', '2'])
    release()
    first.close()
    assert.equal(textOf(store.get('a')), '2')
    assert.equal(textOf(second.get('a')), '2')
    second.close()
  })
})
