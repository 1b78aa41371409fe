import { type TSchema, Type } from 'typebox'
import {
  BOUNDS_MAX,
  COMPONENT_LEVELS_MAX,
  COMPONENTS_MAX,
  EDGES_MAX,
  PROCESSES_MAX,
  SETTINGS_MAX,
  SOFTWARE_MAX,
  STEPS_MAX,
} from '../../limits.ts'
import {
  CidSchema,
  CLOSED,
  CountSchema,
  DigestSchema,
  LineSchema,
  oneOf,
  PositiveSchema,
  PurlSchema,
  ScalarSchema,
  ScalarsSchema,
  SlugSchema,
  TextSchema,
  UriSchema,
} from '../schema-parts.ts'
import type { CaptureLayer, How, Relation } from './certificates.ts'

/** What the schemas of several certificates share: the interfaces of certificates.ts, as data. */

export const ArtefactSchema = Type.Object(
  {
    form: oneOf(['file', 'directory']),
    name: SlugSchema,
    version: SlugSchema,
    title: Type.Optional(LineSchema),
    bytes: CountSchema,
    files: CountSchema,
    share: oneOf(['local', 'members']),
    cid: Type.Optional(CidSchema),
    manifestCid: Type.Optional(CidSchema),
  },
  CLOSED,
)

export const EvidenceSchema = Type.Array(
  Type.Object(
    { kind: SlugSchema, digest: DigestSchema, location: Type.Optional(UriSchema) },
    CLOSED,
  ),
  { maxItems: EDGES_MAX },
)

export const HowSchema = oneOf<How>(['observed', 'declared', 'inferred'])

export const RelationSchema = oneOf<Relation>([
  'finetune',
  'adapter',
  'quantized',
  'merge',
  'distilled',
])

export const SoftwareListSchema = Type.Array(
  Type.Object({ purl: PurlSchema, how: Type.Optional(HowSchema) }, CLOSED),
  { maxItems: SOFTWARE_MAX },
)

export const StepsSchema = Type.Array(
  Type.Object(
    {
      method: TextSchema,
      parameters: ScalarsSchema,
      software: PurlSchema,
      command: Type.Optional(TextSchema),
    },
    CLOSED,
  ),
  { minItems: 1, maxItems: STEPS_MAX },
)

export const BoundsSchema = Type.Array(
  Type.Object(
    {
      field: LineSchema,
      min: Type.Optional(Type.Number()),
      max: Type.Optional(Type.Number()),
      unit: Type.Optional(LineSchema),
      outside: Type.Optional(CountSchema),
    },
    CLOSED,
  ),
  { minItems: 1, maxItems: BOUNDS_MAX },
)

export const SubsetSchema = Type.Object(
  {
    kind: oneOf(['files', 'indices']),
    digest: DigestSchema,
    count: PositiveSchema,
    of: PositiveSchema,
  },
  CLOSED,
)

const CertifiedInputSchema = Type.Object(
  {
    kind: Type.Literal('certified'),
    record: DigestSchema,
    digest: DigestSchema,
    how: Type.Optional(HowSchema),
    subset: Type.Optional(SubsetSchema),
  },
  CLOSED,
)

const UnknownInputSchema = Type.Object(
  {
    kind: Type.Literal('unknown'),
    reason: TextSchema,
    how: Type.Optional(HowSchema),
    digest: Type.Optional(DigestSchema),
  },
  CLOSED,
)

const NoDataSchema = Type.Object(
  { kind: Type.Literal('none'), reason: TextSchema, how: Type.Optional(HowSchema) },
  CLOSED,
)

export const InputsSchema = Type.Array(Type.Union([CertifiedInputSchema, UnknownInputSchema]), {
  maxItems: EDGES_MAX,
})

/** Not knowing, and using none, are said openly, as an edge, and never by silence. */
export const DatasetsSchema = Type.Array(
  Type.Union([CertifiedInputSchema, UnknownInputSchema, NoDataSchema]),
  { minItems: 1, maxItems: EDGES_MAX },
)

const CertifiedParentSchema = Type.Object(
  {
    kind: Type.Literal('certified'),
    record: DigestSchema,
    digest: DigestSchema,
    relation: RelationSchema,
    how: Type.Optional(HowSchema),
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
    how: Type.Optional(HowSchema),
  },
  CLOSED,
)

export const ParentsSchema = Type.Array(Type.Union([CertifiedParentSchema, ExternalParentSchema]), {
  maxItems: EDGES_MAX,
})

export const ReferenceSchema = Type.Object({ record: DigestSchema, digest: DigestSchema }, CLOSED)

export const CaptureSchema = Type.Object(
  {
    sealed: DigestSchema,
    layers: Type.Array(oneOf<CaptureLayer>(['strace', 'python', 'snapshot', 'log', 'flags']), {
      minItems: 1,
      maxItems: 5,
    }),
    command: Type.Optional(TextSchema),
    code: Type.Optional(
      Type.Object(
        {
          commit: Type.String({ pattern: '^[0-9a-f]{40}(?:[0-9a-f]{24})?$' }),
          dirty: Type.Optional(DigestSchema),
        },
        CLOSED,
      ),
    ),
    startedMs: CountSchema,
    durationMs: CountSchema,
    exitCode: Type.Integer({ minimum: 0, maximum: 255 }),
    filesRead: CountSchema,
    filesWritten: CountSchema,
    endpoints: CountSchema,
    changed: CountSchema,
    opaque: Type.Optional(TextSchema),
  },
  CLOSED,
)

export const SettingsSchema = Type.Array(
  Type.Object(
    { key: LineSchema, value: ScalarSchema, default: Type.Optional(ScalarSchema) },
    CLOSED,
  ),
  { maxItems: SETTINGS_MAX },
)

/** Components inside components, down to a fixed level: a schema that ends needs no recursion. */
function componentsSchema(levels: number): TSchema {
  const below = levels > 1 ? { components: Type.Optional(componentsSchema(levels - 1)) } : {}
  const component = Type.Object(
    {
      name: SlugSchema,
      kind: SlugSchema,
      processes: Type.Array(TextSchema, { maxItems: PROCESSES_MAX }),
      ...below,
      software: Type.Optional(SoftwareListSchema),
      configuration: Type.Optional(SettingsSchema),
    },
    CLOSED,
  )
  return Type.Array(component, { minItems: 1, maxItems: COMPONENTS_MAX })
}

export const ComponentsSchema = componentsSchema(COMPONENT_LEVELS_MAX)
