import { assert } from '../assert.ts'
import { EMPTY_BYTES } from '../bytes.ts'
import { type Digest, digestBytes } from '../digest.ts'
import { ByteReader } from '../encoding/byte-reader.ts'
import { ByteWriter } from '../encoding/byte-writer.ts'
import { utf8Encode } from '../encoding/utf8.ts'
import type { Write } from '../ports.ts'
import { subjectDigest, subjectOf } from '../records/consistency.ts'
import type { LedgerRecord } from '../records/record.ts'
import { storageKey } from '../storage-keys.ts'

/** Where a committed record is. */
export interface RecordPosition {
  readonly height: number
  readonly indexInBlock: number
  readonly logIndex: number
  /** Ledger time of its block. */
  readonly timeMs: number
}

/** u64 height | u32 index in block | u64 log index | u64 time in ms */
export function encodePosition(position: RecordPosition): Uint8Array {
  return new ByteWriter()
    .u64(position.height)
    .u32(position.indexInBlock)
    .u64(position.logIndex)
    .u64(position.timeMs)
    .finish()
}

/** @throws InvariantError for anything but our own bytes: positions never come from a stranger */
export function decodePosition(bytes: Uint8Array): RecordPosition {
  const reader = new ByteReader(bytes)
  const position = {
    height: reader.u64(),
    indexInBlock: reader.u32(),
    logIndex: reader.u64(),
    timeMs: reader.u64(),
  }
  assert(reader.finished(), 'a stored position has its four fields')
  return position
}

type ArtefactRecord = Extract<LedgerRecord, { type: 'dataset' | 'model' }>

/**
 * The lookup entries of one committed record. No rule reads them and no root covers them: they can
 * be built again from the blocks.
 *
 * @param organisation the author's
 */
export function indexWrites(
  record: LedgerRecord,
  position: RecordPosition,
  organisation: string,
): Write[] {
  const { author, nonce } = record.ledger
  const id = digestBytes(record.id)
  const writes: Write[] = [
    { key: storageKey.record(record.id), value: encodePosition(position) },
    { key: storageKey.authorNonce(author, nonce), value: id },
  ]
  if (record.type === 'dataset' || record.type === 'model') {
    writes.push(...artefactWrites(record, position.logIndex, organisation))
  }
  if (record.type === 'retirement') {
    const subject = record.statement.predicate.artefact
    writes.push({ key: storageKey.event(subject, position.logIndex), value: id })
  }
  return writes
}

function artefactWrites(
  record: ArtefactRecord,
  logIndex: number,
  organisation: string,
): readonly Write[] {
  const { artefact } = record.statement.predicate
  const id = digestBytes(record.id)
  const writes: Write[] = [
    { key: storageKey.artefactOrder(logIndex), value: id },
    { key: storageKey.name(organisation, artefact.name, logIndex), value: id },
    {
      key: storageKey.artefactDigest(subjectDigest(subjectOf(record.statement)), record.id),
      value: EMPTY_BYTES,
    },
  ]
  for (const cid of [artefact.cid, artefact.manifestCid]) {
    if (cid === undefined) continue
    writes.push({ key: storageKey.artefactCid(cid, record.id), value: EMPTY_BYTES })
  }
  return record.type === 'model' ? [...writes, ...descendantWrites(record)] : writes
}

/** One entry for each certified dataset and parent, so that the way down is one scan. */
function descendantWrites(record: Extract<LedgerRecord, { type: 'model' }>): readonly Write[] {
  const { datasets, parents } = record.statement.predicate
  const writes: Write[] = []
  for (const edge of datasets) {
    if (edge.kind === 'certified') writes.push(descendantWrite(edge.record, record.id, 'dataset'))
  }
  for (const edge of parents) {
    if (edge.kind === 'certified')
      writes.push(descendantWrite(edge.record, record.id, edge.relation))
  }
  return writes
}

function descendantWrite(ancestor: Digest, child: Digest, kind: string): Write {
  return { key: storageKey.descendant(ancestor, child), value: utf8Encode(kind) }
}
