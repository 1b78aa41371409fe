import { Type } from 'typebox'
import type { Digest } from '../../digest.ts'
import { base64Decode } from '../../encoding/base64.ts'
import { canonicalJson } from '../../encoding/canonical-json.ts'
import { schemaCheck } from '../../encoding/schema.ts'
import { utf8Decode } from '../../encoding/utf8.ts'
import { ENVELOPE_BYTES_MAX } from '../../limits.ts'
import { isRejection, type Rejection, refuse } from '../../rejection.ts'
import {
  CidSchema,
  CLOSED,
  DigestSchema,
  LineSchema,
  PayloadSchema,
  UuidSchema,
} from '../schema-parts.ts'

/**
 * Listing 1.1 of "ML models in industrial blockchain": the eight kebab-case keys of a model's birth
 * certificate, for exchange with systems that speak it. What the paper prints is cut short (hashes
 * that end in "...", a model id of 37 characters); such values are refused with their own words.
 */
export interface Listing {
  readonly modelName: string
  /** UUID. */
  readonly modelId: string
  /** Null where the listing says "None". */
  readonly parent: { readonly modelName: string; readonly modelId: string } | null
  /** The paper names no algorithm: Pedigree takes and gives SHA-256. */
  readonly trainingDataHash: Digest
  /** The CID of `ipfs://CID`; null for confidential data, whose hash alone is published. */
  readonly trainingDataCid: string | null
  /** Opaque, base64. */
  readonly payload: string
}

/** How the paper writes that something is absent. */
const NONE = 'None'
const IPFS = 'ipfs://'

const LISTING_KEYS = [
  'record-type',
  'model-name',
  'model-id',
  'parent-model-name',
  'parent-model-id',
  'training-data-hash',
  'training-data-url',
  'payload',
] as const
type ListingText = Readonly<Record<(typeof LISTING_KEYS)[number], string>>

const checkKeys = schemaCheck(
  Type.Object(Object.fromEntries(LISTING_KEYS.map((key) => [key, Type.String()])), CLOSED),
)
const checkName = schemaCheck(LineSchema)
const checkUuid = schemaCheck(UuidSchema)
const checkDigest = schemaCheck(DigestSchema)
const checkCid = schemaCheck(CidSchema)
const checkPayload = schemaCheck(PayloadSchema)

/** Reads a listing: JSON in any layout, for it comes from elsewhere and nothing is signed over it. */
export function importListing(bytes: Uint8Array): Listing | Rejection {
  if (bytes.length > ENVELOPE_BYTES_MAX) return refuse('too-large', `${bytes.length} bytes`)
  const parsed = parseText(bytes)
  if (parsed === undefined) return refuse('malformed', 'not JSON in UTF-8')
  const fault = checkKeys(parsed.json)
  if (fault !== undefined) return fault
  const text = parsed.json as ListingText
  return checkRecordType(text) ?? checkValues(text) ?? listingOf(text)
}

/** Writes the listing, all eight keys, "None" for what is absent. */
export function exportListing(listing: Listing): Uint8Array {
  const { modelName, modelId, parent, trainingDataHash, trainingDataCid, payload } = listing
  const text: ListingText = {
    'record-type': 'model',
    'model-name': modelName,
    'model-id': modelId,
    'parent-model-name': parent?.modelName ?? NONE,
    'parent-model-id': parent?.modelId ?? NONE,
    'training-data-hash': trainingDataHash,
    'training-data-url': trainingDataCid === null ? NONE : IPFS + trainingDataCid,
    payload,
  }
  return canonicalJson(text)
}

function parseText(bytes: Uint8Array): { readonly json: unknown } | undefined {
  const text = utf8Decode(bytes)
  if (text === undefined) return undefined
  try {
    return { json: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

function checkRecordType(text: ListingText): Rejection | undefined {
  const type = text['record-type']
  return type === 'model' ? undefined : refuse('unknown-type', `/record-type: ${type.slice(0, 64)}`)
}

function checkValues(text: ListingText): Rejection | undefined {
  return (
    named('model-name', text, checkName, 'must be one line of 1 to 128 characters') ??
    named('model-id', text, checkUuid, 'must be a lowercase UUID of 36 characters') ??
    checkParent(text) ??
    named('training-data-hash', text, checkDigest, 'must be a whole SHA-256, 64 hex digits') ??
    checkUrl(text) ??
    named('payload', text, checkPayload, 'must be padded base64') ??
    checkPadding(text)
  )
}

function named(
  key: keyof ListingText,
  text: ListingText,
  check: (value: unknown) => Rejection | undefined,
  what: string,
): Rejection | undefined {
  return isRejection(check(text[key])) ? fault(key, what) : undefined
}

function checkParent(text: ListingText): Rejection | undefined {
  const hasName = text['parent-model-name'] !== NONE
  if (hasName !== (text['parent-model-id'] !== NONE)) {
    return fault('parent-model-id', 'must be "None" exactly when parent-model-name is')
  }
  if (!hasName) return undefined
  return (
    named('parent-model-name', text, checkName, 'must be one line of 1 to 128 characters') ??
    named('parent-model-id', text, checkUuid, 'must be "None" or a lowercase UUID')
  )
}

function checkUrl(text: ListingText): Rejection | undefined {
  const url = text['training-data-url']
  const isGood = url === NONE || (url.startsWith(IPFS) && !checkCid(url.slice(IPFS.length)))
  return isGood ? undefined : fault('training-data-url', 'must be "None" or ipfs:// and a CID v1')
}

function checkPadding({ payload }: ListingText): Rejection | undefined {
  return base64Decode(payload) === undefined ? fault('payload', 'has stray bits') : undefined
}

function listingOf(text: ListingText): Listing {
  const url = text['training-data-url']
  return {
    modelName: text['model-name'],
    modelId: text['model-id'],
    parent:
      text['parent-model-id'] === NONE
        ? null
        : { modelName: text['parent-model-name'], modelId: text['parent-model-id'] },
    trainingDataHash: text['training-data-hash'] as Digest,
    trainingDataCid: url === NONE ? null : url.slice(IPFS.length),
    payload: text.payload,
  }
}

function fault(key: keyof ListingText, what: string): Rejection {
  return refuse('schema-violation', `/${key}: ${what}`)
}
