import { randomUUID } from 'node:crypto'
import type { Context } from '../../context.ts'
import { certificateFromDraft } from '../../from-draft/certificate-from-draft.ts'
import { given } from '../../given.ts'
import type { Content } from '../../signing/certificate/certification.ts'
import type { CertifyFlags } from '../../signing/certificate/certify-flags.ts'
import { commonContent } from '../../signing/certificate/common-content.ts'
import { type EdgeFlags, resolveEdges } from '../../signing/certificate/edges.ts'
import { runCertification } from '../../signing/certificate/run-certification.ts'
import { checkListing, readListing } from '../../signing/listing.ts'
import { type DraftFlags, pathOf } from './certify-flags.ts'

interface ModelFlags extends CertifyFlags, DraftFlags, EdgeFlags {
  readonly modelId?: string
  readonly import?: string
  readonly licence?: string
}

export async function certifyModel(
  context: Context,
  path: string | undefined,
  asked: ModelFlags,
): Promise<undefined> {
  if (asked.from !== undefined) {
    return certificateFromDraft(context, 'model', path, { ...asked, from: asked.from })
  }
  const listing = asked.import === undefined ? undefined : await readListing(asked.import)
  const flags: ModelFlags = listing === undefined ? asked : withListing(asked, listing)
  const { modelId, licence } = flags
  const payload = listing?.payload === '' ? undefined : listing?.payload
  const common = commonContent(flags)
  return runCertification(context, pathOf(path), flags, async (prepared, { session }) => {
    const edges = await resolveEdges(session, flags)
    if (listing !== undefined) await checkListing(session, listing, edges)
    const content: Omit<Content<'model'>, 'modelId'> = {
      ...common,
      ...given({ modelId, licence, payload }),
      ...edges,
    }
    const draw = modelId === undefined ? () => ({ modelId: randomUUID() }) : () => ({})
    return { type: 'model', prepared, content, draw }
  })
}

/** What was given on the command line counts before what the listing says. */
function withListing(
  asked: ModelFlags,
  listing: Awaited<ReturnType<typeof readListing>>,
): ModelFlags {
  return {
    ...asked,
    title: asked.title ?? listing.modelName,
    modelId: asked.modelId ?? listing.modelId,
    dataset: asked.dataset ?? [listing.trainingDataHash],
  }
}
