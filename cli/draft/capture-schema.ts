import { Type } from 'typebox'
import { HowSchema } from '../../protocol/records/certificates/certificate-parts.ts'
import type { CaptureLayer } from '../../protocol/records/certificates/certificates.ts'
import { CLOSED, CountSchema, oneOf, ScalarSchema } from '../../protocol/records/schema-parts.ts'
import type { FileRole } from '../capture/capture.ts'

/** The interfaces of capture.ts, as data: what a draft may hold under `captured`. */

const TextSchema = Type.String()
const PathSchema = Type.String({ minLength: 1 })
const Sha256Schema = Type.String({ pattern: '^[0-9a-f]{64}$' })
const TextsSchema = Type.Array(TextSchema)

const CommandSchema = Type.Object(
  {
    argv: TextsSchema,
    cwd: TextSchema,
    exitCode: Type.Integer({ minimum: 0, maximum: 255 }),
    signal: Type.Optional(TextSchema),
    startFailure: Type.Optional(TextSchema),
    startedMs: CountSchema,
    durationMs: Type.Number({ minimum: 0 }),
    processes: CountSchema,
    userMs: Type.Optional(Type.Number({ minimum: 0 })),
    systemMs: Type.Optional(Type.Number({ minimum: 0 })),
    rssBytesMax: Type.Optional(CountSchema),
  },
  CLOSED,
)

const LayerSchema = Type.Object(
  {
    layer: oneOf<CaptureLayer>(['strace', 'python', 'snapshot', 'log', 'flags']),
    used: Type.Boolean(),
    detail: Type.Optional(TextSchema),
  },
  CLOSED,
)

const FileSchema = Type.Object(
  {
    path: PathSchema,
    role: oneOf<FileRole>(['input', 'output', 'intermediate']),
    how: HowSchema,
    sha256: Type.Optional(Sha256Schema),
    bytes: Type.Optional(CountSchema),
    changedTo: Type.Optional(Sha256Schema),
    unhashed: Type.Optional(TextSchema),
  },
  CLOSED,
)

const CodeSchema = Type.Object(
  {
    commit: Type.String({ pattern: '^[0-9a-f]{40}(?:[0-9a-f]{24})?$' }),
    branch: Type.Optional(TextSchema),
    remote: Type.Optional(TextSchema),
    dirty: Type.Optional(Sha256Schema),
  },
  CLOSED,
)

const FactSchema = Type.Object(
  { name: PathSchema, value: ScalarSchema, from: TextSchema, how: HowSchema },
  CLOSED,
)

export const CaptureSchema = Type.Object(
  {
    format: Type.Literal('pedigree-capture/1'),
    name: TextSchema,
    command: CommandSchema,
    layers: Type.Array(LayerSchema),
    files: Type.Array(FileSchema),
    environment: Type.Object({ files: CountSchema, digest: TextSchema }, CLOSED),
    endpoints: Type.Array(Type.Object({ address: PathSchema, how: HowSchema }, CLOSED)),
    code: Type.Optional(CodeSchema),
    software: Type.Array(Type.Object({ purl: PathSchema, how: HowSchema }, CLOSED)),
    hardware: Type.Record(TextSchema, ScalarSchema, CLOSED),
    parameters: Type.Array(FactSchema),
    metrics: Type.Array(FactSchema),
    redacted: TextsSchema,
    opaque: TextsSchema,
    notes: TextsSchema,
  },
  CLOSED,
)
