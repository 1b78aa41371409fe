import { normalPackageUrl, parsePackageUrl } from '../../advisories/package-url.ts'
import { EMPTY_BYTES } from '../../bytes.ts'
import { type Digest, digestBytes } from '../../digest.ts'
import { utf8Encode } from '../../encoding/utf8.ts'
import type { Write } from '../../ports.ts'
import { aboutOf } from '../../records/about.ts'
import { softwareOf, softwareOfPhase } from '../../records/certificates/software.ts'
import { isCertificate, type LedgerRecord, type RecordOf } from '../../records/record.ts'
import type { CertificateType } from '../../records/statement.ts'
import { subjectDigest, subjectOf } from '../../records/subject.ts'
import { edgesOf } from '../../rules/edges.ts'
import type { KeyHistory } from '../../rules/key-history.ts'
import { storageKey } from '../../storage-keys.ts'
import { encodeFamilyEntry, familyEntry } from './family-entry.ts'
import { encodePosition, type RecordPosition } from './record-position.ts'

type CertificateRecord = RecordOf<CertificateType>
type RegisteredAuthor = Pick<KeyHistory, 'organisation' | 'name'>

/**
 * The lookup entries of one committed record. No rule reads them and no root covers them: they can
 * be built again from the blocks.
 *
 * @param author who vouches for the record's author, and under which name
 */
export function indexWrites(
  record: LedgerRecord,
  position: RecordPosition,
  author: RegisteredAuthor,
): Write[] {
  const { author: did, nonce } = record.ledger
  const id = digestBytes(record.id)
  const writes: Write[] = [
    { key: storageKey.record(record.id), value: encodePosition(position) },
    { key: storageKey.authorNonce(did, nonce), value: id },
  ]
  const about = aboutOf(record)
  if (about !== undefined) {
    writes.push({ key: storageKey.event(about, position.logIndex), value: id })
  }
  if (isCertificate(record)) writes.push(...artefactWrites(record, position, author))
  if (record.type === 'key') {
    const { did: key, name } = record.statement.predicate.key
    writes.push({ key: storageKey.person(author.organisation, name, key), value: EMPTY_BYTES })
  }
  if (record.type === 'phase') {
    const { artefact, content } = record.statement.predicate
    writes.push({ key: storageKey.phase(artefact, position.logIndex), value: id })
    writes.push(...softwareWrites(softwareOfPhase(content), artefact, storageKey.softwareAdded))
  }
  return [...writes, ...recallWrites(record, position.logIndex)]
}

/** What was recalled, warned of and answered, found without reading what was not. */
function recallWrites(record: LedgerRecord, logIndex: number): readonly Write[] {
  const value = digestBytes(record.id)
  if (record.type === 'recall' || record.type === 'approval') {
    return [{ key: storageKey.recallOrder(logIndex), value }]
  }
  if (record.type === 'status') {
    const { artefact, about } = record.statement.predicate
    return [{ key: storageKey.answer(artefact, about), value }]
  }
  if (record.type !== 'advisory') return []
  const { packages } = record.statement.predicate
  const bases = new Set(packages.map(({ purl }) => parsePackageUrl(purl).base))
  return [
    { key: storageKey.advisoryOrder(logIndex), value },
    ...[...bases].map((base) => ({
      key: storageKey.advisoryPackage(base, record.id),
      value: EMPTY_BYTES,
    })),
  ]
}

function artefactWrites(
  record: CertificateRecord,
  position: RecordPosition,
  author: RegisteredAuthor,
): readonly Write[] {
  const { logIndex } = position
  const { artefact } = record.statement.predicate
  const id = digestBytes(record.id)
  const software = softwareOf(record.statement.predicate)
  const writes: Write[] = [
    { key: storageKey.artefactOrder(logIndex), value: id },
    { key: storageKey.name(author.organisation, artefact.name, logIndex), value: id },
    {
      key: storageKey.artefactDigest(subjectDigest(subjectOf(record.statement)), record.id),
      value: EMPTY_BYTES,
    },
    {
      key: storageKey.family(record.id),
      value: encodeFamilyEntry(familyEntry(record, position, author)),
    },
  ]
  for (const cid of [artefact.cid, artefact.manifestCid]) {
    if (cid === undefined) continue
    writes.push({ key: storageKey.artefactCid(cid, record.id), value: EMPTY_BYTES })
  }
  return [
    ...writes,
    ...softwareWrites(software, record.id, storageKey.softwareOf),
    ...descendantWrites(record),
  ]
}

/** From each package to what was made with it, so that an advisory finds it, and back. */
function softwareWrites(
  purls: readonly string[],
  artefact: Digest,
  backKey: (artefact: Digest, purl: string) => string,
): readonly Write[] {
  return [...new Set(purls.map(normalPackageUrl))].flatMap((purl) => [
    { key: storageKey.software(purl, artefact), value: EMPTY_BYTES },
    { key: backKey(artefact, purl), value: EMPTY_BYTES },
  ])
}

/** One entry for each artefact that a certificate names, so that the way down is one scan. */
function descendantWrites(record: CertificateRecord): readonly Write[] {
  return edgesOf(record.statement.predicate).certified.map((edge) => ({
    key: storageKey.descendant(edge.record, record.id),
    value: utf8Encode(edge.kind),
  }))
}
