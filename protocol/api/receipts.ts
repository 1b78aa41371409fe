import { type Static, Type } from 'typebox'

/** GET /v1/chains/{chain}/receipts/{id}: the receipt file (chain/receipt formats), octets. */
export const ReceiptQuery = Type.Object(
  {
    /** With the records and proofs of all ancestors; the default is true. */
    ancestors: Type.Optional(Type.Boolean()),
    /** With everything that was said of it: events, phases, recalls, answers; the default is false. */
    full: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type ReceiptQuery = Static<typeof ReceiptQuery>
