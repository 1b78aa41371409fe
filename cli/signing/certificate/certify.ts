import { basename } from 'node:path'
import type { ArtefactAnswer } from '../../../protocol/api/artefacts.ts'
import { saltedDigestOf } from '../../../protocol/artefacts/salted-digest.ts'
import { equalBytes } from '../../../protocol/bytes.ts'
import { isDigest } from '../../../protocol/digest.ts'
import { base64Encode } from '../../../protocol/encoding/base64.ts'
import { canonicalJson } from '../../../protocol/encoding/canonical-json.ts'
import type { Expectation } from '../../../protocol/home.ts'
import { certificateStatement } from '../../../protocol/records/build.ts'
import type { ArtefactDescription } from '../../../protocol/records/certificates/certificates.ts'
import type { LedgerFields } from '../../../protocol/records/ledger-fields.ts'
import type { LedgerRecord } from '../../../protocol/records/record.ts'
import type { CertificateType, Predicates } from '../../../protocol/records/statement.ts'
import type { Rejection } from '../../../protocol/rejection.ts'
import { nameOfFile, parseName } from '../../artefacts/artefact-name.ts'
import {
  describeEarlier,
  describeRecalledCopies,
  earlierByOthers,
} from '../../artefacts/first-registration.ts'
import { namesOf } from '../../artefacts/names-of.ts'
import { saltFor } from '../../artefacts/salt.ts'
import { describeTaken } from '../../artefacts/taken-name.ts'
import { uploadArtefact } from '../../artefacts/upload.ts'
import { cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { hashArtefact } from '../../hashing/hash-artefact.ts'
import { expect, saveManifest } from '../../home/expectations.ts'
import type { Home } from '../../home/home.ts'
import type { SecretKey } from '../../keys/key-file.ts'
import { refuseSecretKeys, secretWarnings } from '../../keys/refuse-secrets.ts'
import { originRecords } from '../../output/describe-artefact.ts'
import { committedRecord } from '../../resolve/committed-record.ts'
import type { Session } from '../../session.ts'
import { registeredAuthor } from '../author.ts'
import { confirmSigning } from '../confirm.ts'
import { signRecord } from '../sign-record.ts'
import { type Submitted, submitOnce, type WaitOptions } from '../submit-record.ts'
import type { Certification, Prepared } from './certification.ts'
import { whatOthersSee } from './preview.ts'

/** What every certificate says, whatever it documents. */
export interface CertifyOptions {
  readonly name?: string
  readonly title?: string
  readonly share: ArtefactDescription['share']
  readonly salted?: boolean
  readonly yes?: boolean
}

export async function prepareArtefact(
  context: Context,
  signer: SecretKey,
  path: string,
  options: CertifyOptions,
): Promise<Prepared> {
  if (options.salted === true && options.share !== 'local') {
    throw cliError('usage', 'a salted digest hides nothing when the bytes are shared', {
      hint: 'use --salted without --share',
    })
  }
  const hashed = await hashArtefact(context, path)
  await refuseSecretKeys(hashed)
  const naming =
    options.name === undefined ? nameOfFile(basename(hashed.path)) : parseName(options.name)
  const { form, bytes, files } = hashed
  const { title, share } = options
  const description = { form, ...naming, ...(title && { title }), bytes, files, share }
  if (options.salted !== true) {
    return { hashed, digest: { sha256: hashed.sha256 }, naming, description }
  }
  const salt = saltFor(signer, hashed.sha256)
  const digest = { 'pedigree-salted-sha256': saltedDigestOf(salt, hashed.sha256) }
  return { hashed, digest, salt, naming, description }
}

export interface Certified extends Submitted {
  /** It was on the ledger before this command ran. */
  readonly repeated: boolean
  readonly cid: string | null
}

/** Certifies once: what is on the ledger already, or signed already, is not signed again. */
export async function certifyOnce(
  session: Session,
  signer: SecretKey,
  certification: Certification,
  options: WaitOptions & { readonly yes: boolean },
): Promise<Certified> {
  const { prepared } = certification
  const known = await findSame(session, signer, certification)
  if (known !== undefined) {
    await remember(
      session.home,
      prepared,
      session.genesis.chain,
      known.record as Expectation['record'],
    )
    const { height, timeMs } = known
    const id = known.record as Expectation['record']
    return { id, status: 'committed', height, timeMs, cid: known.cid ?? null, repeated: true }
  }
  let cid: string | null = null
  const sign = async () => {
    const author = await registeredAuthor(session, signer)
    const warnings = [
      ...describeEarlier(await earlierByOthers(session, claimOf(session, prepared))),
      ...(await describeRecalledCopies(session, prepared.hashed.sha256)),
      ...(prepared.description.share === 'local' ? [] : secretWarnings(prepared.hashed)),
    ]
    const names = await namesOf(session, originRecords(certification.content))
    const lines = [
      ...whatOthersSee(session, signer, certification, names),
      ...(await describeTaken(session, prepared.naming)).map((sentence) => `NOTE: ${sentence}`),
      ...warnings.map((warning) => `FLAGGED: ${warning}`),
    ]
    const insists = certification.insists === true || warnings.length > 0
    await confirmSigning(session.context, lines, options.yes, insists)
    const artefact = await storedDescription(session, prepared)
    cid = artefact.cid ?? null
    return signRecord({
      home: session.home,
      genesis: session.genesis,
      signer,
      nextNonce: author.nextNonce,
      intent: intentOf(signer, certification),
      statement: (ledger) => statementOf(certification, artefact, ledger),
    })
  }
  const submitted = await submitOnce(session, intentOf(signer, certification), sign, options)
  if (submitted.status === 'committed') {
    await remember(session.home, prepared, session.genesis.chain, submitted.id)
    cid ??= (await session.chain.artefact(submitted.id)).cid ?? null
  }
  return { ...submitted, cid, repeated: false }
}

function claimOf({ home }: Session, { hashed: { sha256 }, digest }: Prepared) {
  const { organisation } = home.config
  const salted = 'sha256' in digest ? {} : { saltedSha256: digest['pedigree-salted-sha256'] }
  return { organisation, sha256, ...salted }
}

/** The statement that is signed, or the refusal that every node would give. */
export function statementOf(
  { type, prepared, content, draw }: Certification,
  artefact: ArtefactDescription,
  ledger: LedgerFields,
): Uint8Array | Rejection {
  // The builder's schema says whether content is that of the type; the constructors say so in types.
  const predicate = { ledger, artefact, ...draw?.(), ...content } as Predicates[CertificateType]
  return certificateStatement(type, prepared.digest, predicate)
}

export function intentOf(signer: SecretKey, { type, prepared, content }: Certification): string {
  const { digest, description } = prepared
  const intent = { command: `certify ${type}`, author: signer.did, digest, description, content }
  return new TextDecoder().decode(canonicalJson(intent))
}

async function findSame(
  session: Session,
  signer: SecretKey,
  certification: Certification,
): Promise<ArtefactAnswer | undefined> {
  const [digest] = Object.values(certification.prepared.digest)
  const { matches } = await session.chain.resolve(String(digest), session.home.config.organisation)
  for (const { kind, by, record: id } of matches) {
    if (kind !== 'artefact' || by !== 'digest' || !isDigest(id)) continue
    const record = await committedRecord(session, id)
    if (record.ledger.author === signer.did && saysSame(record, certification)) {
      return session.chain.artefact(id)
    }
  }
  return undefined
}

function saysSame(
  { type, statement }: LedgerRecord,
  { type: wanted, prepared, content, draw }: Certification,
): boolean {
  if (type !== wanted) return false
  const { ledger: _, artefact, ...said } = statement.predicate as Predicates[CertificateType]
  const { cid: _cid, manifestCid: _manifestCid, ...described } = artefact
  const drawn = new Set(Object.keys(draw?.() ?? {}))
  const chosen = Object.entries(said).filter(([name]) => !drawn.has(name))
  return equalBytes(
    canonicalJson([described, Object.fromEntries(chosen)]),
    canonicalJson([prepared.description, content]),
  )
}

async function storedDescription(
  session: Session,
  { hashed, description }: Prepared,
): Promise<ArtefactDescription> {
  if (description.share === 'local') return description
  return { ...description, ...(await uploadArtefact(session, hashed)) }
}

/** From now on, `verify` knows what this path is meant to be. */
async function remember(
  home: Home,
  { hashed, salt }: Prepared,
  chain: Expectation['chain'],
  record: Expectation['record'],
): Promise<void> {
  const { path, form, sha256, directory } = hashed
  if (directory !== undefined) await saveManifest(home, sha256, directory.manifestBytes)
  await expect(home, path, {
    chain,
    record,
    sha256,
    form,
    ...(salt === undefined ? {} : { salt: base64Encode(salt) }),
  })
}
