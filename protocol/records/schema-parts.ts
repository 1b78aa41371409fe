import { type Static, type TSchema, type TString, type TUnsafe, Type } from 'typebox'
import type { Digest } from '../digest.ts'
import { NAME_CHARS_MAX, SCALAR_CHARS_MAX, SCALARS_MAX, TEXT_CHARS_MAX } from '../limits.ts'

/**
 * The building blocks of every schema. Lengths are part of the patterns and count code points:
 * TypeBox's maxLength counts grapheme clusters, which change with the Unicode version of a runtime.
 */

const CONTROL = '\\u0000-\\u001f\\u007f-\\u009f'
/** Control characters but for the line feed and the tab. */
const CONTROL_IN_TEXT = '\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f'

export const DigestSchema = Type.Unsafe<Digest>(Type.String({ pattern: '^[0-9a-f]{64}$' }))

/** Lowercase, so that two names never differ by case or normalisation alone. */
export const SlugSchema = Type.String({ pattern: `^[a-z0-9][a-z0-9._-]{0,${NAME_CHARS_MAX - 1}}$` })

/** One line for people. */
export const LineSchema = Type.String({ pattern: `^[^${CONTROL}]{1,${NAME_CHARS_MAX}}$` })

/** Free text; no escape sequence reaches a terminal through it. */
export const TextSchema = Type.String({ pattern: `^[^${CONTROL_IN_TEXT}]{1,${TEXT_CHARS_MAX}}$` })

export const UriSchema = Type.String({ pattern: '^[a-z][a-z0-9+.-]{0,31}:[!-~]{1,2048}$' })

export const DidSchema = Type.String({ pattern: '^did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{44}$' })

/** 64 bytes in padded base64; the last digit carries two bits. */
export const SignatureSchema = Type.String({ pattern: '^[A-Za-z0-9+/]{85}[AQgw]==$' })

/** CID v1, SHA-256, raw or dag-pb, in its one base32 form. */
export const CidSchema = Type.String({ pattern: '^baf(?:krei|ybei)[a-h][a-z2-7]{50}[aeimquy4]$' })

export const UuidSchema = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
})

/** What an author cannot say in one payload goes into an artefact. */
export const PayloadSchema = Type.String({
  pattern: '^(?:[A-Za-z0-9+/]{4}){0,8192}(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)?$',
})

export const CountSchema = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
export const PositiveSchema = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

/** RFC 3986 letters of a package URL; what they mean is a question to a library. */
export const PurlSchema = Type.String({ pattern: '^pkg:[a-z][a-z0-9.+-]{0,31}/[!-~]{1,512}$' })

const ScalarTextSchema = Type.String({
  pattern: `^[^${CONTROL_IN_TEXT}]{0,${SCALAR_CHARS_MAX}}$`,
})

export const ScalarSchema = Type.Union([ScalarTextSchema, Type.Number(), Type.Boolean()])

export const CLOSED = { additionalProperties: false } as const

/** Values by name. JSON Schema admits anything under a name that its pattern does not match, unless closed. */
export function mapOf<V extends TSchema>(
  names: TString,
  values: V,
  { min = 0, max }: { readonly min?: number; readonly max: number },
): TUnsafe<Readonly<Record<string, Static<V>>>> {
  const map = Type.Record(names, values, { minProperties: min, maxProperties: max })
  return Type.Unsafe<Readonly<Record<string, Static<V>>>>({ ...map, ...CLOSED })
}

/** `Scalars`: named values. */
export const ScalarsSchema = mapOf(LineSchema, ScalarSchema, { max: SCALARS_MAX })

/** Literals of one list, as a schema. */
export function oneOf<T extends string>(names: readonly T[]) {
  return Type.Unsafe<T>(Type.Union(names.map((name) => Type.Literal(name))))
}
