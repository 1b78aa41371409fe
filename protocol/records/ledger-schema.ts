import { Type } from 'typebox'
import { CLOSED, DidSchema, DigestSchema, PositiveSchema } from './schema-parts.ts'

/** `LedgerFields`: where and when a record belongs. */
export const LedgerSchema = Type.Object(
  { chain: DigestSchema, author: DidSchema, nonce: PositiveSchema, expires: PositiveSchema },
  CLOSED,
)
