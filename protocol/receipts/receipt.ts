import { type Static, type TSchema, Type } from 'typebox'
import type { KeyClass } from '../chain/identity.ts'
import { canonicalJson, parseCanonicalJson } from '../encoding/canonical-json.ts'
import { schemaCheck } from '../encoding/schema.ts'
import {
  BOUNDS_MAX,
  COMMITTEE_MEMBERS_MAX,
  RECEIPT_BYTES_MAX,
  RECEIPT_RECORDS_MAX,
  STATE_PROOF_SIBLINGS_MAX,
} from '../limits.ts'
import { PHASES, type Phase } from '../records/events/events.ts'
import {
  CLOSED,
  CountSchema,
  DidSchema,
  DigestSchema,
  LineSchema,
  mapOf,
  oneOf,
  PositiveSchema,
  SlugSchema,
} from '../records/schema-parts.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import type { Threshold } from '../rules/phase-state.ts'

/**
 * The receipt file: canonical JSON. Everything in it hangs on one header: the log root proves that
 * and when each record was committed, the state root proves whose keys signed them and what has
 * become of the artefacts since.
 */
const FORMAT = 'pedigree-receipt/1'
const DEPTH_MAX = 8
/** A log of 2^53 records has no longer inclusion path. */
const LOG_PATH_MAX = 53

const Base64Schema = Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$' })

const SiblingsSchema = Type.Array(DigestSchema, { maxItems: STATE_PROOF_SIBLINGS_MAX })

const KeyHistorySchema = Type.Object(
  {
    organisation: Type.String(),
    class: oneOf<KeyClass>(['admin', 'person', 'source', 'record', 'consensus', 'network']),
    name: Type.String(),
    intervals: Type.Array(
      Type.Object({ from: PositiveSchema, to: Type.Optional(PositiveSchema) }, CLOSED),
    ),
  },
  CLOSED,
)

const ArtefactStateSchema = Type.Object(
  {
    type: SlugSchema,
    owner: Type.String(),
    author: DidSchema,
    digest: DigestSchema,
    salted: Type.Optional(Type.Literal(true)),
    state: SlugSchema,
    height: PositiveSchema,
    offeredTo: Type.Optional(SlugSchema),
    contributors: Type.Optional(
      Type.Unsafe<readonly string[]>(Type.Array(SlugSchema, { maxItems: COMMITTEE_MEMBERS_MAX })),
    ),
    unknownAncestry: Type.Optional(Type.Literal(true)),
    invalid: Type.Optional(DigestSchema),
    recall: Type.Optional(
      Type.Object(
        { record: DigestSchema, height: PositiveSchema, by: oneOf(['owner', 'committee']) },
        CLOSED,
      ),
    ),
    proposals: Type.Optional(mapOf(SlugSchema, DigestSchema, { max: COMMITTEE_MEMBERS_MAX })),
    said: Type.Optional(PositiveSchema),
  },
  CLOSED,
)

const ThresholdsSchema = Type.Array(
  Type.Object(
    { field: LineSchema, min: Type.Optional(Type.Number()), max: Type.Optional(Type.Number()) },
    CLOSED,
  ),
  { minItems: 1, maxItems: BOUNDS_MAX },
)

const PhaseStateSchema = Type.Object(
  {
    artefact: DigestSchema,
    phase: oneOf<Phase>(PHASES),
    organisation: SlugSchema,
    correctedBy: Type.Optional(DigestSchema),
    thresholds: Type.Optional(Type.Unsafe<readonly Threshold[]>(ThresholdsSchema)),
  },
  CLOSED,
)

const ProposalStateSchema = Type.Object(
  {
    artefact: DigestSchema,
    action: oneOf(['recall', 'lift']),
    organisation: SlugSchema,
    approvals: Type.Unsafe<readonly string[]>(
      Type.Array(SlugSchema, { maxItems: COMMITTEE_MEMBERS_MAX }),
    ),
    outcome: oneOf(['open', 'in-force', 'moot']),
    replaced: Type.Optional(PositiveSchema),
  },
  CLOSED,
)

