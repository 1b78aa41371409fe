import type { Header } from '../chain/header.ts'
import { logLeafHash } from '../chain/log.ts'
import { verifyInclusion } from '../chain/log-proof.ts'
import { verifyStateProof } from '../chain/state-proof.ts'
import { base64Decode } from '../encoding/base64.ts'
import type { VerifySignature } from '../ports.ts'
import { parseEnvelope } from '../records/envelope.ts'
import { isCertificate, type LedgerRecord } from '../records/record.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import {
  checkKeyAt,
  encodeKeyHistory,
  isKeyValidAt,
  type KeyHistory,
} from '../rules/key-history.ts'
import { stateKey } from '../storage-keys.ts'
import type { PresentState, ReceiptKey, ReceiptRecord } from './receipt.ts'
import { relatedRecords } from './related-records.ts'
import type { ProvenArtefact, ProvenRecord } from './verdict.ts'
import { checkPresentState } from './verify-state.ts'

/** What every record of a receipt is checked against. */
export interface RecordTrust {
  readonly header: Header
  readonly keys: ReadonlyMap<string, KeyHistory>
  readonly verify: VerifySignature
}

/** A record with what is proven of it. */
export interface CheckedRecord {
  readonly record: LedgerRecord
  readonly proven: ProvenRecord
  /** What the state says of it now. */
  readonly present: PresentState
}

/** The histories of the authors' keys, each proven under the state root. */
export function verifyKeys(
  keys: readonly ReceiptKey[],
  header: Header,
): ReadonlyMap<string, KeyHistory> | Rejection {
  const histories = new Map<string, KeyHistory>()
  let last = ''
  for (const { did, history, siblings } of keys) {
    if (did <= last) return refuse('not-canonical', `key ${did} is out of order`)
    const value = encodeKeyHistory(history)
    if (!verifyStateProof(header.stateRoot, stateKey.key(did), value, { siblings, other: null })) {
      return refuse('bad-proof', `the history of key ${did} is not under the state root`)
    }
    histories.set(did, history)
    last = did
  }
  return histories
}

/** One record: its form, its place in the log, its author's key and signature, its artefact's state. */
export function verifyRecord(item: ReceiptRecord, trust: RecordTrust): CheckedRecord | Rejection {
  const envelope = base64Decode(item.envelope)
  if (envelope === undefined) return refuse('not-canonical', 'an envelope must be padded base64')
  const record = parseEnvelope(envelope)
  if (isRejection(record)) return record
  const history = trust.keys.get(record.ledger.author)
  if (history === undefined) {
    return refuse('bad-proof', `the key history of ${record.ledger.author} is missing`)
  }
  const context = { header: trust.header, history }
  const refused =
    checkPlace(record, item, trust.header) ??
    checkKeyAt(history, item.height) ??
    checkSignature(record, trust.verify) ??
    checkPresentState(record, item, { header: trust.header, organisation: history.organisation })
  return refused ?? { record, proven: provenRecord(record, item, context), present: item }
}

interface RecordContext {
  readonly header: Header
  /** Of the author's key. */
  readonly history: KeyHistory
}

function checkPlace(
  record: LedgerRecord,
  item: ReceiptRecord,
  header: Header,
): Rejection | undefined {
  if (record.ledger.chain !== header.chain) {
    return refuse('wrong-chain', `record ${record.id} is signed for chain ${record.ledger.chain}`)
  }
  const isOfHead = item.height === header.height && item.timeMs === header.timeMs
  const isEarlier = item.height < header.height && item.timeMs < header.timeMs
  if (!isOfHead && !isEarlier) {
    return refuse('bad-proof', `record ${record.id} is not of the header's past`)
  }
  const leaf = logLeafHash({
    record: record.id,
    envelope: record.envelopeDigest,
    height: item.height,
    timeMs: item.timeMs,
  })
  const claim = { leaf, index: item.logIndex, path: item.path }
  return verifyInclusion({ ...claim, size: header.logSize, root: header.logRoot })
    ? undefined
    : refuse('bad-proof', `record ${record.id} is not at ${item.logIndex} of the log`)
}

function checkSignature(record: LedgerRecord, verify: VerifySignature): Rejection | undefined {
  return verify(record.check)
    ? undefined
    : refuse('bad-signature', `record ${record.id} is not signed by its author`)
}

function provenRecord(
  record: LedgerRecord,
  item: ReceiptRecord,
  { header, history }: RecordContext,
): ProvenRecord {
  const artefact = provenArtefact(record, item)
  const proven: ProvenRecord = {
    id: record.id,
    type: record.type,
    author: record.ledger.author,
    signer: history.name,
    organisation: history.organisation,
    authorKey: isKeyValidAt(history, header.height) ? 'valid' : 'ended',
    height: item.height,
    timeMs: item.timeMs,
    logIndex: item.logIndex,
    ...(artefact === undefined ? {} : { artefact }),
  }
  if (record.type !== 'event') return proven
  const { artefact: subject, event } = record.statement.predicate
  return { ...proven, happened: { artefact: subject, event } }
}

function provenArtefact(
  record: LedgerRecord,
  { artefact }: ReceiptRecord,
): ProvenArtefact | undefined {
  if (!isCertificate(record) || artefact === undefined) return undefined
  const { type, owner, digest, salted, state, height } = artefact.state
  const { unknownAncestry, invalid, recall } = artefact.state
  return {
    type,
    owner,
    description: record.statement.predicate.artefact,
    ...(salted === true ? { saltedSha256: digest } : { sha256: digest }),
    state,
    stateHeight: height,
    ...namedAncestors(record),
    unknownAncestry: unknownAncestry === true,
    ...(invalid === undefined ? {} : { invalid }),
    ...(recall === undefined ? {} : { recall }),
  }
}

function namedAncestors(
  record: LedgerRecord,
): Pick<ProvenArtefact, 'ancestors' | 'datasets' | 'parents'> {
  const named = relatedRecords(record)
  const idsOf = (type: string) =>
    named.filter(({ types }) => types?.includes(type)).map((ancestor) => ancestor.record)
  return {
    ancestors: named.map((ancestor) => ancestor.record),
    datasets: idsOf('dataset'),
    parents: idsOf('model'),
  }
}
