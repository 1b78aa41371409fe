import type { Digest } from '../../protocol/digest.ts'
import { namedIn } from '../../protocol/queries/family/named-in.ts'
import type { LedgerRecord } from '../../protocol/records/record.ts'
import type { Names } from '../output/names.ts'
import { committedRecord } from '../resolve/committed-record.ts'
import type { Session } from '../session.ts'
import { namesOf } from './names-of.ts'

/** What people call everything that a record names by an id alone: artefacts, recalls, advisories. */
export async function namesIn(session: Session, { statement }: LedgerRecord): Promise<Names> {
  const { predicate } = statement
  const artefacts = [...artefactOf(predicate), ...namedIn(predicate)]
  const names = new Map(await namesOf(session, artefacts))
  for (const id of spokenOf(predicate)) names.set(id, await titleOf(session, id))
  return names
}

type Predicate = LedgerRecord['statement']['predicate']

function artefactOf(predicate: Predicate): readonly Digest[] {
  const artefact = 'artefact' in predicate ? predicate.artefact : undefined
  return typeof artefact === 'string' ? [artefact] : []
}

/** The records about artefacts and software that a record speaks of in its turn. */
function spokenOf(predicate: Predicate): readonly Digest[] {
  if ('proposal' in predicate) return [predicate.proposal]
  if ('about' in predicate) return [predicate.about]
  return 'advisory' in predicate && 'reason' in predicate ? [predicate.advisory] : []
}

async function titleOf(session: Session, id: Digest): Promise<string> {
  const { type, statement } = await committedRecord(session, id)
  if (type === 'advisory') return `advisory ${statement.predicate.advisory}`
  if (type !== 'recall') return type
  const { artefact, action } = statement.predicate
  const name = (await namesOf(session, [artefact])).get(artefact)
  return action === 'recall' ? `recall of ${name}` : `lifting the recall of ${name}`
}
