import { gunzipSync, gzipSync } from 'node:zlib'
import { type Digest, digestOf } from '../../protocol/digest.ts'
import { base64Decode, base64Encode } from '../../protocol/encoding/base64.ts'
import { canonicalJson, type JsonValue } from '../../protocol/encoding/canonical-json.ts'
import { cliError } from '../cli-error.ts'
import { CAPTURE_BYTES_MAX } from './draft-limits.ts'

/** A capture as it was, beside the copy that a person may change. */
export interface Sealed {
  /** SHA-256 of the canonical JSON. */
  readonly digest: Digest
  /** Base64 of the canonical JSON, compressed by gzip. */
  readonly original: string
}

/** @param capture plain JSON @throws CliError `draft-too-large` */
export function seal(capture: unknown): Sealed {
  const bytes = canonicalJson(wellFormed(capture))
  if (bytes.length > CAPTURE_BYTES_MAX) {
    throw cliError(
      'draft-too-large',
      `the capture takes ${bytes.length} bytes: no draft holds it`,
      {
        hint: 'run the command with fewer files in view: fewer, larger files, or a smaller project',
      },
    )
  }
  return { digest: digestOf(bytes), original: base64Encode(gzipSync(bytes, { level: 6 })) }
}

/** As a draft says it, before anyone has looked at it. */
interface Packed {
  readonly digest: string
  readonly original: string
}

/**
 * The canonical JSON that was sealed.
 *
 * @param path of the draft
 * @throws CliError `draft-seal-broken` when the seal, or what it seals, was changed
 */
export function unseal(path: string, { digest, original }: Packed): Uint8Array {
  const packed = base64Decode(original.replace(/\s+/g, ''))
  const bytes = packed === undefined ? undefined : unzipped(packed)
  if (bytes !== undefined && digestOf(bytes) === digest) return bytes
  throw cliError(
    'draft-seal-broken',
    `${path}: the sealed part was changed: seal and capture differ`,
    {
      hint: 'restore the lines `sealed` and `original`, or run the command again; facts may be changed under `captured`',
    },
  )
}

function unzipped(packed: Uint8Array): Uint8Array | undefined {
  try {
    return new Uint8Array(gunzipSync(packed, { maxOutputLength: CAPTURE_BYTES_MAX }))
  } catch {
    return undefined
  }
}

/** Lone surrogates have no UTF-8 form; JSON would carry them, a digest cannot. */
export function wellFormed(value: unknown): JsonValue {
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value !== 'object' || value === null) return value as JsonValue
  if (Array.isArray(value)) return value.map(wellFormed)
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return Object.fromEntries(entries.map(([key, inner]) => [key.toWellFormed(), wellFormed(inner)]))
}
