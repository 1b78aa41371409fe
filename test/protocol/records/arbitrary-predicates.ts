import fc from 'fast-check'
import { digestOf } from '../../../protocol/digest.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import type { PHASES } from '../../../protocol/records/events/events.ts'
import { STATUSES } from '../../../protocol/records/events/recalls.ts'
import type { RecordType } from '../../../protocol/records/statement.ts'
import { testKey } from '../../support/keys.ts'

/** Arbitrary predicates of every type, as far as their schemas allow; without their ledger fields. */
export type Json = Readonly<Record<string, unknown>>

const digest = fc.integer().map((number) => digestOf(utf8Encode(String(number))))
const optional = { requiredKeys: [] as [] }
const text = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 40 })
  .map((value) => value.replace(/[\p{Cc}\p{Cs}]/gu, '') || 'x')
const line = text
const slug = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/)
const purl = fc.stringMatching(/^pkg:[a-z]{1,8}\/[a-z0-9]{1,12}@[0-9]{1,3}$/)
const purlWithoutVersion = purl.map((value) => value.replace(/@.*/, ''))
const count = fc.maxSafeNat()
const finite = fc.double({ min: -1e15, max: 1e15, noNaN: true }).map((number) => number + 0)
const scalar = fc.oneof(text, finite, fc.boolean())
/** Also of names that every object inherits. */
const scalarName = fc.oneof(line, fc.constantFrom('__proto__', 'constructor', 'toString'))
const scalars = fc.dictionary(scalarName, scalar, { maxKeys: 5 })
const reference = fc.record({ record: digest, digest })
const how = fc.constantFrom('observed', 'declared', 'inferred')
const software = fc.array(fc.record({ purl, how }, { requiredKeys: ['purl'] }), { maxLength: 3 })
const bound = fc
  .tuple(
    fc.record({ field: line, unit: line, outside: count }, { requiredKeys: ['field'] }),
    finite,
  )
  .map(([rest, min]) => ({ ...rest, min, max: min + 1 }))
const bounds = fc.array(bound, { minLength: 1, maxLength: 3 })
const step = fc.record(
  { method: text, parameters: scalars, software: purl, command: text },
  { requiredKeys: ['method', 'parameters', 'software'] },
)
const steps = fc.array(step, { minLength: 1, maxLength: 3 })
const evidence = fc.array(
  fc.record(
    { kind: slug, digest, location: fc.constant('https://example.com/e') },
    {
      requiredKeys: ['kind', 'digest'],
    },
  ),
  { maxLength: 2 },
)
const subset = fc
  .tuple(fc.constantFrom('files', 'indices'), digest, fc.integer({ min: 1, max: 99 }), fc.nat(99))
  .map(([kind, list, size, more]) => ({ kind, digest: list, count: size, of: size + more }))
const certified = fc.record(
  { kind: fc.constant('certified'), record: digest, digest, how, subset },
  { requiredKeys: ['kind', 'record', 'digest'] },
)
const unknown = fc.record(
  { kind: fc.constant('unknown'), reason: text, how, digest },
  { requiredKeys: ['kind', 'reason'] },
)
const none = fc
  .record({ kind: fc.constant('none'), reason: text, how }, { requiredKeys: ['kind', 'reason'] })
  .map((edge) => [edge])
const inputs = fc.uniqueArray(fc.oneof(certified, unknown), {
  maxLength: 3,
  selector: (edge) => JSON.stringify('record' in edge ? edge.record : edge),
})
const setting = fc.record(
  { key: line, value: scalar, default: scalar },
  {
    requiredKeys: ['key', 'value'],
  },
)
const leaf = fc.record(
  {
    name: slug,
    kind: slug,
    processes: fc.array(text, { maxLength: 3 }),
    software,
    configuration: fc.array(setting, { maxLength: 2 }),
  },
  { requiredKeys: ['name', 'kind', 'processes'] },
)
const components = fc.array(
  fc
    .tuple(leaf, fc.array(leaf, { minLength: 1, maxLength: 2 }))
    .map(([outer, inner]) => ({ ...outer, components: inner })),
  { minLength: 1, maxLength: 3 },
)
const capture = fc.record(
  {
    sealed: digest,
    layers: fc.uniqueArray(fc.constantFrom('strace', 'python', 'snapshot', 'log', 'flags'), {
      minLength: 1,
    }),
    command: text,
    code: fc.record(
      { commit: fc.constant('5'.repeat(40)), dirty: digest },
      { requiredKeys: ['commit'] },
    ),
    startedMs: count,
    durationMs: count,
    exitCode: fc.integer({ min: 0, max: 255 }),
    filesRead: count,
    filesWritten: count,
    endpoints: count,
    changed: count,
    opaque: text,
  },
  {
    requiredKeys: [
      'sealed',
      'layers',
      'startedMs',
      'durationMs',
      'exitCode',
      'filesRead',
      'filesWritten',
      'endpoints',
      'changed',
    ],
  },
)

const artefact = fc
  .record(
    { name: slug, version: slug, title: line, bytes: count },
    {
      requiredKeys: ['name', 'version', 'bytes'],
    },
  )
  .map((described) => ({ ...described, form: 'file', files: 1, share: 'local' }))
