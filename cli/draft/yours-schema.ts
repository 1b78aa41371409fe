import { type TSchema, Type } from 'typebox'
import { DECISIONS_MAX } from '../../protocol/limits.ts'
import { RelationSchema } from '../../protocol/records/certificates/certificate-parts.ts'
import { PHASE_CONTENTS } from '../../protocol/records/events/event-schemas.ts'
import { CLOSED, LineSchema, oneOf, TextSchema } from '../../protocol/records/schema-parts.ts'
import { DRAFT_FORMAT, DRAFT_KINDS, type DraftKind } from './draft.ts'

const ANSWERS_MAX = 1_024
const PathSchema = Type.String({ minLength: 1 })

const AnswerSchema = Type.Object(
  { path: PathSchema, is: Type.Optional(LineSchema), reason: Type.Optional(TextSchema) },
  CLOSED,
)

const PhasesSchema = Type.Object(
  Object.fromEntries(
    Object.entries<TSchema>(PHASE_CONTENTS).map(([phase, content]) => [
      phase,
      Type.Optional(content),
    ]),
  ),
  CLOSED,
)

/** What a person may fill in: the interface `Yours`, as data. */
const YoursSchema = Type.Object(
  {
    as: Type.Optional(oneOf<DraftKind>(DRAFT_KINDS)),
    output: Type.Optional(PathSchema),
    name: Type.Optional(LineSchema),
    title: Type.Optional(LineSchema),
    description: Type.Optional(TextSchema),
    goal: Type.Optional(TextSchema),
    licence: Type.Optional(LineSchema),
    source: Type.Optional(TextSchema),
    acquisition: Type.Optional(TextSchema),
    relation: Type.Optional(RelationSchema),
    unknown: Type.Optional(TextSchema),
    answers: Type.Optional(Type.Array(AnswerSchema, { maxItems: ANSWERS_MAX })),
    decisions: Type.Optional(Type.Array(TextSchema, { maxItems: DECISIONS_MAX })),
    phases: Type.Optional(PhasesSchema),
  },
  CLOSED,
)

/** A draft but for its captured part, which is looked at after the seal. */
export const DraftSchema = Type.Object(
  {
    format: Type.Literal(DRAFT_FORMAT),
    yours: YoursSchema,
    captured: Type.Unknown(),
    sealed: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    original: Type.String(),
  },
  CLOSED,
)
