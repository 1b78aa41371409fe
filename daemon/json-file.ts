import { utf8Decode } from '../protocol/encoding/utf8.ts'

/** The JSON in these bytes; undefined, which no JSON text means, for anything else. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = utf8Decode(bytes)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
