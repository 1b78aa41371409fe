import type { Digest } from '../../protocol/digest.ts'
import type { ProvenRecall, ProvenRecord, ReceiptVerdict } from '../../protocol/receipts/verdict.ts'
import { formatTime } from '../output/format.ts'
import { printable } from '../output/printable.ts'
import type { Check } from './check.ts'

/**
 * Recalls and forbidden architectures that a receipt proves, of its subject and of the ancestors that it
 * brings. Advisories are not in a receipt: only a node can be asked for them.
 */
export function recallChecks(proven: ReceiptVerdict): readonly Check[] {
  const { subject, recalls, ancestry, records } = proven
  if (!standsOnArtefacts(subject)) return []
  const names = new Map(records.map((record) => [record.id, provenName(record)]))
  const invalid = invalidIn(proven)
  const checks = recalls.map((recall) => recallCheck(recall, subject, names))
  if (invalid !== undefined) {
    const name = names.get(invalid) ?? invalid
    const detail = `it is, or comes from, the pipeline ${name}, whose architecture the rules of this network forbid`
    checks.push({ check: 'architecture', ok: false, detail })
  }
  return recalls.length > 0 || subject.artefact?.ancestors.length === 0
    ? checks
    : [...checks, noneCheck(proven, ancestry.closed)]
}

/** A certificate, or what was said of one; a recall is not to be doubted for what it recalls. */
export function standsOnArtefacts({ artefact, type }: ProvenRecord): boolean {
  return artefact !== undefined || type === 'phase' || type === 'event' || type === 'status'
}

/** The forbidden pipeline that the subject is made with: handed down, so any ancestor that has it tells. */
function invalidIn({ records }: ReceiptVerdict): Digest | undefined {
  return records.find(({ artefact }) => artefact?.invalid !== undefined)?.artefact?.invalid
}

/** Whether what a receipt is about is recalled, forbidden, or stands on something that is. */
export function isCondemnedReceipt(proven: ReceiptVerdict): boolean {
  const { subject, recalls } = proven
  return standsOnArtefacts(subject) && (recalls.length > 0 || invalidIn(proven) !== undefined)
}

/** What people call an artefact that a receipt proves; the id of any other record. */
export function provenName({ organisation, artefact, id }: ProvenRecord): string {
  if (artefact === undefined) return id
  const { name, version } = artefact.description
  return printable(`${organisation}/${name}@${version}`)
}

function recallCheck(
  recall: ProvenRecall,
  subject: ProvenRecord,
  names: ReadonlyMap<Digest, string>,
): Check {
  const { artefact, height, by, reason, organisation, signer, record } = recall
  const name = names.get(artefact) ?? artefact
  const other = subject.artefact === undefined ? name : `its ancestor ${name}`
  const what = artefact === subject.id ? 'it' : other
  const whose =
    organisation === undefined ? '' : ` ${printable(organisation)} (${printable(signer ?? '')})`
  const who = by === 'owner' ? `its owner${whose}` : `the committee, as proposed by${whose}`
  const why = reason === undefined ? 'why is not in the receipt' : printable(reason)
  const decided = by === 'committee' && organisation === undefined ? 'the committee' : who
  const detail = `${what} is recalled since block ${height} by ${decided}: ${why} (recall ${record})`
  return { check: 'recall', ok: false, detail }
}

function noneCheck({ asOf, ancestry }: ReceiptVerdict, closed: boolean): Check {
  const until = `as of block ${asOf.height}, ${formatTime(asOf.timeMs)}; later unknown`
  return closed
    ? { check: 'recall', ok: true, detail: `no ancestor is recalled ${until}` }
    : {
        check: 'recall',
        ok: null,
        detail: `whether its ancestors are recalled is unknown: ${ancestry.missing.length} of them are not in the receipt`,
      }
}
