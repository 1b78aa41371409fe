import type { AuthorAnswer } from '../../../protocol/api/authors.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { withdrawalLines } from '../../advisories/describe-advisory.ts'
import { namesIn } from '../../artefacts/names-in.ts'
import { given } from '../../given.ts'
import { formatFreshness, formatTime } from '../../output/format.ts'
import { printable } from '../../output/printable.ts'
import { recordLines } from '../../output/record-lines.ts'
import { labellerOf } from '../../phases/labeller.ts'
import { committedRecord } from '../../resolve/committed-record.ts'
import type { Session } from '../../session.ts'
import { findAuthor } from '../../signing/author.ts'

/** One committed record of whatever type: who signed it, where it stands, what it says. */
export async function showRecord(session: Session, id: Digest): Promise<void> {
  const { chain, context } = session
  const record = await committedRecord(session, id)
  const answer = await chain.record(id)
  const { type, ledger, statement } = record
  const { height, timeMs } = answer
  const { withdrawn } = type === 'advisory' ? await chain.advisory(id) : {}
  const labeller = type === 'phase' ? await labellerOf(session, statement.predicate) : undefined
  const names = await namesIn(session, record)
  const author = await findAuthor(session, ledger.author)
  const signer = { did: ledger.author, words: 'the author of this record' }
  const known = { names, signer, ...given({ labeller }) }
  context.output.result({ ...answer, type, statement, ...given({ withdrawn, labeller }) }, [
    `${type} record ${id}`,
    `  author   ${signerWords(author)}${ledger.author}, nonce ${ledger.nonce}`,
    `  ledger   block ${height}, ${formatTime(timeMs ?? 0)}, entry ${answer.logIndex} of the log`,
    ...recordLines(type, statement.predicate, known).map((line) => `  ${line}`),
    ...withdrawalLines(withdrawn).map((line) => `  ${line}`),
    formatFreshness(answer.asOf, Date.now()),
  ])
}

function signerWords(author: AuthorAnswer | undefined): string {
  if (author === undefined) return ''
  return `${printable(author.name)} (${printable(author.organisation)}), `
}
