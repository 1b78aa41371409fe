import type { AffectedPackage, VersionRange } from '../../protocol/records/events/recalls.ts'
import type { Predicates, RecordType } from '../../protocol/records/statement.ts'
import { certificateLines } from './certificate-lines.ts'
import { evidenceLines, scalarWords, textLine } from './fact-lines.ts'
import { nameWithId } from './names.ts'
import { type Known, NOTHING_KNOWN, phaseLines } from './phase-lines.ts'
import { printable } from './printable.ts'

type Lines = {
  readonly [T in RecordType]: (predicate: Predicates[T], known: Known) => readonly string[]
}

const LINES: Lines = {
  'raw-data': certificateLines,
  dataset: certificateLines,
  model: certificateLines,
  pipeline: certificateLines,
  artefact: certificateLines,
  event: ({ artefact, event, details, references = {}, evidence }, { names }) => [
    `event    ${printable(event)} of ${nameWithId(names, artefact)}`,
    ...(Object.keys(details).length === 0 ? [] : [`details  ${scalarWords(details)}`]),
    ...Object.entries(references).map(
      ([role, { record }]) => `${printable(role).padEnd(8)} ${nameWithId(names, record)}`,
    ),
    ...evidenceLines(evidence),
  ],
  phase: (predicate, known) => [
    `phase    ${predicate.phase} of ${nameWithId(known.names, predicate.artefact)}`,
    ...phaseLines(predicate, known),
  ],
  recall: ({ artefact, action, reason }, { names }) => [
    `${action === 'recall' ? 'recalls ' : 'lifts   '} ${nameWithId(names, artefact)}`,
    ...textLine('reason', reason),
  ],
  approval: ({ proposal }, { names }) => [`approves ${nameWithId(names, proposal)}`],
  advisory: ({ advisory, summary, severity, url, packages }) => [
    ...textLine('advisory', advisory),
    ...textLine('summary', summary),
    ...textLine('severity', severity),
    ...textLine('url', url),
    ...packages.map(packageLine),
  ],
  withdrawal: ({ advisory, reason }, { names }) => [
    `withdraws ${nameWithId(names, advisory)}`,
    ...textLine('reason', reason),
  ],
  status: ({ artefact, about, status, reason }, { names }) => [
    `artefact ${nameWithId(names, artefact)}`,
    `about    ${nameWithId(names, about)}`,
    `status   ${status.replaceAll('_', ' ')}`,
    ...textLine('reason', reason),
  ],
  key: ({ key }) => [
    `key      ${key.did}`,
    `of       ${printable(key.name)}, a ${key.class === 'person' ? 'person' : 'data source'}`,
  ],
  rejoin: ({ consensusKey, nonce }) => [`signs    again: ${consensusKey}`, `nonce    ${nonce}`],
}

/** What any record says, without its ledger fields. */
export function recordLines<T extends RecordType>(
  type: T,
  predicate: Predicates[T],
  known: Known = NOTHING_KNOWN,
): readonly string[] {
  return LINES[type](predicate, known)
}

function packageLine({ purl, versions = [], ranges = [] }: AffectedPackage): string {
  const parts = [...versions, ...ranges.map(rangeWords)]
  return `package  ${printable(purl)}: ${parts.map(printable).join('; ')}`
}

function rangeWords({ introduced, fixed, lastAffected }: VersionRange): string {
  if (fixed !== undefined) return `from ${introduced} up to but not including ${fixed}`
  return lastAffected === undefined ? `from ${introduced}` : `from ${introduced} to ${lastAffected}`
}
