import { isDigest } from '../../../protocol/digest.ts'
import type {
  ArtefactReference,
  ModelPredicate,
  ParentEdge,
  Relation,
} from '../../../protocol/records/certificates/certificates.ts'
import { DATA_TYPES } from '../../../protocol/rules/edges.ts'
import { cliError } from '../../cli-error.ts'
import { given } from '../../given.ts'
import type { Session } from '../../session.ts'
import { type InputFlags, resolveInputs, resolveReference } from './inputs.ts'

export interface EdgeFlags extends InputFlags {
  readonly dataset?: readonly string[]
  readonly parent?: readonly string[]
  readonly external?: string
  readonly sha256?: string
  readonly relation: Relation
  readonly pipeline?: string
}

export interface Edges {
  readonly datasets: ModelPredicate['datasets']
  readonly parents: readonly ParentEdge[]
  readonly pipeline?: ArtefactReference
}

const NONE = 'none'

/**
 * What a model was made from, every name resolved to the record and digest that get signed.
 *
 * @param session undefined without a node: edges are then RECORD:DIGEST
 * @throws CliError `usage`, `unknown-id` or `ambiguous`
 */
export async function resolveEdges(session: Session | undefined, flags: EdgeFlags): Promise<Edges> {
  const { dataset = [], external, sha256, relation } = flags
  if (dataset.length === 0) {
    throw cliError('usage', 'a model names the data it was made from', {
      hint: 'add --dataset ID; or --dataset unknown, or --dataset none, with --reason TEXT, where it is so',
    })
  }
  if (sha256 !== undefined && external === undefined) {
    throw cliError('usage', '--sha256 belongs to --external')
  }
  const datasets = await resolveDatasets(session, dataset, flags)
  const parents: ParentEdge[] = []
  for (const text of flags.parent ?? []) {
    const reference = await resolveReference(session, text, ['model'])
    parents.push({ kind: 'certified', ...reference, relation })
  }
  if (external !== undefined) parents.push(externalParent(external, flags))
  const pipeline =
    flags.pipeline === undefined
      ? undefined
      : await resolveReference(session, flags.pipeline, ['pipeline'])
  return { datasets, parents, ...given({ pipeline }) }
}

/** `none`, alone and with a reason, is how a model says that it used no data of its own. */
async function resolveDatasets(
  session: Session | undefined,
  texts: readonly string[],
  flags: EdgeFlags,
): Promise<Edges['datasets']> {
  if (!texts.includes(NONE)) return resolveInputs(session, texts, flags, DATA_TYPES)
  const { reason } = flags
  if (texts.length === 1 && reason !== undefined) return [{ kind: NONE, reason }]
  throw cliError('usage', '--dataset none stands alone, with --reason TEXT')
}

/** `URI[@REVISION]`: the last @ after the last slash, so that user@host stays whole. */
function externalParent(text: string, { sha256, relation }: EdgeFlags): ParentEdge {
  const at = text.lastIndexOf('@')
  const hasRevision = at > text.lastIndexOf('/') && at > 0
  const uri = hasRevision ? text.slice(0, at) : text
  const revision = hasRevision ? { revision: text.slice(at + 1) } : {}
  const digest = isDigest(sha256) ? { digest: sha256 } : {}
  return { kind: 'external', uri, ...revision, ...digest, relation }
}
