import { Type } from 'typebox'
import { schemaCheck } from '../../../protocol/encoding/schema.ts'
import {
  ComponentsSchema,
  SettingsSchema,
} from '../../../protocol/records/certificates/certificate-parts.ts'
import type { PipelinePredicate } from '../../../protocol/records/certificates/certificates.ts'
import { CLOSED, ScalarsSchema } from '../../../protocol/records/schema-parts.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { brokenRule } from '../../../protocol/rules/architecture.ts'
import type { Context } from '../../context.ts'
import { readYamlFile, refusedIn } from '../../input/safe-yaml.ts'
import { describeRule } from '../../network/describe-genesis.ts'
import type { Content } from '../../signing/certification.ts'
import { commonContent } from '../../signing/common-content.ts'
import { given } from '../../signing/given.ts'
import { resolveInputs } from '../../signing/inputs.ts'
import { runCertification } from '../../signing/run-certification.ts'
import type { CertifyFlags, FromFlags } from './certify-flags.ts'

interface PipelineFlags extends CertifyFlags, FromFlags {
  readonly from: string
}

type Architecture = Pick<
  PipelinePredicate,
  'components' | 'configuration' | 'resources' | 'security'
>

const checkArchitecture = schemaCheck(
  Type.Object(
    {
      components: ComponentsSchema,
      configuration: Type.Optional(SettingsSchema),
      resources: Type.Optional(ScalarsSchema),
      security: Type.Optional(ScalarsSchema),
    },
    CLOSED,
  ),
)

/** What the help shows: a file to begin with. */
export const PIPELINE_EXAMPLE = `
FILE is YAML or JSON:
  components:                  # in the order in which they run
    - name: scale
      kind: normalise          # what the network's rules speak of
      processes: [subtract the mean, divide by the deviation]
      software: [{purl: "pkg:pypi/scikit-learn@1.7.2"}]
      configuration: [{key: with_mean, value: true, default: true}]
    - {name: fit, kind: train, processes: [gradient descent]}
  configuration: [{key: threads, value: 4, default: 1}]
  resources: {memory: 8 GB, processors: 4}
  security: {channel: TLS 1.3}
`

export async function certifyPipeline(
  context: Context,
  path: string,
  flags: PipelineFlags,
): Promise<undefined> {
  const common = commonContent(flags)
  const architecture = await readArchitecture(flags.from)
  return runCertification(context, path, flags, async (prepared, { session, genesis }) => {
    const resolved = await resolveInputs(session, flags.input ?? [], flags)
    const inputs = resolved.length === 0 ? undefined : resolved
    const broken = brokenRule(architecture.components, genesis.document.architectureRules)
    if (broken !== undefined) {
      context.output.note(
        `FLAGGED: it breaks the rule "${describeRule(broken)}" of this network: it will count as invalid, with all that is made with it`,
      )
    }
    const content: Content<'pipeline'> = { ...common, ...architecture, ...given({ inputs }) }
    return { type: 'pipeline', prepared, content, insists: broken !== undefined }
  })
}

/** @throws CliError `bad-document` or `schema-violation`, with field and line */
async function readArchitecture(path: string): Promise<Architecture> {
  const file = await readYamlFile(path)
  const fault = checkArchitecture(file.value)
  if (isRejection(fault)) throw refusedIn(file, fault)
  return file.value as Architecture
}
