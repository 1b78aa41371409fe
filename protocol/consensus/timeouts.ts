import type { Parameters } from '../chain/parameters.ts'

/** TP(v): how long a member waits for a proposal. Grows with the view, so that views outlast any network. */
export function proposeTimeoutMs(view: number, parameters: Parameters): number {
  const { proposeTimeoutMs: base, proposeTimeoutStepMs: step, timeoutMsMax } = parameters
  return Math.min(timeoutMsMax, base + step * view)
}

/** TR(v) and TC(v): how long a member waits for more votes once it holds a quorum of different ones. */
export function voteTimeoutMs(view: number, parameters: Parameters): number {
  const { voteTimeoutMs: base, voteTimeoutStepMs: step, timeoutMsMax } = parameters
  return Math.min(timeoutMsMax, base + step * view)
}
