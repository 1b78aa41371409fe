import type { Digest } from '../../protocol/digest.ts'
import { base64Decode } from '../../protocol/encoding/base64.ts'
import { parseEnvelope } from '../../protocol/records/envelope.ts'
import type { LedgerRecord } from '../../protocol/records/record.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { cliError } from '../cli-error.ts'
import type { Session } from '../session.ts'

/** @throws CliError `unknown-id`, or `bad-answer` when the node gives other bytes than the id names */
export async function committedRecord(session: Session, id: Digest): Promise<LedgerRecord> {
  const { envelope } = await session.chain.record(id)
  if (envelope === undefined) throw cliError('unknown-id', `${id} is not on the ledger`)
  const bytes = base64Decode(envelope)
  const record = bytes === undefined ? undefined : parseEnvelope(bytes)
  if (record === undefined || isRejection(record) || record.id !== id) {
    throw cliError('bad-answer', `the node gave other bytes than those of ${id}`)
  }
  return record
}
