import type { Labeller } from '../../protocol/queries/family/story.ts'
import { labellerKey } from '../../protocol/records/events/labeller.ts'
import { refuse } from '../../protocol/rejection.ts'
import { CliError, cliError, refusal } from '../cli-error.ts'
import { printable } from '../output/printable.ts'
import type { Session } from '../session.ts'
import { findAuthor } from '../signing/author.ts'
import type { PhaseToSign } from './phase-to-sign.ts'

/** A phase as it will be signed, and who it says labelled, where that person is registered. */
export interface PhaseOfPerson {
  readonly told: PhaseToSign
  readonly labeller?: Labeller
}

const REGISTERED_NAME = /^([a-z0-9][a-z0-9._-]*)\/([a-z0-9][a-z0-9._-]*)$/

/**
 * Who labelled may be named as ORG/NAME: what gets signed is the key of that person. Any other text that
 * is no did:key is a name that stays as it is.
 *
 * @throws CliError `unknown-person` for a key or an ORG/NAME that is not registered, `ambiguous`
 */
export async function withLabeller(session: Session, told: PhaseToSign): Promise<PhaseOfPerson> {
  const { content } = told
  if (content === undefined || !('person' in content)) return { told }
  const [, organisation, name] = REGISTERED_NAME.exec(content.person) ?? []
  if (organisation !== undefined && name !== undefined) {
    const person = await keyOfPerson(session, organisation, name)
    const resolved = { ...told, content: { ...content, person } }
    return { told: resolved, labeller: { organisation, name } }
  }
  const did = labellerKey(content)
  return did === undefined ? { told } : { told, labeller: await registeredLabeller(session, did) }
}

/** Of a phase on the ledger: every node has checked that the person is registered. */
export async function labellerOf(
  session: Session,
  { content }: Pick<PhaseToSign, 'content'>,
): Promise<Labeller | undefined> {
  const did = labellerKey(content)
  return did === undefined ? undefined : registeredLabeller(session, did)
}

async function registeredLabeller(session: Session, did: string): Promise<Labeller> {
  const key = await findAuthor(session, did)
  if (key === undefined) throw refusal(refuse('unknown-person', `${did} is not registered`))
  if (key.class !== 'person') {
    throw refusal(refuse('unknown-person', `${did} is registered, but of the class ${key.class}`))
  }
  return { organisation: key.organisation, name: key.name }
}

async function keyOfPerson({ chain }: Session, organisation: string, name: string) {
  const { people } = await chain.people(organisation, name)
  const [person] = people
  if (person === undefined) {
    throw new CliError('unknown-person', `${organisation} has registered nobody named ${name}`, {
      hint: 'a name that is not to be looked up is written without a slash: "Carol Example"',
    })
  }
  if (people.length === 1) return person.did
  const keys = people.map(({ did }) => `  ${printable(did)}`).join('\n')
  const many = `${organisation} has registered ${people.length} keys for ${name}`
  throw cliError('ambiguous', `${many}:\n${keys}`, {
    hint: 'write the did:key of the one that is meant',
  })
}
