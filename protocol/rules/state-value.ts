import { assert } from '../assert.ts'
import { canonicalJson } from '../encoding/canonical-json.ts'
import { utf8Decode } from '../encoding/utf8.ts'

/** State values are canonical JSON: two nodes that agree on a value agree on its bytes. */
export function encodeStateValue(value: object): Uint8Array {
  return canonicalJson(value)
}

/** @param bytes what `encodeStateValue` wrote for a value of type T: our own, and trusted */
export function decodeStateValue<T extends object>(bytes: Uint8Array): T {
  const text = utf8Decode(bytes)
  assert(text !== undefined, 'a state value is the canonical JSON that we wrote')
  return JSON.parse(text) as T
}
