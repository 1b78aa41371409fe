import type { ArtefactView } from '../../protocol/api/artefacts.ts'
import { formatBytes, formatTime } from '../output/format.ts'
import { printable } from '../output/printable.ts'

export function fullName(artefact: {
  readonly organisation: string
  readonly name: string
  readonly version: string
}): string {
  return printable(`${artefact.organisation}/${artefact.name}@${artefact.version}`)
}

/** What an artefact is to someone who sees it for the first time. */
export function describeArtefact(view: ArtefactView): readonly string[] {
  const digest =
    view.sha256 === undefined
      ? `pedigree-salted-sha256 ${view.saltedSha256 ?? ''}`
      : `sha256 ${view.sha256}`
  const signer = `${printable(view.signer)} (${printable(view.organisation)})`
  return [
    `${view.type} ${fullName(view)}, ${view.state}`,
    `  record   ${view.record}`,
    `  digest   ${digest}`,
    `  content  ${describeContent(view)}`,
    `  origin   birth certificate, self-declared by ${signer}`,
    `  ledger   block ${view.height}, ${formatTime(view.timeMs)}`,
    ...(view.description === undefined ? [] : [`  about    ${printable(view.description)}`]),
    ...(view.datasets ?? []).map((edge) => `  dataset  ${describeDatasetEdge(edge)}`),
    ...(view.parents ?? []).map((edge) => `  parent   ${describeParentEdge(edge)}`),
    ...view.events.map(describeEvent),
  ]
}

export function describeContent({
  form,
  bytes,
  files,
  share,
}: Pick<ArtefactView, 'form' | 'bytes' | 'files' | 'share'>): string {
  const what = form === 'file' ? 'a file' : `a directory of ${files} files`
  const where = share === 'local' ? 'stays with its owner' : 'any member may fetch it'
  return `${what}, ${formatBytes(bytes)}; ${where}`
}

type DatasetEdge = NonNullable<ArtefactView['datasets']>[number]
type ParentEdge = NonNullable<ArtefactView['parents']>[number]

export function describeDatasetEdge(edge: DatasetEdge): string {
  return edge.kind === 'certified'
    ? `${edge.record} (digest ${edge.digest})`
    : `unknown: ${printable(edge.reason)}`
}

export function describeParentEdge(edge: ParentEdge): string {
  if (edge.kind === 'certified') {
    return `${edge.relation} of ${edge.record} (digest ${edge.digest})`
  }
  const revision = edge.revision === undefined ? '' : `@${printable(edge.revision)}`
  const digest = edge.digest === undefined ? ', digest unknown' : `, digest ${edge.digest}`
  return `${edge.relation} of ${printable(edge.uri)}${revision}, which is not on the ledger${digest}`
}

function describeEvent({ type, height, reason }: ArtefactView['events'][number]): string {
  const why = reason === undefined ? '' : `: ${printable(reason)}`
  return `  event    ${printable(type)} in block ${height}${why}`
}
