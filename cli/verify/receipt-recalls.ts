import type { Digest } from '../../protocol/digest.ts'
import type { ProvenRecall, ProvenRecord, ReceiptVerdict } from '../../protocol/receipts/verdict.ts'
import { formatTime } from '../output/format.ts'
import { printable } from '../output/printable.ts'
import type { Check } from './verdict.ts'

/**
 * Recalls and forbidden architectures that a receipt proves, of its subject and of the ancestors that it
 * brings. Advisories are not in a receipt: only a node can be asked for them.
 */
export function recallChecks(proven: ReceiptVerdict): readonly Check[] {
  const { subject, recalls, ancestry, records } = proven
  if (subject.artefact === undefined) return []
  const names = new Map(records.map((record) => [record.id, provenName(record)]))
  const { invalid } = subject.artefact
  const checks = recalls.map((recall) => recallCheck(recall, subject, names))
  if (invalid !== undefined) {
    const name = names.get(invalid) ?? invalid
    const detail = `it is, or comes from, the pipeline ${name}, whose architecture the rules of this network forbid`
    checks.push({ check: 'architecture', ok: false, detail })
  }
  return recalls.length > 0 || subject.artefact.ancestors.length === 0
    ? checks
    : [...checks, noneCheck(proven, ancestry.closed)]
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
  const what = artefact === subject.id ? 'it' : `its ancestor ${names.get(artefact) ?? artefact}`
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
