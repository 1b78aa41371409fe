import { Type } from 'typebox'
import { LedgerSchema } from '../ledger-schema.ts'
import {
  CLOSED,
  LineSchema,
  PayloadSchema,
  ScalarsSchema,
  SlugSchema,
  TextSchema,
  UuidSchema,
} from '../schema-parts.ts'
import {
  ArtefactSchema,
  BoundsSchema,
  CaptureSchema,
  ComponentsSchema,
  DatasetsSchema,
  EvidenceSchema,
  InputsSchema,
  ParentsSchema,
  ReferenceSchema,
  SettingsSchema,
  SoftwareListSchema,
  StepsSchema,
} from './certificate-parts.ts'

/** The schemas of the birth certificates: what TypeScript says in certificates.ts, as data. */

const common = {
  ledger: LedgerSchema,
  artefact: ArtefactSchema,
  description: Type.Optional(TextSchema),
  evidence: EvidenceSchema,
  payload: Type.Optional(PayloadSchema),
  software: Type.Optional(SoftwareListSchema),
  capture: Type.Optional(CaptureSchema),
}

export const RawDataSchema = Type.Object(
  {
    ...common,
    source: TextSchema,
    acquisition: TextSchema,
    dataType: Type.Optional(LineSchema),
    sensor: Type.Optional(TextSchema),
    licence: Type.Optional(LineSchema),
    bounds: Type.Optional(BoundsSchema),
  },
  CLOSED,
)

export const DatasetSchema = Type.Object(
  {
    ...common,
    source: Type.Optional(TextSchema),
    acquisition: Type.Optional(TextSchema),
    dataType: Type.Optional(LineSchema),
    licence: Type.Optional(LineSchema),
    bounds: Type.Optional(BoundsSchema),
    inputs: Type.Optional(InputsSchema),
    steps: Type.Optional(StepsSchema),
  },
  CLOSED,
)

export const ModelSchema = Type.Object(
  {
    ...common,
    modelId: UuidSchema,
    datasets: DatasetsSchema,
    parents: ParentsSchema,
    pipeline: Type.Optional(ReferenceSchema),
    licence: Type.Optional(LineSchema),
  },
  CLOSED,
)

export const PipelineSchema = Type.Object(
  {
    ...common,
    components: ComponentsSchema,
    software: SoftwareListSchema,
    configuration: SettingsSchema,
    resources: Type.Optional(ScalarsSchema),
    security: Type.Optional(ScalarsSchema),
    inputs: Type.Optional(InputsSchema),
  },
  CLOSED,
)

export const ArtefactOfTypeSchema = Type.Object(
  {
    ...common,
    type: SlugSchema,
    inputs: InputsSchema,
    content: Type.Optional(ScalarsSchema),
  },
  CLOSED,
)
