/** What decides validity on one chain: in genesis, covered by every header. Durations in ms. */
export interface Parameters {
  readonly envelopeBytesMax: number
  readonly bodyBytesMax: number
  readonly blockRecordsMax: number
  readonly recordLifetimeMsMax: number
  /** How far the clocks of honest nodes may differ. */
  readonly clockPrecisionMs: number
  /** How long a proposal may travel in view 0; grows by a tenth with each view. */
  readonly proposalDelayMs: number
  readonly proposeTimeoutMs: number
  readonly proposeTimeoutStepMs: number
  readonly voteTimeoutMs: number
  readonly voteTimeoutStepMs: number
  readonly timeoutMsMax: number
  readonly heartbeatMs: number
  readonly evidenceHeights: number
}

export const DEFAULT_PARAMETERS: Parameters = {
  envelopeBytesMax: 65_535,
  bodyBytesMax: 1_048_576,
  blockRecordsMax: 1_000,
  recordLifetimeMsMax: 86_400_000,
  clockPrecisionMs: 2_000,
  proposalDelayMs: 10_000,
  proposeTimeoutMs: 1_000,
  proposeTimeoutStepMs: 500,
  voteTimeoutMs: 500,
  voteTimeoutStepMs: 250,
  timeoutMsMax: 30_000,
  heartbeatMs: 600_000,
  evidenceHeights: 100_000,
}
