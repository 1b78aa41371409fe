import { DATA_TYPES } from '../../../protocol/rules/edges.ts'
import type { Context } from '../../context.ts'
import { certificateFromDraft } from '../../from-draft/certificate-from-draft.ts'
import { given } from '../../given.ts'
import type { Content } from '../../signing/certificate/certification.ts'
import type { CertifyFlags, DataFlags, FromFlags } from '../../signing/certificate/certify-flags.ts'
import { commonContent, readSteps } from '../../signing/certificate/common-content.ts'
import { breaksBounds, dataContent } from '../../signing/certificate/data-content.ts'
import { resolveInputs } from '../../signing/certificate/inputs.ts'
import { runCertification } from '../../signing/certificate/run-certification.ts'
import { type DraftFlags, pathOf } from './certify-flags.ts'

interface DatasetFlags extends CertifyFlags, DataFlags, DraftFlags, FromFlags {
  readonly source?: string
  readonly acquisition?: string
  readonly steps?: string
}

export async function certifyDataset(
  context: Context,
  path: string | undefined,
  flags: DatasetFlags,
): Promise<undefined> {
  if (flags.from !== undefined) {
    return certificateFromDraft(context, 'dataset', path, { ...flags, from: flags.from })
  }
  const { source, acquisition, input = [] } = flags
  const common = commonContent(flags)
  const steps = flags.steps === undefined ? undefined : await readSteps(flags.steps)
  return runCertification(context, pathOf(path), flags, async (prepared, { session }) => {
    const resolved = await resolveInputs(session, input, flags, DATA_TYPES)
    const inputs = resolved.length === 0 ? undefined : resolved
    const data = await dataContent(context, prepared.hashed, flags)
    const content: Content<'dataset'> = {
      ...common,
      ...given({ source, acquisition, inputs, steps }),
      ...data,
    }
    return { type: 'dataset', prepared, content, insists: breaksBounds(data) }
  })
}
