import { NONCE_WINDOW } from '../limits.ts'
import { type Rejection, refuse } from '../rejection.ts'
import { decodeStateValue, encodeStateValue } from './state-value.ts'

/**
 * Which nonces of one author are used, as a sliding window like that of IPsec. An author may sign
 * several records at once and have them committed in any order; nonces below the window are over.
 */
export interface NonceWindow {
  readonly highest: number
  /** Hex: bit i says that nonce `highest - i` is used, for i in 0..1023. */
  readonly bits: string
}

/** Of an author who has signed nothing: the first nonce is 1 to 1,024. */
export const FIRST_NONCE_WINDOW: NonceWindow = { highest: 0, bits: '0' }

const WINDOW = BigInt(NONCE_WINDOW)
const MASK = (1n << WINDOW) - 1n

/**
 * Uses up a nonce.
 *
 * @param nonce a positive safe integer
 * @returns the window afterwards, `nonce-used`, or `nonce-out-of-window`
 */
export function useNonce({ highest, bits }: NonceWindow, nonce: number): NonceWindow | Rejection {
  const ahead = nonce - highest
  if (ahead > NONCE_WINDOW || ahead <= -NONCE_WINDOW) {
    return refuse('nonce-out-of-window', `nonce ${nonce}, while the highest used is ${highest}`)
  }
  const used = BigInt(`0x${bits}`)
  if (ahead > 0) return windowOf(nonce, ((used << BigInt(ahead)) & MASK) | 1n)
  const bit = 1n << BigInt(-ahead)
  if ((used & bit) !== 0n) return refuse('nonce-used', `nonce ${nonce}`)
  return windowOf(highest, used | bit)
}

function windowOf(highest: number, used: bigint): NonceWindow {
  return { highest, bits: used.toString(16) }
}

export function encodeNonceWindow(window: NonceWindow): Uint8Array {
  return encodeStateValue(window)
}

/** @param bytes a value from the state; undefined for an author who has signed nothing */
export function decodeNonceWindow(bytes: Uint8Array | undefined): NonceWindow {
  return bytes === undefined ? FIRST_NONCE_WINDOW : decodeStateValue<NonceWindow>(bytes)
}
