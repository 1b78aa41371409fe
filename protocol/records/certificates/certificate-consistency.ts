import { base64Decode } from '../../encoding/base64.ts'
import type { Rejection } from '../../rejection.ts'
import { fault } from '../fault.ts'
import type { CertificateType, Predicates, Statement, Subject } from '../statement.ts'
import { isSalted, subjectOf } from '../subject.ts'
import type {
  ArtefactDescription,
  Bound,
  InputEdge,
  NoDataEdge,
  ParentEdge,
} from './certificates.ts'

type CertificatePredicate = Predicates[CertificateType]

/** The parts of a birth certificate agree with each other, of whatever type it is. */
export function checkCertificate(
  statement: Statement<CertificatePredicate>,
): Rejection | undefined {
  const { predicate } = statement
  return (
    checkArtefact(predicate.artefact, subjectOf(statement)) ??
    checkEdges('inputs' in predicate ? predicate.inputs : undefined, '/predicate/inputs') ??
    checkEdges('datasets' in predicate ? predicate.datasets : undefined, '/predicate/datasets') ??
    checkEdges('parents' in predicate ? predicate.parents : undefined, '/predicate/parents') ??
    checkBounds('bounds' in predicate ? predicate.bounds : undefined, '/predicate/bounds') ??
    checkPayload(predicate.payload)
  )
}

function checkArtefact(artefact: ArtefactDescription, subject: Subject): Rejection | undefined {
  const { form, files, share, cid, manifestCid } = artefact
  const at = '/predicate/artefact'
  if (subject.name !== `${artefact.name}@${artefact.version}`) {
    return fault('/subject/0/name', 'must be NAME@VERSION of the artefact')
  }
  if (form === 'file' && files !== 1) return fault(`${at}/files`, 'must be 1 for a file')
  if ((share === 'local') !== (cid === undefined)) {
    return fault(`${at}/cid`, 'must be there exactly when the artefact is shared')
  }
  const hasManifest = share !== 'local' && form === 'directory'
  if (hasManifest !== (manifestCid !== undefined)) {
    return fault(`${at}/manifestCid`, 'must be there exactly when a directory is shared')
  }
  // The CID of a shared artefact would give away what the salt hides.
  return isSalted(subject) && share !== 'local'
    ? fault('/subject/0/digest', 'must not be salted when the artefact is shared')
    : undefined
}

/**
 * What was used is named once, and no part of it is more than the whole.
 *
 * @param at JSON path of the edges
 */
export function checkEdges(
  edges: readonly (InputEdge | NoDataEdge | ParentEdge)[] = [],
  at: string,
): Rejection | undefined {
  return checkDistinct(edges, at) ?? checkAlone(edges, at) ?? checkSubsets(edges, at)
}

function checkAlone(edges: readonly object[], at: string): Rejection | undefined {
  const saysNone = edges.some((edge) => 'kind' in edge && edge.kind === 'none')
  return saysNone && edges.length > 1
    ? fault(at, 'must have nothing beside an edge that says none')
    : undefined
}

function checkDistinct(edges: readonly object[], at: string): Rejection | undefined {
  const records = edges.flatMap((edge) => ('record' in edge ? [edge.record] : []))
  return new Set(records).size < records.length
    ? fault(at, 'must not name a record twice')
    : undefined
}

function checkSubsets(edges: readonly object[], at: string): Rejection | undefined {
  const wrong = (edges as readonly InputEdge[]).findIndex(
    (edge) => 'subset' in edge && edge.subset !== undefined && edge.subset.count > edge.subset.of,
  )
  return wrong < 0
    ? undefined
    : fault(`${at}/${wrong}/subset`, 'must not have more members than the whole')
}

/** @param at JSON path of the bounds */
export function checkBounds(bounds: readonly Bound[] = [], at: string): Rejection | undefined {
  const wrong = bounds.findIndex(
    ({ min, max }) =>
      (min === undefined && max === undefined) ||
      (min !== undefined && max !== undefined && min > max),
  )
  return wrong < 0
    ? undefined
    : fault(`${at}/${wrong}`, 'must have a minimum or a maximum, in that order')
}

function checkPayload(payload: string | undefined): Rejection | undefined {
  return payload !== undefined && base64Decode(payload) === undefined
    ? fault('/predicate/payload', 'must be padded base64')
    : undefined
}
