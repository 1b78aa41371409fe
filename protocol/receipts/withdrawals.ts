import type { Digest } from '../digest.ts'
import { type Rejection, refuse } from '../rejection.ts'
import type { ProvenWithdrawal } from './verdict.ts'
import type { CheckedRecord } from './verify-record.ts'

/**
 * Whether the subject of a receipt is an advisory that was withdrawn until its block. That it was is
 * proven by its state; why, by the withdrawal's own record, where the receipt has it.
 *
 * @returns undefined for an advisory that warned as of the block, and for any other record
 */
export function withdrawalIn([subject, ...others]: readonly CheckedRecord[]):
  | ProvenWithdrawal
  | undefined {
  const record = subject?.present.advisory?.state.withdrawnBy
  if (record === undefined) return undefined
  const found = others.find((each) => each.record.id === record)
  if (found?.record.type !== 'withdrawal') return { record }
  const { reason } = found.record.statement.predicate
  const { signer, organisation, height, timeMs } = found.proven
  return { record, reason, signer, organisation, height, timeMs }
}

/** The record of a withdrawal that an advisory's state names. */
export function checkWithdrawalRecord(
  advisory: Digest,
  { record }: CheckedRecord,
): Rejection | undefined {
  return record.type === 'withdrawal' && record.statement.predicate.advisory === advisory
    ? undefined
    : refuse('edge-wrong-type', `${record.id} does not withdraw ${advisory}`)
}
