import { randomUUID } from 'node:crypto'
import type { ArtefactAnswer } from '../../protocol/api/artefacts.ts'
import { equalBytes } from '../../protocol/bytes.ts'
import { canonicalJson } from '../../protocol/encoding/canonical-json.ts'
import { modelStatement } from '../../protocol/records/build.ts'
import { describeDatasetEdge, describeParentEdge } from '../artefacts/describe.ts'
import type { Context } from '../context.ts'
import { type EdgeFlags, type Edges, resolveEdges } from '../signing/edges.ts'
import { parseEvidence } from '../signing/evidence.ts'
import { checkListing, readListing } from '../signing/listing.ts'
import { runCertification } from '../signing/run-certification.ts'
import type { CertifyFlags } from './certify.ts'

interface ModelFlags extends CertifyFlags, EdgeFlags {
  readonly modelId?: string
  readonly import?: string
}

export async function certifyModel(
  context: Context,
  path: string,
  given: ModelFlags,
): Promise<undefined> {
  const listing = given.import === undefined ? undefined : await readListing(given.import)
  const flags: ModelFlags = listing === undefined ? given : withListing(given, listing)
  const { description, modelId } = flags
  const about = description === undefined ? {} : { description }
  const payload =
    listing === undefined || listing.payload === '' ? {} : { payload: listing.payload }
  const evidence = parseEvidence(flags.evidence)
  return runCertification(context, path, flags, async (prepared, session) => {
    const edges = await resolveEdges(session, flags)
    if (listing !== undefined) await checkListing(session, listing, edges)
    const fixed = { ...about, ...payload, ...edges, evidence }
    return {
      type: 'model',
      prepared,
      content: { ...fixed, modelId: modelId ?? null },
      summary: summaryOf(edges),
      isSame: (known) => known.description === description && hasEdges(known, edges),
      statement: (digest, artefact, ledger) =>
        modelStatement(digest, { ledger, artefact, modelId: modelId ?? randomUUID(), ...fixed }),
    }
  })
}

/** What was given on the command line counts before what the listing says. */
function withListing(
  given: ModelFlags,
  listing: Awaited<ReturnType<typeof readListing>>,
): ModelFlags {
  return {
    ...given,
    title: given.title ?? listing.modelName,
    modelId: given.modelId ?? listing.modelId,
    dataset: given.dataset ?? [listing.trainingDataHash],
  }
}

function summaryOf({ datasets, parents }: Edges): readonly string[] {
  return [
    ...datasets.map((edge) => `dataset ${describeDatasetEdge(edge)}`),
    ...parents.map((edge) => `parent  ${describeParentEdge(edge)}`),
  ]
}

function hasEdges({ datasets = [], parents = [] }: ArtefactAnswer, edges: Edges): boolean {
  return equalBytes(canonicalJson({ datasets, parents }), canonicalJson(edges))
}
