import type {
  DataUsed,
  Part,
  Participant,
  Participants,
} from '../../protocol/queries/family/participants.ts'
import { deedWords } from './deed-words.ts'
import { edgeWords, evidenceWords } from './edge-words.ts'
import { formatCount, formatMany, shortId } from './format.ts'
import { marksOf, nodeWords, signerWords, unknownWords } from './lineage-words.ts'
import { printable } from './printable.ts'

/** All stakeholders, all parts and all data of an artefact, for people. */
export function participantLines(found: Participants): readonly string[] {
  const { people, parts, software, data, unknown, complete } = found
  const names = new Map([...parts, ...data].map((node) => [node.record, nodeWords(node)]))
  const nameOf = (record: string) => names.get(record as Part['record']) ?? shortId(record)
  return [
    `${formatMany(people.length, 'signer')} of ${formatMany(organisationsOf(people), 'organisation')}`,
    ...people.flatMap((person) => personLines(person, nameOf)),
    '',
    formatMany(parts.length, 'part'),
    ...parts.flatMap(partLines),
    '',
    `${formatMany(data.length, 'piece')} of data`,
    ...data.flatMap((node) => dataLines(node, nameOf)),
    '',
    formatMany(software.length, 'package'),
    ...software.map(
      ({ purl, artefacts }) => `  ${printable(purl)}, in ${formatMany(artefacts, 'artefact')}`,
    ),
    '',
    ...unknown.map((origin) => `not known: ${nameOf(origin.to)} is ${unknownWords(origin)}`),
    complete
      ? 'complete: every edge of the family leads to a record on the ledger'
      : 'not complete: the ledger does not know all of it',
  ]
}

function organisationsOf(people: readonly Participant[]): number {
  return new Set(people.map(({ organisation }) => organisation)).size
}

/** One line for each kind of deed, so that a thousand evaluations stay readable. */
function personLines(person: Participant, nameOf: (record: string) => string): readonly string[] {
  const kinds = new Map<string, string[]>()
  for (const { type, what, artefact } of person.deeds) {
    const kind = deedWords(type, what)
    kinds.set(kind, [...(kinds.get(kind) ?? []), nameOf(artefact)])
  }
  return [
    `  ${signerWords(person)}`,
    ...[...kinds].map(([kind, names]) => `    ${kind}: ${listed([...new Set(names)])}`),
  ]
}

const NAMES_MAX = 5

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_MAX
  const shown = names.slice(0, NAMES_MAX).join('; ')
  return more > 0 ? `${shown}; and ${formatCount(more)} more` : shown
}

function partLines(part: Part): readonly string[] {
  const marks = marksOf(part)
  const shown = marks.length === 0 ? '' : ` [${marks.join(', ')}]`
  return [
    `  ${nodeWords(part)}${shown}, signed by ${signerWords(part)}, ${shortId(part.record)}`,
    ...(part.components ?? []).map((component) => `    component ${printable(component)}`),
  ]
}

function dataLines(node: DataUsed, nameOf: (record: string) => string): readonly string[] {
  return [
    ...partLines(node),
    `    digest ${node.sha256 ?? `${node.saltedSha256 ?? ''} (salted)`}`,
    ...node.usedBy.map(
      (use) => `    ${nameOf(use.to)} was ${edgeWords(use.kind)} it (${evidenceWords(use)})`,
    ),
  ]
}
