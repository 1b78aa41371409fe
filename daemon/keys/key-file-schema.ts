import { Type } from 'typebox'
import { schemaCheck } from '../../protocol/encoding/schema.ts'
import { KEY_FORMAT, type KeyFile } from '../../protocol/home.ts'
import { CLOSED, DidSchema, LineSchema } from '../../protocol/records/schema-parts.ts'
import { parseJson } from '../json-file.ts'

const CLASSES = ['admin', 'person', 'source', 'record', 'consensus', 'network'] as const

const KeyFileSchema = Type.Object(
  {
    format: Type.Literal(KEY_FORMAT),
    class: Type.Union(CLASSES.map((name) => Type.Literal(name))),
    name: LineSchema,
    did: DidSchema,
    /** Base64 of 32 bytes. */
    secret: Type.String({ pattern: '^[A-Za-z0-9+/]{43}=$' }),
  },
  CLOSED,
)

const checkKeyFile = schemaCheck(KeyFileSchema)

/** Undefined for anything that is no key file; says no more, so that no part of a secret is ever printed. */
export function readKeyFileJson(bytes: Uint8Array): KeyFile | undefined {
  const json = parseJson(bytes)
  return checkKeyFile(json) === undefined ? (json as KeyFile) : undefined
}
