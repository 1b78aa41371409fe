import { Type } from 'typebox'
import { LedgerSchema } from './ledger-schema.ts'
import {
  CLOSED,
  DidSchema,
  DigestSchema,
  LineSchema,
  SignatureSchema,
  TextSchema,
} from './schema-parts.ts'

/** The schemas of records that speak about an artefact or a key, and do not document one. */

export const RetirementSchema = Type.Object(
  { ledger: LedgerSchema, artefact: DigestSchema, reason: TextSchema },
  CLOSED,
)

export const KeySchema = Type.Object(
  {
    ledger: LedgerSchema,
    key: Type.Object(
      {
        did: DidSchema,
        class: Type.Union([Type.Literal('person'), Type.Literal('source')]),
        name: LineSchema,
        possession: SignatureSchema,
      },
      CLOSED,
    ),
  },
  CLOSED,
)
