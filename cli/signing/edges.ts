import { type Digest, isDigest } from '../../protocol/digest.ts'
import type { DatasetEdge, ParentEdge, Relation } from '../../protocol/records/statement.ts'
import { cliError } from '../cli-error.ts'
import { looksLikeFile, resolveArtefact } from '../resolve/resolve-id.ts'
import type { Session } from '../session.ts'

export interface EdgeFlags {
  readonly dataset?: readonly string[]
  readonly reason?: string
  readonly parent?: readonly string[]
  readonly external?: string
  readonly sha256?: string
  readonly relation: Relation
}

export interface Edges {
  readonly datasets: readonly DatasetEdge[]
  readonly parents: readonly ParentEdge[]
}

const UNKNOWN = 'unknown'

/**
 * What a model was made from, every name resolved to the record and digest that get signed.
 *
 * @param session undefined without a node: edges are then RECORD:DIGEST
 * @throws CliError `usage`, `unknown-id` or `ambiguous`
 */
export async function resolveEdges(session: Session | undefined, flags: EdgeFlags): Promise<Edges> {
  checkFlags(flags)
  const datasets: DatasetEdge[] = []
  for (const text of flags.dataset ?? []) {
    datasets.push(
      text === UNKNOWN
        ? { kind: 'unknown', reason: flags.reason ?? '' }
        : { kind: 'certified', ...(await resolveEdge(session, text, 'dataset')) },
    )
  }
  const parents: ParentEdge[] = []
  const { relation } = flags
  for (const text of flags.parent ?? []) {
    parents.push({ kind: 'certified', ...(await resolveEdge(session, text, 'model')), relation })
  }
  if (flags.external !== undefined) parents.push(externalParent(flags.external, flags))
  return { datasets, parents }
}

function checkFlags({ dataset = [], reason, external, sha256 }: EdgeFlags): void {
  if (dataset.length === 0) {
    throw cliError('usage', 'a model names the data it was made from', {
      hint: 'add --dataset ID, or --dataset unknown --reason TEXT where it is so',
    })
  }
  const isUnknown = dataset.includes(UNKNOWN)
  if (isUnknown !== (reason !== undefined)) {
    throw cliError('usage', '--dataset unknown and --reason TEXT belong together')
  }
  if (sha256 !== undefined && external === undefined) {
    throw cliError('usage', '--sha256 belongs to --external')
  }
}

async function resolveEdge(
  session: Session | undefined,
  text: string,
  type: 'dataset' | 'model',
): Promise<{ readonly record: Digest; readonly digest: Digest }> {
  if (session === undefined) return statedEdge(text)
  const artefact = await resolveArtefact(session, text, type).catch(async (error: unknown) => {
    if (await looksLikeFile(text)) session.context.output.note(`for the file, write ./${text}`)
    throw error
  })
  const { record } = artefact
  const digest = artefact.sha256 ?? artefact.saltedSha256
  if (isDigest(record) && isDigest(digest)) return { record, digest }
  throw cliError('bad-answer', `the node gives no digest for ${record}`)
}

function statedEdge(text: string): { readonly record: Digest; readonly digest: Digest } {
  const [record, digest, ...rest] = text.split(':')
  if (isDigest(record) && isDigest(digest) && rest.length === 0) return { record, digest }
  throw cliError('usage', `without a node, ${text} cannot be looked up`, {
    hint: 'write RECORD:DIGEST, both as `pedigree show` prints them',
  })
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
