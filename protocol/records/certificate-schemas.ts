import { Type } from 'typebox'
import { EDGES_MAX } from '../limits.ts'
import { LedgerSchema } from './ledger-schema.ts'
import {
  CidSchema,
  CLOSED,
  CountSchema,
  DigestSchema,
  LineSchema,
  PayloadSchema,
  SlugSchema,
  TextSchema,
  UriSchema,
  UuidSchema,
} from './schema-parts.ts'

/** The schemas of the birth certificates: what TypeScript says in statement.ts, as data. */

const ArtefactSchema = Type.Object(
  {
    form: Type.Union([Type.Literal('file'), Type.Literal('directory')]),
    name: SlugSchema,
    version: SlugSchema,
    title: Type.Optional(LineSchema),
    bytes: CountSchema,
    files: CountSchema,
    share: Type.Union([Type.Literal('local'), Type.Literal('members')]),
    cid: Type.Optional(CidSchema),
    manifestCid: Type.Optional(CidSchema),
  },
  CLOSED,
)

const EvidenceSchema = Type.Array(
  Type.Object(
    { kind: SlugSchema, digest: DigestSchema, location: Type.Optional(UriSchema) },
    CLOSED,
  ),
  { maxItems: EDGES_MAX },
)

export const DatasetSchema = Type.Object(
  {
    ledger: LedgerSchema,
    artefact: ArtefactSchema,
    description: Type.Optional(TextSchema),
    source: Type.Optional(TextSchema),
    licence: Type.Optional(LineSchema),
    evidence: EvidenceSchema,
    payload: Type.Optional(PayloadSchema),
  },
  CLOSED,
)

const CertifiedDatasetSchema = Type.Object(
  { kind: Type.Literal('certified'), record: DigestSchema, digest: DigestSchema },
  CLOSED,
)

const UnknownDatasetSchema = Type.Object(
  { kind: Type.Literal('unknown'), reason: TextSchema },
  CLOSED,
)

const RelationSchema = Type.Union([
  Type.Literal('finetune'),
  Type.Literal('adapter'),
  Type.Literal('quantized'),
  Type.Literal('merge'),
  Type.Literal('distilled'),
])

const CertifiedParentSchema = Type.Object(
  {
    kind: Type.Literal('certified'),
    record: DigestSchema,
    digest: DigestSchema,
    relation: RelationSchema,
  },
  CLOSED,
)

const ExternalParentSchema = Type.Object(
  {
    kind: Type.Literal('external'),
    uri: UriSchema,
    revision: Type.Optional(LineSchema),
    digest: Type.Optional(DigestSchema),
    relation: RelationSchema,
  },
  CLOSED,
)

export const ModelSchema = Type.Object(
  {
    ledger: LedgerSchema,
    artefact: ArtefactSchema,
    modelId: UuidSchema,
    // Not knowing the data is said openly, as an edge of its own, and never by silence.
    datasets: Type.Array(Type.Union([CertifiedDatasetSchema, UnknownDatasetSchema]), {
      minItems: 1,
      maxItems: EDGES_MAX,
    }),
    parents: Type.Array(Type.Union([CertifiedParentSchema, ExternalParentSchema]), {
      maxItems: EDGES_MAX,
    }),
    description: Type.Optional(TextSchema),
    evidence: EvidenceSchema,
    payload: Type.Optional(PayloadSchema),
  },
  CLOSED,
)
