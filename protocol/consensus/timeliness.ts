import type { Parameters } from '../chain/parameters.ts'

/** The delay that a proposal is granted grows by a tenth with each view: a tight parameter never halts the chain. */
const DELAY_GROWTH = 1.1
/** 1.1^100 is over ten thousand: beyond it only an overflow would follow. */
const GROWTH_VIEWS_MAX = 100

/**
 * Whether a fresh proposal's time fits the clock of the member that received it. A block that was
 * prepared before is exempt: a quorum found it timely then.
 */
export function isTimely(
  proposal: { readonly blockTimeMs: number; readonly receivedMs: number; readonly view: number },
  parentTimeMs: number,
  parameters: Parameters,
): boolean {
  const { blockTimeMs, receivedMs, view } = proposal
  const { clockPrecisionMs, proposalDelayMs } = parameters
  const delayMs = proposalDelayMs * DELAY_GROWTH ** Math.min(view, GROWTH_VIEWS_MAX)
  return (
    parentTimeMs < blockTimeMs &&
    blockTimeMs <= receivedMs + clockPrecisionMs &&
    blockTimeMs >= receivedMs - delayMs - clockPrecisionMs
  )
}
