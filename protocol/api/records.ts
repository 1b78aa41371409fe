import { type Static, Type } from 'typebox'
import { AsOf, DigestText, Height, LedgerTime } from './common.ts'

/** POST /v1/chains/{chain}/records: a SubmitAnswer (replica/effect.ts); a refusal is a problem instead. */
export const SubmitResult = Type.Union([
  Type.Object({
    status: Type.Union([Type.Literal('admitted'), Type.Literal('pending')]),
    record: DigestText,
  }),
  Type.Object({ status: Type.Literal('committed'), record: DigestText, height: Height }),
])
export type SubmitResult = Static<typeof SubmitResult>

export const WAIT_MS_MAX = 60_000

/** How long to wait for the record's end; 0 answers at once. */
export const RecordQuery = Type.Object(
  { waitMs: Type.Optional(Type.Integer({ minimum: 0, maximum: WAIT_MS_MAX })) },
  { additionalProperties: false },
)
export type RecordQuery = Static<typeof RecordQuery>

export const RefusalText = Type.Object({ rejected: Type.String(), detail: Type.String() })

/**
 * GET /v1/chains/{chain}/records/{id}
 *
 * `unknown` says that this node has never seen it, or has forgotten it: never that it cannot commit.
 */
export const RecordAnswer = Type.Object({
  id: DigestText,
  status: Type.Union([
    Type.Literal('unknown'),
    Type.Literal('pending'),
    Type.Literal('committed'),
    Type.Literal('expired'),
    Type.Literal('refused'),
  ]),
  /** Of a committed record. */
  height: Type.Optional(Height),
  logIndex: Type.Optional(Type.Integer({ minimum: 0 })),
  timeMs: Type.Optional(LedgerTime),
  /** Base64 of the exact bytes, of a committed record. */
  envelope: Type.Optional(Type.String()),
  rejection: Type.Optional(RefusalText),
  asOf: AsOf,
})
export type RecordAnswer = Static<typeof RecordAnswer>
