import { stat } from 'node:fs/promises'
import type { ArtefactAnswer } from '../../protocol/api/artefacts.ts'
import type { Match } from '../../protocol/api/resolve.ts'
import { cliError } from '../cli-error.ts'
import { hashArtefact } from '../hashing/hash-artefact.ts'
import { shortId } from '../output/format.ts'
import { printable } from '../output/printable.ts'
import type { Session } from '../session.ts'

interface ResolveOptions {
  /** Which kinds count; all if absent. */
  readonly kinds?: readonly Match['kind'][]
  /** Prefer artefacts of these types where a text names several things. */
  readonly types?: readonly string[]
}

/** A path is one only when it is written as one: an id, a name or a CID never begins like this. */
export function isPath(text: string): boolean {
  return /^(?:\.{0,2}\/|\.{1,2}$)/.test(text)
}

/**
 * The one thing on the ledger that a text names: a record id, digest, CID, path, name or prefix.
 *
 * @throws CliError `unknown-id` for none, `ambiguous` with the candidates for several
 */
export async function resolveOne(
  session: Session,
  text: string,
  options: ResolveOptions = {},
): Promise<Match> {
  if (text === '') throw cliError('usage', 'the id is empty')
  const query = isPath(text) ? await digestOfPath(session, text) : withoutScheme(text)
  const matches = await resolveAll(session, query, options)
  const [match] = matches
  if (match === undefined) throw unknown(session, text, query)
  if (matches.length > 1) throw ambiguous(text, matches)
  return match
}

const IPFS = /^ipfs:\/\//i

/** `ipfs://CID` is that CID. What lies deeper in a directory has no certificate of its own. */
function withoutScheme(text: string): string {
  if (!IPFS.test(text)) return text
  const cid = text.replace(IPFS, '').replace(/\/$/, '')
  if (/^[A-Za-z0-9]+$/.test(cid)) return cid
  throw cliError('usage', `${text} is not ipfs://CID and nothing after it`, {
    hint: 'an artefact is fetched whole: leave the path out, and look for the file in it afterwards',
  })
}

/** Everything that a text may name. */
export async function resolveAll(
  session: Session,
  query: string,
  { kinds, types }: ResolveOptions = {},
): Promise<readonly Match[]> {
  const { matches } = await session.chain.resolve(query, session.home.config.organisation)
  const ofKind = matches.filter(({ kind }) => kinds === undefined || kinds.includes(kind))
  const ofType = ofKind.filter(({ type = '' }) => types === undefined || types.includes(type))
  return ofType.length > 0 ? ofType : ofKind
}

/** The artefact that a text names, and what the ledger says of it. */
export async function resolveArtefact(
  session: Session,
  text: string,
  types?: readonly string[],
): Promise<ArtefactAnswer> {
  const kinds = ['artefact'] as const
  const match = await resolveOne(session, text, { kinds, ...(types && { types }) })
  return session.chain.artefact(match.record)
}

/** What a candidate is, on one line. */
function describeMatch({ record, kind, type, organisation, name }: Match): string {
  const what = [type ?? kind, organisation && name && `${organisation}/${name}`]
  return `${record}  ${what
    .filter((part) => part)
    .map((part) => printable(String(part)))
    .join(' ')}`
}

async function digestOfPath(session: Session, path: string): Promise<string> {
  return (await hashArtefact(session.context, path)).sha256
}

function unknown({ home }: Session, text: string, query: string): Error {
  const said = isPath(text) ? `${text} (sha256 ${query})` : text
  return cliError('unknown-id', `nothing on the ledger is named ${said}`, {
    hint: `pedigree --home ${home.path} list shows what is there; a bare name means one of your own organisation`,
    facts: { query },
  })
}

function ambiguous(text: string, matches: readonly Match[]): Error {
  const lines = matches.map((match) => `  ${describeMatch(match)}`)
  return cliError('ambiguous', `${text} names ${matches.length} things:\n${lines.join('\n')}`, {
    hint: `use one of the ids; its first ${shortId('0'.repeat(64)).length} digits are enough`,
    facts: { candidates: matches },
  })
}

/** Whether a text that was not written as a path happens to name a file, for a better hint. */
export async function looksLikeFile(text: string): Promise<boolean> {
  return stat(text).then(
    () => true,
    () => false,
  )
}
