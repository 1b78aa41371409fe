import { type TSchema, Type } from 'typebox'
import { DECISIONS_MAX, EDGES_MAX } from '../../limits.ts'
import {
  BoundsSchema,
  EvidenceSchema,
  InputsSchema,
  ReferenceSchema,
  SoftwareListSchema,
  StepsSchema,
} from '../certificates/certificate-parts.ts'
import { LedgerSchema } from '../ledger-schema.ts'
import {
  CLOSED,
  DidSchema,
  DigestSchema,
  LineSchema,
  mapOf,
  oneOf,
  PurlSchema,
  ScalarsSchema,
  SignatureSchema,
  SlugSchema,
  TextSchema,
} from '../schema-parts.ts'
import { PHASES, type Phase } from './events.ts'

/** The schemas of records that speak about an artefact or a key, and register none. */

export const EventSchema = Type.Object(
  {
    ledger: LedgerSchema,
    artefact: DigestSchema,
    event: SlugSchema,
    details: ScalarsSchema,
    references: Type.Optional(mapOf(SlugSchema, ReferenceSchema, { min: 1, max: EDGES_MAX })),
    evidence: EvidenceSchema,
  },
  CLOSED,
)

/** What each phase says: PhaseContents of events.ts, as data. */
export const PHASE_CONTENTS = {
  requirements: Type.Object({ goal: TextSchema }, CLOSED),
  collection: Type.Object(
    {
      acquisition: TextSchema,
      sensorModel: Type.Optional(TextSchema),
      environment: Type.Optional(ScalarsSchema),
      bounds: Type.Optional(BoundsSchema),
    },
    CLOSED,
  ),
  cleaning: Type.Object({ steps: StepsSchema }, CLOSED),
  labelling: Type.Object(
    {
      method: TextSchema,
      instructions: TextSchema,
      software: PurlSchema,
      person: LineSchema,
    },
    CLOSED,
  ),
  features: Type.Object({ steps: StepsSchema }, CLOSED),
  training: Type.Object(
    {
      hyperparameters: ScalarsSchema,
      software: Type.Optional(SoftwareListSchema),
      hardware: Type.Optional(ScalarsSchema),
    },
    CLOSED,
  ),
  evaluation: Type.Object(
    { metrics: ScalarsSchema, datasets: Type.Optional(InputsSchema) },
    CLOSED,
  ),
  deployment: Type.Object({ pipeline: ReferenceSchema, place: Type.Optional(TextSchema) }, CLOSED),
  monitoring: Type.Object({ thresholds: BoundsSchema }, CLOSED),
} as const satisfies Record<Phase, TSchema>

function phaseSchema(phase: Phase): TSchema {
  return Type.Object(
    {
      ledger: LedgerSchema,
      artefact: DigestSchema,
      phase: Type.Literal(phase),
      content: Type.Optional(PHASE_CONTENTS[phase]),
      decisions: Type.Optional(Type.Array(TextSchema, { minItems: 1, maxItems: DECISIONS_MAX })),
      supersedes: Type.Optional(DigestSchema),
      evidence: EvidenceSchema,
    },
    CLOSED,
  )
}

/** One schema for each phase: what it says depends on which it is. */
export const PHASE_SCHEMAS = Object.fromEntries(
  PHASES.map((phase) => [phase, phaseSchema(phase)]),
) as Readonly<Record<Phase, TSchema>>

export const PhaseSchema = Type.Union(Object.values(PHASE_SCHEMAS))

export const KeySchema = Type.Object(
  {
    ledger: LedgerSchema,
    key: Type.Object(
      {
        did: DidSchema,
        class: oneOf(['person', 'source']),
        name: LineSchema,
        possession: SignatureSchema,
      },
      CLOSED,
    ),
  },
  CLOSED,
)

export const RejoinSchema = Type.Object(
  { ledger: LedgerSchema, consensusKey: DidSchema, nonce: DigestSchema },
  CLOSED,
)
