import { cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { certificateFromDraft } from '../../from-draft/certificate-from-draft.ts'
import { given } from '../../given.ts'
import type { Content } from '../../signing/certificate/certification.ts'
import type { CertifyFlags, DataFlags } from '../../signing/certificate/certify-flags.ts'
import { commonContent } from '../../signing/certificate/common-content.ts'
import { breaksBounds, dataContent } from '../../signing/certificate/data-content.ts'
import { runCertification } from '../../signing/certificate/run-certification.ts'
import { type DraftFlags, pathOf } from './certify-flags.ts'

interface RawDataFlags extends CertifyFlags, DataFlags, DraftFlags {
  readonly source?: string
  readonly acquisition?: string
  readonly sensor?: string
}

export async function certifyRawData(
  context: Context,
  path: string | undefined,
  flags: RawDataFlags,
): Promise<undefined> {
  if (flags.from !== undefined) {
    return certificateFromDraft(context, 'raw-data', path, { ...flags, from: flags.from })
  }
  const { source, acquisition, sensor } = flags
  if (source === undefined || acquisition === undefined) {
    throw cliError(
      'usage',
      'raw data is certified with where it comes from and how it was acquired',
      {
        hint: 'add --source TEXT and --acquisition TEXT',
      },
    )
  }
  const common = commonContent(flags)
  return runCertification(context, pathOf(path), flags, async (prepared) => {
    const data = await dataContent(context, prepared.hashed, flags)
    const content: Content<'raw-data'> = {
      ...common,
      source,
      acquisition,
      ...given({ sensor }),
      ...data,
    }
    return { type: 'raw-data', prepared, content, insists: breaksBounds(data) }
  })
}
