import type { ProvenWithdrawal } from '../../protocol/receipts/verdict.ts'
import { formatTime } from '../output/format.ts'
import { printable } from '../output/printable.ts'
import type { Check } from './check.ts'

/**
 * Whether an advisory still warned. That it was withdrawn makes its receipt no worse a proof that it was
 * published.
 *
 * @param until in words, the block of the receipt
 */
export function advisoryCheck(withdrawn: ProvenWithdrawal | undefined, until: string): Check {
  if (withdrawn === undefined) {
    return { check: 'state', ok: true, detail: `an advisory, not withdrawn ${until}` }
  }
  const detail = `WITHDRAWN ${whence(withdrawn)} (withdrawal ${withdrawn.record}); ${until}`
  return { check: 'state', ok: false, detail }
}

function whence({ reason, signer, organisation, height, timeMs }: ProvenWithdrawal): string {
  if (reason === undefined || height === undefined || timeMs === undefined) {
    return 'by who published it: when and why is not in the receipt'
  }
  const who = `${printable(organisation ?? '')} (${printable(signer ?? '')})`
  return `in block ${height}, ${formatTime(timeMs)}, by ${who}: ${printable(reason)}`
}
