import { base64 } from '@scure/base'

/** Standard, padded base64 (RFC 4648 section 4): the one form that Pedigree writes and reads. */
export function base64Encode(bytes: Uint8Array): string {
  return base64.encode(bytes)
}

/** Strict: undefined for another alphabet, missing padding, white space, or stray bits at the end. */
export function base64Decode(text: string): Uint8Array | undefined {
  try {
    return base64.decode(text)
  } catch {
    return undefined
  }
}