const AdvisoryStateSchema = Type.Object(
  { organisation: SlugSchema, withdrawnBy: Type.Optional(DigestSchema) },
  CLOSED,
)

/** What the state says of a record now, under the state root of the header. */
function provenState<T extends TSchema>(state: T) {
  return Type.Optional(Type.Object({ state, siblings: SiblingsSchema }, CLOSED))
}

const ReceiptRecordSchema = Type.Object(
  {
    /** Base64 of the exact bytes. */
    envelope: Base64Schema,
    height: PositiveSchema,
    timeMs: CountSchema,
    logIndex: CountSchema,
    /** RFC 6962 inclusion path to the log root of the header. */
    path: Type.Array(DigestSchema, { maxItems: LOG_PATH_MAX }),
    /** Of a birth certificate: the artefact's present state. */
    artefact: provenState(ArtefactStateSchema),
    /** Of a phase: whether it was corrected. */
    phase: provenState(PhaseStateSchema),
    /** Of a recall, or of a lifting: what became of it. */
    proposal: provenState(ProposalStateSchema),
    /** Of an advisory: whether it was withdrawn. */
    advisory: provenState(AdvisoryStateSchema),
  },
  CLOSED,
)
export type ReceiptRecord = Static<typeof ReceiptRecordSchema>
/** What the state says of a record: one of them, or none. */
export type PresentState = Pick<ReceiptRecord, 'artefact' | 'phase' | 'proposal' | 'advisory'>

const ReceiptKeySchema = Type.Object(
  { did: DidSchema, history: KeyHistorySchema, siblings: SiblingsSchema },
  CLOSED,
)
export type ReceiptKey = Static<typeof ReceiptKeySchema>

const ReceiptSchema = Type.Object(
  {
    format: Type.Literal(FORMAT),
    chain: DigestSchema,
    /** Base64 of header and commit proof of the newest block when the receipt was made. */
    header: Base64Schema,
    proof: Base64Schema,
    /** Membership is fixed at genesis: no header ever changed the committee. */
    committeeChanges: Type.Array(Type.Never(), { maxItems: 0 }),
    /** What the receipt is about, then the other records in the order of the log. */
    records: Type.Array(ReceiptRecordSchema, { minItems: 1, maxItems: RECEIPT_RECORDS_MAX }),
    /** Of every author of these records, in the order of the dids. */
    keys: Type.Array(ReceiptKeySchema, { minItems: 1, maxItems: RECEIPT_RECORDS_MAX }),
  },
  CLOSED,
)
export type Receipt = Static<typeof ReceiptSchema>

const checkSchema = schemaCheck(ReceiptSchema)

/** Refuses with too-large what no reader would accept. */
export function encodeReceipt(receipt: Omit<Receipt, 'format'>): Uint8Array | Rejection {
  const bytes = canonicalJson({ format: FORMAT, ...receipt })
  return bytes.length > RECEIPT_BYTES_MAX ? tooLarge(bytes.length) : bytes
}

/** Form only: size, canonical bytes, version, schema. What it proves is a question to verify-receipt.ts. */
export function parseReceipt(bytes: Uint8Array): Receipt | Rejection {
  if (bytes.length > RECEIPT_BYTES_MAX) return tooLarge(bytes.length)
  const json = parseCanonicalJson(bytes, DEPTH_MAX)
  if (isRejection(json)) return json
  const isObject = typeof json === 'object' && json !== null && 'format' in json
  const format = isObject ? json.format : undefined
  if (typeof format !== 'string' || !format.startsWith('pedigree-receipt/')) {
    return refuse('unknown-type', `not a file of the format ${FORMAT}`)
  }
  if (format !== FORMAT) {
    return refuse('unknown-version', `a receipt of the format ${format.slice(0, 64)}`)
  }
  return checkSchema(json) ?? (json as unknown as Receipt)
}

function tooLarge(length: number): Rejection {
  return refuse('too-large', `a receipt of ${length} bytes, at most ${RECEIPT_BYTES_MAX}`)
}
