import { Type } from 'typebox'
import { schemaCheck } from '../../../protocol/encoding/schema.ts'
import {
  ComponentsSchema,
  SettingsSchema,
  SoftwareListSchema,
} from '../../../protocol/records/certificates/certificate-parts.ts'
import type {
  PipelinePredicate,
  Software,
} from '../../../protocol/records/certificates/certificates.ts'
import { CLOSED, ScalarsSchema } from '../../../protocol/records/schema-parts.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { CliError, cliError } from '../../cli-error.ts'
import { DRAFT_FORMAT } from '../../draft/draft.ts'
import { readYamlFile, refusedIn, type YamlFile } from '../../input/safe-yaml.ts'

/** What a pipeline is, as its file says it. */
export type Architecture = Pick<
  PipelinePredicate,
  'components' | 'software' | 'configuration' | 'resources' | 'security'
>

const checkArchitecture = schemaCheck(
  Type.Object(
    {
      components: ComponentsSchema,
      software: SoftwareListSchema,
      configuration: SettingsSchema,
      resources: Type.Optional(ScalarsSchema),
      security: Type.Optional(ScalarsSchema),
    },
    CLOSED,
  ),
)

/** What the help shows: a file to begin with. Its four sections are mandatory; `[]` says "none". */
export const PIPELINE_EXAMPLE = `
FILE is YAML or JSON. Components, the processes of each, software and configuration must be there:
  components:                  # in the order in which they run
    - name: scale
      kind: normalise          # what the network's rules speak of
      processes: [subtract the mean, divide by the deviation]
      software: [{purl: "pkg:pypi/scikit-learn@1.7.2"}]                   # may be left out
      configuration: [{key: with_mean, value: true, default: true}]     # may be left out
    - {name: fit, kind: train, processes: [gradient descent]}
  software: [{purl: "pkg:pypi/torch@2.8.0"}]        # of the whole; [] where it has none
  configuration: [{key: threads, value: 4, default: 1}]   # of the whole; [] where it has none
  resources: {memory: 8 GB, processors: 4}          # may be left out
  security: {channel: TLS 1.3}                      # may be left out
`

/** The sections that the file itself must have, and what to write into it. */
const SECTIONS = {
  components:
    'components: [{name: NAME, kind: KIND, processes: [WHAT IT DOES]}], in the order in which they run',
  software: 'software: [{purl: "pkg:TYPE/NAME@VERSION"}], or software: [] where there is none',
  configuration:
    'configuration: [{key: NAME, value: VALUE}], or configuration: [] where there is none',
} as const
const PROCESSES = 'processes: [WHAT IT DOES], or processes: [] where it changes no data'

/**
 * @param flagged software that was named beside the file; it counts as the file's own
 * @throws CliError `bad-document` or `schema-violation`, with field and line
 */
export async function readArchitecture(
  path: string,
  flagged: readonly Software[] = [],
): Promise<Architecture> {
  const file = await readYamlFile(path)
  refuseDraft(file)
  const value = withSoftware(file.value, flagged)
  refuseMissing(file, value)
  const fault = checkArchitecture(value)
  if (isRejection(fault)) throw refusedIn(file, fault)
  return value as Architecture
}

function refuseDraft({ path, value }: YamlFile): void {
  if (!isObject(value) || value['format'] !== DRAFT_FORMAT) return
  throw cliError('usage', `${path} is the draft of a run, and no run shows what a pipeline is`, {
    hint: 'write its components into a file of their own: pedigree certify pipeline --help shows one',
  })
}

function withSoftware(value: unknown, flagged: readonly Software[]): unknown {
  if (!isObject(value) || flagged.length === 0) return value
  const { software } = value
  if (software === undefined || software === null) return { ...value, software: flagged }
  return Array.isArray(software) ? { ...value, software: [...software, ...flagged] } : value
}

/** A section that was forgotten is named with what to write: silence would not say "none". */
function refuseMissing(file: YamlFile, value: unknown): void {
  const fields = isObject(value) ? value : {}
  const sections = Object.entries(SECTIONS).flatMap(([name, remedy]) =>
    isThere(fields[name]) ? [] : [{ pointer: `/${name}`, remedy }],
  )
  const processes = withoutProcesses(fields['components'], '/components').map((around) => ({
    pointer: `${around}/processes`,
    remedy: PROCESSES,
  }))
  const missing = [...sections, ...processes]
  if (missing.length === 0) return
  const places = missing.map(({ pointer }) => `${pointer} (line ${file.lineOf(pointer)})`)
  const remedies = [...new Set(missing.map(({ remedy }) => remedy))]
  throw new CliError('schema-violation', `${file.path} lacks ${places.join(', ')}`, {
    hint: `write ${remedies.join('; ')}`,
  })
}

/** JSON pointers of the components that do not say what they do; files are at most JSON_DEPTH_MAX deep. */
function withoutProcesses(components: unknown, at: string): readonly string[] {
  if (!Array.isArray(components)) return []
  return components.flatMap((component: unknown, i) => {
    if (!isObject(component)) return []
    const place = `${at}/${i}`
    const own = isThere(component['processes']) ? [] : [place]
    return [...own, ...withoutProcesses(component['components'], `${place}/components`)]
  })
}

/** An empty value in YAML is nothing that was said. */
function isThere(value: unknown): boolean {
  return value !== undefined && value !== null
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
