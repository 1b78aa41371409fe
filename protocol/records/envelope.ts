import { concatBytes, EMPTY_BYTES } from '../bytes.ts'
import { type Digest, digestOf } from '../digest.ts'
import { base64Decode, base64Encode } from '../encoding/base64.ts'
import { canonicalJson, parseCanonicalJson } from '../encoding/canonical-json.ts'
import { schemaCheck } from '../encoding/schema.ts'
import { utf8Encode } from '../encoding/utf8.ts'
import { ENVELOPE_BYTES_MAX, JSON_DEPTH_MAX } from '../limits.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { checkConsistency } from './consistency.ts'
import { keyOfDid } from './did-key.ts'
import { type DsseEnvelope, EnvelopeSchema, PAYLOAD_TYPE } from './envelope-schema.ts'
import type { LedgerRecord } from './record.ts'
import { recordTypeOf } from './schemas.ts'
import type { Statement } from './statement.ts'

const checkEnvelope = schemaCheck(EnvelopeSchema)

/** DSSE v1: "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body, lengths in decimal bytes. */
export function preAuthEncoding(type: string, body: Uint8Array): Uint8Array {
  const typeBytes = utf8Encode(type)
  return concatBytes(
    utf8Encode(`DSSEv1 ${typeBytes.length} `),
    typeBytes,
    utf8Encode(` ${body.length} `),
    body,
  )
}

/** What the author of a statement signs. */
export function recordSignable(statement: Uint8Array): Uint8Array {
  return preAuthEncoding(PAYLOAD_TYPE, statement)
}

/** The id of the record that carries a statement: it depends on no signature. */
export function recordIdOf(statement: Uint8Array): Digest {
  return digestOf(recordSignable(statement))
}

/**
 * The one byte form of a record.
 *
 * @param statement canonical JSON of an in-toto Statement
 * @param signature 64 bytes over `recordSignable(statement)`
 */
export function sealEnvelope(statement: Uint8Array, signature: Uint8Array): Uint8Array {
  return canonicalJson({
    payload: base64Encode(statement),
    payloadType: PAYLOAD_TYPE,
    signatures: [{ sig: base64Encode(signature) }],
  })
}

/**
 * Reads an envelope that a stranger may have sent: size, then form, then schema. The signature is
 * not checked here, because which key counts is a question to the state.
 */
export function parseEnvelope(envelope: Uint8Array): LedgerRecord | Rejection {
  const opened = openEnvelope(envelope)
  if (isRejection(opened)) return opened
  const statement = parseCanonicalJson(opened.body, JSON_DEPTH_MAX)
  if (isRejection(statement)) return statement
  const type = recordTypeOf(statement)
  if (isRejection(type)) return type
  const typed = statement as unknown as Statement
  const inconsistency = checkConsistency(type, typed)
  if (inconsistency !== undefined) return inconsistency
  const key = keyOfDid(typed.predicate.ledger.author)
  if (isRejection(key)) return key
  const message = recordSignable(opened.body)
  // The schema of `type` admitted the statement, so type and predicate belong together.
  return {
    type,
    id: digestOf(message),
    envelope,
    envelopeDigest: digestOf(envelope),
    ledger: typed.predicate.ledger,
    statement: typed,
    check: { key, message, signature: opened.signature },
  } as LedgerRecord
}

interface OpenedEnvelope {
  readonly body: Uint8Array
  /** 64 bytes. */
  readonly signature: Uint8Array
}

function openEnvelope(envelope: Uint8Array): OpenedEnvelope | Rejection {
  if (envelope.length > ENVELOPE_BYTES_MAX) {
    return refuse('too-large', `an envelope of ${envelope.length} bytes`)
  }
  const json = parseCanonicalJson(envelope, JSON_DEPTH_MAX)
  if (isRejection(json)) return json
  const fault = checkEnvelope(json)
  if (fault !== undefined) return fault
  const { payload, signatures } = json as unknown as DsseEnvelope
  const body = base64Decode(payload)
  if (body === undefined) return refuse('not-canonical', '/payload: must be padded base64')
  const signature = base64Decode(signatures[0].sig) ?? EMPTY_BYTES
  return { body, signature }
}
