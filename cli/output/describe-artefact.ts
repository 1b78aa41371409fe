import type {
  ArtefactView,
  DatasetEdgeView,
  InputEdgeView,
  ParentEdgeView,
} from '../../protocol/api/artefacts.ts'
import { deedWords } from './deed-words.ts'
import { howWords, subsetWords } from './edge-words.ts'
import { formatBytes, formatMany, formatTime, shortId } from './format.ts'
import { type Names, nameWithId } from './names.ts'
import { printable } from './printable.ts'

export function fullName(artefact: {
  readonly organisation: string
  readonly name: string
  readonly version: string
}): string {
  return printable(`${artefact.organisation}/${artefact.name}@${artefact.version}`)
}

/** What an artefact is to someone who sees it for the first time. @param names of what it was made from */
export function describeArtefact(view: ArtefactView, names: Names): readonly string[] {
  const digest =
    view.sha256 === undefined
      ? `pedigree-salted-sha256 ${view.saltedSha256 ?? ''}`
      : `sha256 ${view.sha256}`
  const signer = `${printable(view.signer)} (${printable(view.organisation)})`
  return [
    `${printable(view.type)} ${fullName(view)}, ${printable(view.state)}`,
    ...warningLines(view),
    `  record   ${view.record}`,
    `  digest   ${digest}`,
    `  content  ${describeContent(view)}`,
    `  origin   birth certificate, self-declared by ${signer}`,
    ...ownerLines(view),
    `  ledger   block ${view.height}, ${formatTime(view.timeMs)}`,
    ...(view.title === undefined ? [] : [`  title    ${printable(view.title)}`]),
    ...(view.description === undefined ? [] : [`  about    ${printable(view.description)}`]),
    ...originLines(view, names),
    ...view.events.map(describeEvent),
  ]
}

/** What to know before using it, in front of everything else. */
function warningLines({
  recall,
  invalid,
  unknownAncestry,
  outsideBounds,
}: ArtefactView): readonly string[] {
  return [
    ...(recall === undefined
      ? []
      : [`  RECALLED by the ${recall.by} since block ${recall.height}: ${recall.record}`]),
    ...(invalid === undefined
      ? []
      : [`  INVALID  the architecture of the pipeline ${invalid} is forbidden in this network`]),
    ...(unknownAncestry === undefined
      ? []
      : ['  unknown  not all that it was made from is on the ledger']),
    ...(outsideBounds === undefined
      ? []
      : [`  OUTSIDE  ${formatMany(outsideBounds, 'value')} of the data beyond the stated bounds`]),
  ]
}

function ownerLines({ organisation, owner, offeredTo, contributors }: ArtefactView) {
  return [
    ...(owner === organisation ? [] : [`  owner    ${printable(owner)}`]),
    ...(offeredTo === undefined ? [] : [`  offered  to ${printable(offeredTo)}`]),
    ...(contributors === undefined ? [] : [`  invited  ${contributors.map(printable).join(', ')}`]),
  ]
}

type Origins = Pick<ArtefactView, 'inputs' | 'datasets' | 'parents' | 'pipeline'>

/** What it was made from, in words. */
export function originLines(
  { inputs, datasets, parents, pipeline }: Origins,
  names: Names,
): readonly string[] {
  return [
    ...(inputs ?? []).map((edge) => `  input    ${describeDatasetEdge(edge, names)}`),
    ...(datasets ?? []).map((edge) => `  dataset  ${describeDatasetEdge(edge, names)}`),
    ...(parents ?? []).map((edge) => `  parent   ${describeParentEdge(edge, names)}`),
    ...(pipeline === undefined ? [] : [`  pipeline ${nameWithId(names, pipeline.record)}`]),
  ]
}

/** The artefacts among what it was made from. */
export function originRecords({ inputs, datasets, parents, pipeline }: Origins): readonly string[] {
  const edges = [...(inputs ?? []), ...(datasets ?? []), ...(parents ?? [])]
  const certified = edges.flatMap((edge) => (edge.kind === 'certified' ? [edge.record] : []))
  return pipeline === undefined ? certified : [...certified, pipeline.record]
}

export function describeContent({
  form,
  bytes,
  files,
  share,
}: Pick<ArtefactView, 'form' | 'bytes' | 'files' | 'share'>): string {
  const what = form === 'file' ? 'a file' : `a directory of ${formatMany(files, 'file')}`
  const where = share === 'local' ? 'stays with its owner' : 'any member may fetch it'
  return `${what}, ${formatBytes(bytes)}; ${where}`
}

/** Something that was used: a dataset of a model, an input of anything. */
export function describeDatasetEdge(edge: DatasetEdgeView, names: Names): string {
  if (edge.kind === 'none') return `none: ${printable(edge.reason)}${said(edge)}`
  if (edge.kind === 'unknown') {
    const digest = edge.digest === undefined ? '' : `, digest ${edge.digest}`
    return `unknown: ${printable(edge.reason)}${digest}${said(edge)}`
  }
  const part = edge.subset === undefined ? '' : `, ${subsetWords(edge.subset)}`
  return `${nameWithId(names, edge.record)}${part}${said(edge)}`
}

export function describeParentEdge(edge: ParentEdgeView, names: Names): string {
  if (edge.kind === 'certified') {
    return `${edge.relation} of ${nameWithId(names, edge.record)}${said(edge)}`
  }
  const revision = edge.revision === undefined ? '' : `@${printable(edge.revision)}`
  const digest = edge.digest === undefined ? ', digest unknown' : `, digest ${edge.digest}`
  const uri = printable(edge.uri)
  return `${edge.relation} of ${uri}${revision}, which is not on the ledger${digest}${said(edge)}`
}

/** How it is known, where that was recorded. */
function said({ how }: Pick<InputEdgeView, 'how'>): string {
  return how === undefined ? '' : `, ${howWords(how)}`
}

function describeEvent(event: ArtefactView['events'][number]): string {
  const { record, type, subtype, height, reason, signer, organisation } = event
  const what = deedWords(type, subtype)
  const why = reason === undefined ? '' : `: ${printable(reason)}`
  const who = `${printable(signer)} (${printable(organisation)})`
  return `  event    ${what} in block ${height} by ${who}, ${shortId(record)}${why}`
}
