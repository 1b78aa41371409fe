import { type Static, Type } from 'typebox'
import { CLOSED, SignatureSchema } from './schema-parts.ts'

export const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/**
 * DSSE with exactly one signature and no `keyid`: the author is named inside what is signed,
 * otherwise a member could sign another's statement again as his own.
 */
export const EnvelopeSchema = Type.Object(
  {
    payload: Type.String(),
    payloadType: Type.Literal(PAYLOAD_TYPE),
    signatures: Type.Tuple([Type.Object({ sig: SignatureSchema }, CLOSED)]),
  },
  CLOSED,
)

export type DsseEnvelope = Static<typeof EnvelopeSchema>
