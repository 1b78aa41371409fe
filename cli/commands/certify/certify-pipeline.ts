import { brokenRule } from '../../../protocol/rules/architecture.ts'
import type { Context } from '../../context.ts'
import { given } from '../../given.ts'
import { describeRule } from '../../network/describe-genesis.ts'
import type { Content } from '../../signing/certificate/certification.ts'
import type { CertifyFlags, FromFlags } from '../../signing/certificate/certify-flags.ts'
import { commonContent } from '../../signing/certificate/common-content.ts'
import { resolveInputs } from '../../signing/certificate/inputs.ts'
import { readArchitecture } from '../../signing/certificate/pipeline-file.ts'
import { runCertification } from '../../signing/certificate/run-certification.ts'

interface PipelineFlags extends CertifyFlags, FromFlags {
  readonly from: string
}

export async function certifyPipeline(
  context: Context,
  path: string,
  flags: PipelineFlags,
): Promise<undefined> {
  const { software, ...common } = commonContent(flags)
  const architecture = await readArchitecture(flags.from, software)
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