const certificate = (own: fc.Arbitrary<Json>) =>
  fc
    .tuple(
      fc.record({ artefact, evidence }),
      fc.record({ description: text, software, capture }, optional),
      own,
    )
    .map(([required, common, rest]) => ({ ...required, ...common, ...rest }))
const about = (own: fc.Arbitrary<Json>) =>
  fc.tuple(fc.record({ artefact: digest }), own).map(([subject, rest]) => ({ ...subject, ...rest }))

const PHASE_CONTENT: Readonly<Record<(typeof PHASES)[number], fc.Arbitrary<Json>>> = {
  requirements: fc.record({ goal: text }),
  collection: fc.record(
    { acquisition: text, sensorModel: text, environment: scalars, bounds },
    { requiredKeys: ['acquisition'] },
  ),
  cleaning: fc.record({ steps }),
  labelling: fc.record({ method: text, instructions: text, software: purl, person: line }),
  features: fc.record({ steps }),
  training: fc.record(
    { hyperparameters: scalars, software, hardware: scalars },
    { requiredKeys: ['hyperparameters'] },
  ),
  evaluation: fc.record({ metrics: scalars, datasets: inputs }, { requiredKeys: ['metrics'] }),
  deployment: fc.record({ pipeline: reference, place: text }, { requiredKeys: ['pipeline'] }),
  monitoring: fc.record({ thresholds: bounds }),
}

const versions = fc.array(line, { minLength: 1, maxLength: 3 })
const ranges = fc.array(
  fc.oneof(
    fc.record({ introduced: line, fixed: line }, { requiredKeys: ['introduced'] }),
    fc.record({ introduced: line, lastAffected: line }),
  ),
  { minLength: 1, maxLength: 3 },
)
const affected = fc.oneof(
  fc.record({ purl: purlWithoutVersion, versions }),
  fc.record({ purl: purlWithoutVersion, ranges, versions }, { requiredKeys: ['purl', 'ranges'] }),
)

/** Of every type but keys, whose proof of possession nobody makes up, and phases. */
export const PREDICATES: Readonly<
  Record<Exclude<RecordType, 'key' | 'phase'>, fc.Arbitrary<Json>>
> = {
  'raw-data': certificate(
    fc.record(
      { source: text, acquisition: text, dataType: line, sensor: text, licence: line, bounds },
      { requiredKeys: ['source', 'acquisition'] },
    ),
  ),
  dataset: certificate(
    fc.record({ source: text, acquisition: text, dataType: line, bounds, inputs, steps }, optional),
  ),
  model: certificate(
    fc.record(
      {
        modelId: fc.uuid({ version: 4 }),
        datasets: fc.oneof(
          inputs.filter(({ length }) => length > 0),
          none,
        ),
        parents: fc.constant([]),
        pipeline: reference,
        licence: line,
      },
      { requiredKeys: ['modelId', 'datasets', 'parents'] },
    ),
  ),
  pipeline: certificate(
    fc.record(
      {
        components,
        software,
        configuration: fc.array(setting, { maxLength: 2 }),
        resources: scalars,
        security: scalars,
        inputs,
      },
      { requiredKeys: ['components', 'software', 'configuration'] },
    ),
  ),
  artefact: certificate(
    fc.record({ type: slug, inputs, content: scalars }, { requiredKeys: ['type', 'inputs'] }),
  ),
  event: about(
    fc.record(
      {
        event: slug,
        details: scalars,
        references: fc.dictionary(slug, reference, { minKeys: 1, maxKeys: 3 }),
        evidence,
      },
      { requiredKeys: ['event', 'details', 'evidence'] },
    ),
  ),
  recall: about(fc.record({ action: fc.constantFrom('recall', 'lift'), reason: text })),
  approval: fc.record({ proposal: digest }),
  advisory: fc.record(
    {
      advisory: line,
      summary: text,
      packages: fc.array(affected, { minLength: 1, maxLength: 3 }),
      severity: line,
      url: fc.constant('https://example.com/a'),
    },
    { requiredKeys: ['advisory', 'summary', 'packages'] },
  ),
  withdrawal: fc.record({ advisory: digest, reason: text }),
  rejoin: fc.record({
    consensusKey: fc.nat(99).map((number) => testKey(number).did),
    nonce: digest,
  }),
  status: about(fc.record({ about: digest, status: fc.constantFrom(...STATUSES), reason: text })),
}

export function phaseOf(phase: (typeof PHASES)[number]): fc.Arbitrary<Json> {
  const decisions = fc.array(text, { minLength: 1, maxLength: 2 })
  const content = PHASE_CONTENT[phase]
  const told = fc.oneof(
    fc.record({ content }),
    fc.record({ content, decisions }),
    fc.record({ decisions }),
  )
  const rest = fc.record({ supersedes: digest }, optional)
  return about(
    fc.tuple(told, rest, evidence).map(([said, more, proof]) => ({
      ...said,
      ...more,
      phase,
      evidence: proof,
    })),
  )
}
