import { type TSchema, Type } from 'typebox'
import { type SchemaCheck, schemaCheck } from '../encoding/schema.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import {
  ArtefactOfTypeSchema,
  DatasetSchema,
  ModelSchema,
  PipelineSchema,
  RawDataSchema,
} from './certificates/certificate-schemas.ts'
import {
  EventSchema,
  KeySchema,
  PHASE_SCHEMAS,
  PhaseSchema,
  RejoinSchema,
} from './events/event-schemas.ts'
import { PHASES } from './events/events.ts'
import {
  AdvisorySchema,
  ApprovalSchema,
  RecallSchema,
  StatusSchema,
  WithdrawalSchema,
} from './events/recall-schemas.ts'
import { CLOSED, DigestSchema, LineSchema } from './schema-parts.ts'
import { PREDICATE_TYPES, type RecordType } from './statement.ts'

/** The predicate of every record type, as JSON Schema; `Predicates` (statement.ts) has their types. */
export const PREDICATE_SCHEMAS = {
  'raw-data': RawDataSchema,
  dataset: DatasetSchema,
  model: ModelSchema,
  pipeline: PipelineSchema,
  artefact: ArtefactOfTypeSchema,
  event: EventSchema,
  phase: PhaseSchema,
  recall: RecallSchema,
  approval: ApprovalSchema,
  advisory: AdvisorySchema,
  withdrawal: WithdrawalSchema,
  status: StatusSchema,
  key: KeySchema,
  rejoin: RejoinSchema,
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

export const RECORD_TYPES = Object.keys(PREDICATE_TYPES) as readonly RecordType[]

export const STATEMENT_SCHEMAS = byType((type) => statementSchema(type, PREDICATE_SCHEMAS[type]))

function byType<V>(make: (type: RecordType) => V): Readonly<Record<RecordType, V>> {
  return Object.fromEntries(RECORD_TYPES.map((type) => [type, make(type)])) as Record<RecordType, V>
}

function statementSchema(type: RecordType, predicate: TSchema): TSchema {
  return Type.Object(
    {
      _type: Type.Literal('https://in-toto.io/Statement/v1'),
      subject: SubjectsSchema,
      predicateType: Type.Literal(PREDICATE_TYPES[type]),
      predicate,
    },
    CLOSED,
  )
}

const CHECKS: Readonly<Record<RecordType, SchemaCheck>> = {
  ...byType((type) => schemaCheck(STATEMENT_SCHEMAS[type])),
  phase: checkPhase,
}

const PHASE_CHECKS = new Map<unknown, SchemaCheck>(
  PHASES.map((phase) => [phase, schemaCheck(statementSchema('phase', PHASE_SCHEMAS[phase]))]),
)
const checkAnyPhase = schemaCheck(STATEMENT_SCHEMAS.phase)

/** By the phase that it names: the faults of a union of all phases name no field. */
function checkPhase(statement: unknown): Rejection | undefined {
  const { predicate } = statement as { readonly predicate?: unknown }
  if (typeof predicate !== 'object' || predicate === null) return checkAnyPhase(statement)
  const { phase } = predicate as { readonly phase?: unknown }
  const check = PHASE_CHECKS.get(phase)
  return check === undefined
    ? refuse('schema-violation', `/predicate/phase: must be one of ${PHASES.join(', ')}`)
    : check(statement)
}

/** Which record type a statement of any shape is, once its schema admits it. */
export function recordTypeOf(statement: unknown): RecordType | Rejection {
  const type = dispatch(statement)
  return isRejection(type) ? type : (CHECKS[type](statement) ?? type)
}

const TYPE_BY_PREDICATE = new Map<string, RecordType>(
  RECORD_TYPES.map((type) => [PREDICATE_TYPES[type], type]),
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
