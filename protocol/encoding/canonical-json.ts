import canonicalize from 'canonicalize'
import { assert } from '../assert.ts'
import { equalBytes } from '../bytes.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { utf8Decode, utf8Encode } from './utf8.ts'

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/**
 * The one byte form of a JSON value (RFC 8785).
 *
 * @param value plain data of our own making: no lone surrogates, NaN or infinities
 * @throws InvariantError when there is nothing to encode
 */
export function canonicalJson(value: unknown): Uint8Array {
  const text = canonicalize(value)
  assert(text !== undefined, 'what is encoded as JSON is a JSON value')
  return utf8Encode(text)
}

/**
 * Reads bytes that a stranger may have sent. Depth is checked by a scan before parsing, because deep
 * nesting overflows recursive code at depths that differ between machines.
 *
 * @param depthMax how many arrays and objects may be open at once
 * @returns `too-deep`, `malformed` or `not-canonical` for anything but the one byte form
 */
export function parseCanonicalJson(bytes: Uint8Array, depthMax: number): JsonValue | Rejection {
  if (isDeeperThan(bytes, depthMax)) return refuse('too-deep', `more than ${depthMax} levels`)
  const value = parseJson(bytes)
  if (isRejection(value)) return value
  const canonical = encodeForeign(value.json)
  if (isRejection(canonical)) return canonical
  if (!equalBytes(canonical, bytes)) {
    return refuse('not-canonical', 'JSON that differs from its RFC 8785 form')
  }
  // A stranger's document must never pass for a refusal of ours.
  return isRejection(value.json)
    ? refuse('schema-violation', 'no format has a top-level field `rejected`')
    : value.json
}

/** Wrapped, because a stranger's document may itself look like a Rejection. */
function parseJson(bytes: Uint8Array): { readonly json: JsonValue } | Rejection {
  const text = utf8Decode(bytes)
  if (text === undefined) return refuse('malformed', 'not UTF-8')
  try {
    return { json: JSON.parse(text) as JsonValue }
  } catch {
    return refuse('malformed', 'not JSON')
  }
}

/** The encoder throws for lone surrogates, also escaped ones, and for numbers beyond a double. */
function encodeForeign(json: JsonValue): Uint8Array | Rejection {
  if (holdsUnsafeInteger(json)) return refuse('malformed', 'an integer beyond 2^53-1')
  try {
    return canonicalJson(json)
  } catch {
    return refuse('malformed', 'a lone surrogate in a string')
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

function isDeeperThan(bytes: Uint8Array, depthMax: number): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte === QUOTE) inString = !inString
    else if (inString) {
      if (byte === BACKSLASH) i++
    } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      depth++
      if (depth > depthMax) return true
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--
  }
  return false
}

/** Numbers beyond 2^53-1 would read as other numbers elsewhere; also true for infinities (1e999). */
function holdsUnsafeInteger(json: JsonValue): boolean {
  if (typeof json === 'number') return Math.abs(json) > Number.MAX_SAFE_INTEGER
  if (typeof json !== 'object' || json === null) return false
  return Object.values(json).some(holdsUnsafeInteger)
}
