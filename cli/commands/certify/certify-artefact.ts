import { CliError, cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { printable } from '../../output/printable.ts'
import type { Content } from '../../signing/certificate/certification.ts'
import type { CertifyFlags, FromFlags } from '../../signing/certificate/certify-flags.ts'
import { commonContent } from '../../signing/certificate/common-content.ts'
import { resolveInputs } from '../../signing/certificate/inputs.ts'
import { runCertification } from '../../signing/certificate/run-certification.ts'
import { parseScalars } from '../../signing/scalars.ts'

interface ArtefactFlags extends CertifyFlags, FromFlags {
  readonly type: string
  readonly set?: readonly string[]
  /** Taken to be refused with a reason. */
  readonly from?: string
}

export async function certifyArtefact(
  context: Context,
  path: string,
  flags: ArtefactFlags,
): Promise<undefined> {
  const { type, input = [], set = [], from } = flags
  if (from !== undefined) {
    throw cliError('usage', 'an artefact of a declared type is certified without a draft', {
      hint: 'name what it was made from with --input; drafts are for raw-data, dataset, model and evaluation',
    })
  }
  const common = commonContent(flags)
  const scalars = parseScalars('--set', set)
  return runCertification(context, path, flags, async (prepared, { session, genesis }) => {
    const declared = (genesis.document.artefactTypes ?? []).map(({ name }) => name)
    if (!declared.includes(type)) throw undeclared(type, declared)
    const inputs = await resolveInputs(session, input, flags)
    const content: Content<'artefact'> = {
      ...common,
      type,
      inputs,
      ...(set.length > 0 && { content: scalars }),
    }
    return { type: 'artefact', prepared, content }
  })
}

function undeclared(type: string, declared: readonly string[]): Error {
  const known = declared.length === 0 ? 'none' : declared.map(printable).join(', ')
  return new CliError(
    'unknown-artefact-type',
    `this network declares no type ${type}; of its own it has ${known}`,
    { hint: 'raw-data, dataset, model and pipeline have commands of their own' },
  )
}
