import type { ProvenStory, ReceiptVerdict } from '../../protocol/receipts/verdict.ts'
import { PHASES } from '../../protocol/records/events/events.ts'
import { certificateLines } from '../output/certificate-lines.ts'
import { formatMany } from '../output/format.ts'
import { eachPhase, historyLines } from '../output/story-lines.ts'
import type { Check } from './check.ts'
import { provenName } from './receipt-recalls.ts'

/** What the receipt tells of its subject's life, record by record; nothing where it brings none of it. */
export function receiptStoryLines({ story, records, asOf }: ReceiptVerdict): readonly string[] {
  if (story === undefined || story.records.length === 0) return []
  const { missingPhases } = story
  const artefacts = records.filter(({ artefact }) => artefact !== undefined)
  const names = new Map(artefacts.map((record) => [record.id, provenName(record)]))
  const absent = story.complete ? `MISSING as of block ${asOf.height}` : 'not in this receipt'
  const phases = missingPhases === undefined ? [] : eachPhase(story.records, names, () => absent)
  const count = `${PHASES.length - (missingPhases?.length ?? 0)} of ${PHASES.length}`
  return [
    ...certificateLines(story.certificate).map((line) => `  ${line}`),
    ...(phases.length === 0
      ? []
      : [
          'phases',
          ...phases,
          `  ${count} phases are ${story.complete ? 'documented' : 'in this receipt'}`,
        ]),
    'history, in the order of the ledger',
    ...story.records.flatMap((record) => historyLines(record, { names })),
  ]
}

/**
 * Whether that is all that was signed about it. A receipt alone never proves that nothing was left
 * out; the count in the artefact's state does, and the lists of approvals in those of its recalls.
 */
export function storyChecks({ story, asOf }: ReceiptVerdict): readonly Check[] {
  if (story === undefined) return []
  const { complete } = story
  const detail = complete ? wholeStory(story, asOf.height) : partOfStory(story)
  return [{ check: 'story', ok: complete ? true : null, detail }]
}

const WHAT = 'phases, events, recalls and answers'

function wholeStory({ said }: ProvenStory, height: number): string {
  return said === 0
    ? `nothing was signed about it since (${WHAT}), as of block ${height}`
    : `${WHAT}: all ${formatMany(said, 'record')} about it as of block ${height} ${said === 1 ? 'is' : 'are'} proven with it`
}

function partOfStory({ said, records }: ProvenStory): string {
  const out = said - records.length
  return out === 0
    ? 'approvals of a recall of it are not in this receipt'
    : `${formatMany(out, 'record')} about it (${WHAT}) ${out === 1 ? 'is' : 'are'} not in this receipt (receipt --full brings them)`
}
