import { Type } from 'typebox'
import { type Digest, domainDigest } from '../digest.ts'
import { canonicalJson } from '../encoding/canonical-json.ts'
import { BLOCK_RECORDS_MAX, BODY_BYTES_MAX, ENVELOPE_BYTES_MAX } from '../limits.ts'
import { type Rejection, refuse } from '../rejection.ts'

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

const YEAR_MS = 31_536_000_000

function durationMs(maximum: number) {
  return Type.Integer({ minimum: 1, maximum })
}

/** A chain never asks for more than every node can decode (limits.ts). */
export const ParametersSchema = Type.Object(
  {
    envelopeBytesMax: Type.Integer({ minimum: 1_024, maximum: ENVELOPE_BYTES_MAX }),
    bodyBytesMax: Type.Integer({ minimum: 2 * ENVELOPE_BYTES_MAX, maximum: BODY_BYTES_MAX }),
    blockRecordsMax: Type.Integer({ minimum: 1, maximum: BLOCK_RECORDS_MAX }),
    recordLifetimeMsMax: durationMs(YEAR_MS),
    clockPrecisionMs: durationMs(3_600_000),
    proposalDelayMs: durationMs(3_600_000),
    proposeTimeoutMs: durationMs(3_600_000),
    proposeTimeoutStepMs: durationMs(3_600_000),
    voteTimeoutMs: durationMs(3_600_000),
    voteTimeoutStepMs: durationMs(3_600_000),
    timeoutMsMax: durationMs(3_600_000),
    heartbeatMs: durationMs(YEAR_MS),
    evidenceHeights: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  },
  { additionalProperties: false },
)

/** What the schema cannot say: no time-out starts above the bound of all of them. */
export function checkParameters(parameters: Parameters): Rejection | undefined {
  const { proposeTimeoutMs, voteTimeoutMs, timeoutMsMax } = parameters
  return Math.max(proposeTimeoutMs, voteTimeoutMs) > timeoutMsMax
    ? refuse('schema-violation', '/parameters/timeoutMsMax: must not be below a first time-out')
    : undefined
}

export function parametersHash(parameters: Parameters): Digest {
  return domainDigest('pedigree-parameters/1', canonicalJson(parameters))
}
