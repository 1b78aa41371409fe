import type { ArtefactAnswer } from '../../protocol/api/artefacts.ts'
import { type Digest, isDigest } from '../../protocol/digest.ts'
import {
  type AboutArtefact,
  aboutArtefactStatement,
  type SubjectDigest,
} from '../../protocol/records/build.ts'
import type { ArtefactReference } from '../../protocol/records/certificates/certificates.ts'
import type { LedgerFields } from '../../protocol/records/ledger-fields.ts'
import type { Predicates } from '../../protocol/records/statement.ts'
import { cliError } from '../cli-error.ts'
import { chooseSigner } from '../keys/choose-signer.ts'
import type { SecretKey } from '../keys/key-file.ts'
import { shortId } from '../output/format.ts'
import type { Session } from '../session.ts'
import type { SigningFlags } from './flags.ts'
import { signOnce } from './sign-once.ts'
import type { Submitted } from './submit-record.ts'

/** A record of one of the types that speak of an artefact: an event, a phase, a recall, a status. */
export interface SignedAbout<T extends AboutArtefact> {
  readonly type: T
  readonly artefact: ArtefactAnswer
  /** What it says, given where and when it belongs; `artefact` in it is `recordOf(artefact)`. */
  readonly predicate: (ledger: LedgerFields) => Predicates[T]
  /** All that makes it another record than its neighbours about this artefact, as JSON. */
  readonly intent: readonly unknown[]
  /** For the person who signs: what others will see, foreign text made printable. */
  readonly lines: readonly string[]
  readonly options: SigningFlags
  /** In place of the person or data source that the options name. */
  readonly signer?: SecretKey
}

/**
 * Signs a record about an artefact by the key of a person or data source, once, and waits for its end.
 *
 * @throws CliError as signOnce does
 */
export async function signAbout<T extends AboutArtefact>(
  session: Session,
  { type, artefact, predicate, intent, lines, options, signer }: SignedAbout<T>,
): Promise<Submitted> {
  const record = recordOf(artefact)
  return signOnce(session, {
    signer: signer ?? (await chooseSigner(session.home, options.key)),
    intent: [type, record, ...intent],
    lines: [...lines, `about ${shortId(record)}`],
    statement: (ledger) => aboutArtefactStatement(type, subjectOf(artefact), predicate(ledger)),
    options,
  })
}

/** The id under which the node knows an artefact. */
export function recordOf({ record }: Pick<ArtefactAnswer, 'record'>): Digest {
  if (isDigest(record)) return record
  throw cliError('bad-answer', 'the node gives no record id')
}

/** An artefact as other records name it. */
export function referenceTo(artefact: ArtefactAnswer): ArtefactReference {
  const [digest] = Object.values(subjectOf(artefact))
  return { record: recordOf(artefact), digest: digest as Digest }
}

function subjectOf({ sha256, saltedSha256 }: ArtefactAnswer): SubjectDigest {
  if (isDigest(sha256)) return { sha256 }
  if (isDigest(saltedSha256)) return { 'pedigree-salted-sha256': saltedSha256 }
  throw cliError('bad-answer', 'the node gives no digest for the artefact')
}
