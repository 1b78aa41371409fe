import { createHash } from 'node:crypto'

/** Bytes that look random and are the same in every run. */
export function sampleBytes(length: number, seed = 'sample'): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += 32) {
    const block = createHash('sha256').update(`${seed} ${at}`).digest()
    bytes.set(block.subarray(0, Math.min(32, length - at)), at)
  }
  return bytes
}

/** In pieces that fit no chunk size. */
export async function* inPieces(
  bytes: Uint8Array,
  pieceBytes = 70_001,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}

export async function collectBytes(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of content) parts.push(part)
  return Buffer.concat(parts)
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
