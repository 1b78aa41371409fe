import type { Digest } from '../digest.ts'
import type {
  How,
  InputEdge,
  NoDataEdge,
  ParentEdge,
  Relation,
  Subset,
} from '../records/certificates/certificates.ts'
import type { CertificateType, Predicates } from '../records/statement.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { type ArtefactState, readArtefact } from './artefact-state.ts'
import type { StateView } from './rule-context.ts'

/** What a record says of an artefact that it names. */
export interface Named {
  readonly record: Digest
  readonly digest: Digest
  /** Types that it may be of; undefined: any. */
  readonly types: readonly string[] | undefined
}

/** One edge of the family tree. */
export interface Edge extends Named {
  /** What it was to the child: `input`, `dataset`, `pipeline`, or the relation to a parent. */
  readonly kind: EdgeKind
  readonly how?: How
  readonly subset?: Subset
}

export type EdgeKind = 'input' | 'dataset' | 'pipeline' | Relation

export interface CertificateEdges {
  readonly certified: readonly Edge[]
  /** Some edge says openly that it is not known. */
  readonly hasUnknown: boolean
}

type CertificatePredicate = Predicates[CertificateType]

/** Types of what may stand for data. */
export const DATA_TYPES: readonly string[] = ['dataset', 'raw-data']

/** All edges of a birth certificate of any type. */
export function edgesOf(predicate: CertificatePredicate): CertificateEdges {
  const inputs = 'inputs' in predicate ? (predicate.inputs ?? []) : []
  const datasets = 'datasets' in predicate ? predicate.datasets : []
  const parents = 'parents' in predicate ? predicate.parents : []
  const pipeline = 'pipeline' in predicate ? predicate.pipeline : undefined
  const certified = [
    ...inputs.flatMap((edge) => certifiedEdge(edge, 'input', undefined)),
    ...dataEdges(datasets),
    ...parents.flatMap((edge) => certifiedEdge(edge, edge.relation, ['model'])),
    ...(pipeline === undefined
      ? []
      : certifiedEdge({ kind: 'certified', ...pipeline }, 'pipeline', ['pipeline'])),
  ]
  const hasUnknown = [...inputs, ...datasets, ...parents].some(
    ({ kind }) => kind === 'unknown' || kind === 'external',
  )
  return { certified, hasUnknown }
}

/** Of what was learnt from, or measured on, those that are on the ledger. */
export function dataEdges(edges: readonly (InputEdge | NoDataEdge)[]): readonly Edge[] {
  return edges.flatMap((edge) => certifiedEdge(edge, 'dataset', DATA_TYPES))
}

function certifiedEdge(
  edge: InputEdge | NoDataEdge | ParentEdge,
  kind: EdgeKind,
  types: readonly string[] | undefined,
): readonly Edge[] {
  if (edge.kind !== 'certified') return []
  const { record, digest, how } = edge
  const subset = 'subset' in edge ? edge.subset : undefined
  return [
    {
      record,
      digest,
      kind,
      types,
      ...(how === undefined ? {} : { how }),
      ...(subset === undefined ? {} : { subset }),
    },
  ]
}

/**
 * A named edge is true or refused (T-G7). An id covers the edges of its record, so what an edge names
 * is older than the record itself: cycles cannot exist.
 *
 * @returns what the edges lead to, in their order
 */
export function followEdges(
  state: StateView,
  edges: readonly Named[],
): readonly ArtefactState[] | Rejection {
  const found: ArtefactState[] = []
  for (const edge of edges) {
    const artefact = followEdge(state, edge)
    if (isRejection(artefact)) return artefact
    found.push(artefact)
  }
  return found
}

function followEdge(state: StateView, { record, digest, types }: Named): ArtefactState | Rejection {
  const artefact = readArtefact(state, record)
  if (artefact === undefined) {
    return refuse('edge-unknown', `no ${types?.join(' or ') ?? 'artefact'} ${record} on the ledger`)
  }
  if (types !== undefined && !types.includes(artefact.type)) {
    return refuse(
      'edge-wrong-type',
      `${record} is a ${artefact.type}, named as ${types.join(' or ')}`,
    )
  }
  return artefact.digest === digest
    ? artefact
    : refuse('edge-digest-mismatch', `${record} has the digest ${artefact.digest}, not ${digest}`)
}
