import assert from 'node:assert/strict'
import { InvariantError } from '../../../protocol/assert.ts'
import { EMPTY_BYTES, equalBytes } from '../../../protocol/bytes.ts'
import { updateTree } from '../../../protocol/chain/state-tree.ts'
import { treeFault } from '../../../protocol/chain/state-tree-check.ts'
import { readPage } from '../../../protocol/chain/state-tree-page.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { PREFIXES } from '../../../protocol/storage-keys.ts'

const KEYS = 300

function storedTree(keys: number): Map<string, Uint8Array> {
  const store = new Map<string, Uint8Array>()
  const changes = Array.from({ length: keys }, (_, index) => ({
    key: `key/${index}`,
    value: utf8Encode(`${index}`),
  }))
  for (const { key, value } of updateTree(store, changes).writes)
    if (value !== undefined) store.set(key, value)
  return store
}

/** The fault, whether it is told or the page does not even decode. */
function faultOf(store: Map<string, Uint8Array>): string | undefined {
  try {
    return treeFault(store)
  } catch (error) {
    assert.ok(error instanceof InvariantError)
    return error.message
  }
}

/** A mask may name a place twice: the page that is read is still the one that was written. */
function saysTheSame(store: Map<string, Uint8Array>, key: string, page: Uint8Array): boolean {
  return equalBytes(
    readPage(store, key.slice(PREFIXES.treePage.length))?.encode() ?? EMPTY_BYTES,
    page,
  )
}

describe('the check of the stored state tree', () => {
  it('finds nothing in sound trees of any size', () => {
    for (const keys of [0, 1, 2, 3, 17, KEYS]) assert.equal(treeFault(storedTree(keys)), undefined)
  })

  it('finds nothing in a tree that grew and shrank', () => {
    const store = storedTree(KEYS)
    const changes = Array.from({ length: KEYS - 5 }, (_, index) => ({
      key: `key/${index}`,
      value: undefined,
    }))
    for (const { key, value } of updateTree(store, changes).writes) {
      if (value === undefined) store.delete(key)
      else store.set(key, value)
    }
    assert.equal(treeFault(store), undefined)
  })

  it('finds a page below the root that is gone, wherever it stood', () => {
    const store = storedTree(KEYS)
    for (const key of [...store.keys()].filter((name) => name !== 't/')) {
      const page = store.get(key) as Uint8Array
      store.delete(key)
      assert.match(faultOf(store) ?? '', /is missing$/, key)
      store.set(key, page)
    }
  })

  it('finds a byte that was changed in any page', () => {
    const store = storedTree(KEYS / 5)
    assert.ok(store.size > 5)
    for (const [key, page] of store) {
      for (let at = 0; at < page.length; at += 7) {
        const damaged = Uint8Array.from(page)
        damaged[at] = (damaged[at] ?? 0) ^ 0x10
        store.set(key, damaged)
        assert.ok(
          faultOf(store) !== undefined || saysTheSame(store, key, page),
          `${key} byte ${at}`,
        )
      }
      store.set(key, page)
    }
    assert.equal(treeFault(store), undefined)
  })
})
