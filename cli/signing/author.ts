import type { AuthorAnswer } from '../../protocol/api/authors.ts'
import { CliError, cliError } from '../cli-error.ts'
import type { SecretKey } from '../keys/key-file.ts'
import { printable } from '../output/printable.ts'
import type { Session } from '../session.ts'

/**
 * The signer as the ledger knows it.
 *
 * @throws CliError `unknown-author` for a key that is not registered, `key-unsuitable` for one
 *   of another organisation, `not-allowed` for one that counts no more
 */
export async function registeredAuthor(session: Session, signer: SecretKey): Promise<AuthorAnswer> {
  const author = await findAuthor(session, signer.did)
  if (author === undefined) {
    throw new CliError('unknown-author', `the key of ${signer.name} is not on the ledger`, {
      hint: `register it: pedigree --home ${session.home.path} person add NAME`,
    })
  }
  const own = session.home.config.organisation
  if (author.organisation !== own) {
    const whose = `the key of ${signer.name} belongs to ${printable(author.organisation)}`
    throw cliError('key-unsuitable', `${whose}, and this home to ${own}`, {
      hint: `use a home of ${printable(author.organisation)}: what is signed is certified in its name`,
    })
  }
  if (author.valid) return author
  throw new CliError('not-allowed', `the key of ${signer.name} is not valid any more`)
}

/** Undefined for a key that no record registered. */
export async function findAuthor(session: Session, did: string): Promise<AuthorAnswer | undefined> {
  try {
    return await session.chain.author(did)
  } catch (error) {
    if (error instanceof CliError && error.code === 'unknown-author-key') return undefined
    throw error
  }
}
