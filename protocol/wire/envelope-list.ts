import type { ByteReader } from '../encoding/byte-reader.ts'
import type { ByteWriter } from '../encoding/byte-writer.ts'
import { ENVELOPE_BYTES_MAX, GOSSIP_BATCH_RECORDS_MAX } from '../limits.ts'

/** u32 count, then each envelope behind its length. */
export function writeEnvelopes(writer: ByteWriter, envelopes: readonly Uint8Array[]): void {
  writer.u32(envelopes.length)
  for (const envelope of envelopes) writer.bytes(envelope)
}

/** Fails the reader on an empty list, on more than one batch may hold, and on an empty envelope. */
export function readEnvelopes(reader: ByteReader): readonly Uint8Array[] {
  const count = reader.u32()
  if (count === 0 || count > GOSSIP_BATCH_RECORDS_MAX) reader.fail()
  const envelopes: Uint8Array[] = []
  for (let i = 0; i < count && !reader.failed; i++) {
    const envelope = reader.bytes(ENVELOPE_BYTES_MAX)
    if (envelope.length === 0) reader.fail()
    envelopes.push(envelope)
  }
  return envelopes
}
