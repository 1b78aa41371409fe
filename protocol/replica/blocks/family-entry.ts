import type { Digest } from '../../digest.ts'
import { utf8Encode } from '../../encoding/utf8.ts'
import { FAMILY_TEXT_CHARS_MAX } from '../../limits.ts'
import type {
  How,
  InputEdge,
  NoDataEdge,
  ParentEdge,
  Relation,
} from '../../records/certificates/certificates.ts'
import type { RecordOf } from '../../records/record.ts'
import type { CertificateType, Predicates } from '../../records/statement.ts'
import { isSalted, subjectDigest, subjectOf } from '../../records/subject.ts'
import { type Edge, edgesOf } from '../../rules/edges.ts'
import type { KeyHistory } from '../../rules/key-history.ts'
import { decodeStateValue } from '../../rules/state-value.ts'
import type { RecordPosition } from './record-position.ts'

/**
 * What the family tree needs of one birth certificate, in an index of its own: a tree of thousands
 * reads no block. What can change (state, owner, recall) is not here but in the state.
 */
export interface FamilyEntry {
  /** Built-in, or declared by the network. */
  readonly type: string
  readonly name: string
  readonly version: string
  /** Of whoever signed. */
  readonly organisation: string
  readonly signer: string
  /** did:key */
  readonly author: string
  readonly digest: Digest
  readonly salted?: true
  readonly height: number
  readonly logIndex: number
  /** What it was made from, in the order of the certificate. */
  readonly edges: readonly FamilyEdge[]
  readonly unknown: readonly UnknownOrigin[]
}

export type FamilyEdge = Pick<Edge, 'record' | 'kind' | 'how' | 'subset'>

/** Something it was made from of which no record exists. Texts are cut at FAMILY_TEXT_CHARS_MAX. */
export type UnknownOrigin =
  | {
      readonly kind: 'input' | 'dataset'
      readonly reason: string
      readonly how?: How
      readonly digest?: Digest
    }
  | {
      readonly kind: 'parent'
      readonly relation: Relation
      readonly uri: string
      readonly revision?: string
      readonly digest?: Digest
      readonly how?: How
    }

type CertificateRecord = RecordOf<CertificateType>

export function familyEntry(
  record: CertificateRecord,
  { height, logIndex }: RecordPosition,
  { organisation, name: signer }: Pick<KeyHistory, 'organisation' | 'name'>,
): FamilyEntry {
  const { predicate } = record.statement
  const subject = subjectOf(record.statement)
  return {
    type: artefactTypeName(record),
    name: predicate.artefact.name,
    version: predicate.artefact.version,
    organisation,
    signer,
    author: record.ledger.author,
    digest: subjectDigest(subject),
    ...(isSalted(subject) ? { salted: true as const } : {}),
    height,
    logIndex,
    edges: edgesOf(predicate).certified.map(familyEdge),
    unknown: unknownOrigins(predicate),
  }
}

function familyEdge(edge: Edge): FamilyEdge {
  const { digest: _, types: __, ...rest } = edge
  return rest
}

/** The type whose machine an artefact follows: that of its record, or the declared one it names. */
export function artefactTypeName(record: CertificateRecord): string {
  return record.type === 'artefact' ? record.statement.predicate.type : record.type
}

/** The edges of a certificate that say openly that no record exists. */
export function unknownOrigins(predicate: Predicates[CertificateType]): readonly UnknownOrigin[] {
  const inputs = 'inputs' in predicate ? (predicate.inputs ?? []) : []
  const datasets = 'datasets' in predicate ? predicate.datasets : []
  const parents = 'parents' in predicate ? predicate.parents : []
  return [
    ...inputs.flatMap((edge) => unknownInput(edge, 'input')),
    ...datasets.flatMap((edge) => unknownInput(edge, 'dataset')),
    ...parents.flatMap(externalParent),
  ]
}

function unknownInput(
  edge: InputEdge | NoDataEdge,
  kind: 'input' | 'dataset',
): readonly UnknownOrigin[] {
  if (edge.kind !== 'unknown') return []
  return [{ ...edge, kind, reason: clip(edge.reason) }]
}

function externalParent(edge: ParentEdge): readonly UnknownOrigin[] {
  if (edge.kind === 'certified') return []
  return [{ ...edge, kind: 'parent', uri: clip(edge.uri) }]
}

/** The certificate itself has the whole text; a tree of many nodes stays readable and bounded. */
function clip(text: string): string {
  const points = Array.from(text)
  return points.length <= FAMILY_TEXT_CHARS_MAX
    ? text
    : `${points.slice(0, FAMILY_TEXT_CHARS_MAX - 1).join('')}…`
}

/** No root covers it, so any form will do that is the same for the same entry. */
export function encodeFamilyEntry(entry: FamilyEntry): Uint8Array {
  return utf8Encode(JSON.stringify(entry))
}

/** @throws InvariantError for anything but our own bytes */
export function decodeFamilyEntry(bytes: Uint8Array): FamilyEntry {
  return decodeStateValue<FamilyEntry>(bytes)
}
