import { type TSchema, Type } from 'typebox'
import { type SchemaCheck, schemaCheck } from '../encoding/schema.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { DatasetSchema, ModelSchema } from './certificate-schemas.ts'
import { KeySchema, RetirementSchema } from './event-schemas.ts'
import { CLOSED, DigestSchema, LineSchema } from './schema-parts.ts'
import { PREDICATE_TYPES, type RecordType } from './statement.ts'

/** The predicate of every record type, as JSON Schema; the types they describe are in statement.ts. */
export const PREDICATE_SCHEMAS = {
  dataset: DatasetSchema,
  model: ModelSchema,
  retirement: RetirementSchema,
  key: KeySchema,
} as const satisfies Record<RecordType, TSchema>

const SubjectDigestSchema = Type.Union([
  Type.Object({ sha256: DigestSchema }, CLOSED),
  Type.Object({ 'pedigree-salted-sha256': DigestSchema }, CLOSED),
])

/** A record speaks of exactly one thing. */
const SubjectsSchema = Type.Array(
  Type.Object({ name: LineSchema, digest: SubjectDigestSchema }, CLOSED),
  { minItems: 1, maxItems: 1 },
)

export const STATEMENT_SCHEMAS = {
  dataset: statementSchema('dataset'),
  model: statementSchema('model'),
  retirement: statementSchema('retirement'),
  key: statementSchema('key'),
} as const satisfies Record<RecordType, TSchema>

function statementSchema(type: RecordType): TSchema {
  return Type.Object(
    {
      _type: Type.Literal('https://in-toto.io/Statement/v1'),
      subject: SubjectsSchema,
      predicateType: Type.Literal(PREDICATE_TYPES[type]),
      predicate: PREDICATE_SCHEMAS[type],
    },
    CLOSED,
  )
}

const CHECKS: Record<RecordType, SchemaCheck> = {
  dataset: schemaCheck(STATEMENT_SCHEMAS.dataset),
  model: schemaCheck(STATEMENT_SCHEMAS.model),
  retirement: schemaCheck(STATEMENT_SCHEMAS.retirement),
  key: schemaCheck(STATEMENT_SCHEMAS.key),
}

/** Which record type a statement of any shape is, once its schema admits it. */
export function recordTypeOf(statement: unknown): RecordType | Rejection {
  const type = dispatch(statement)
  return isRejection(type) ? type : (CHECKS[type](statement) ?? type)
}

const TYPE_BY_PREDICATE = new Map<string, RecordType>(
  (Object.keys(PREDICATE_TYPES) as RecordType[]).map((type) => [PREDICATE_TYPES[type], type]),
)
const VERSION = /\/v[0-9]+$/
const KNOWN_BASES = new Set([...TYPE_BY_PREDICATE.keys()].map((uri) => uri.replace(VERSION, '')))

function dispatch(statement: unknown): RecordType | Rejection {
  const uri = predicateTypeOf(statement)
  if (uri === undefined) return refuse('schema-violation', '/predicateType: must be string')
  const type = TYPE_BY_PREDICATE.get(uri)
  if (type !== undefined) return type
  const shown = uri.slice(0, 128)
  return KNOWN_BASES.has(uri.replace(VERSION, ''))
    ? refuse('unknown-version', `${shown} is not a version that this software knows`)
    : refuse('unknown-type', `${shown} is not a record type`)
}

function predicateTypeOf(statement: unknown): string | undefined {
  if (typeof statement !== 'object' || statement === null) return undefined
  const { predicateType } = statement as { readonly predicateType?: unknown }
  return typeof predicateType === 'string' ? predicateType : undefined
}
