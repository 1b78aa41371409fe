import type { Genesis } from '../../../protocol/chain/genesis.ts'
import { base64Decode } from '../../../protocol/encoding/base64.ts'
import { cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { writeAtomically } from '../../home/atomic-write.ts'
import { type Home, openHome } from '../../home/home.ts'
import { FIRST_NONCE } from '../../home/nonces.ts'
import { forgetPending } from '../../home/pending.ts'
import { chooseSigner } from '../../keys/choose-signer.ts'
import type { SecretKey } from '../../keys/key-file.ts'
import { joinedGenesis, openSession, type Session } from '../../session.ts'
import { confirmSigning } from '../confirm.ts'
import { checkOfflineAuthor } from '../offline-author.ts'
import { signRecord } from '../sign-record.ts'
import type { Certification, Prepared } from './certification.ts'
import { type Certified, certifyOnce, intentOf, prepareArtefact, statementOf } from './certify.ts'
import type { CertifyFlags } from './certify-flags.ts'
import { whatOthersSee } from './preview.ts'

/** What a kind of certificate adds. */
export type Describe = (prepared: Prepared, place: Place) => Promise<Certification>

/** Where a certificate is made. Without a session (offline), edges must name record and digest. */
export interface Place {
  readonly session: Session | undefined
  readonly genesis: Genesis
}

/** The way of every kind of certificate, online and offline. */
export async function runCertification(
  context: Context,
  path: string,
  flags: CertifyFlags,
  describe: Describe,
): Promise<undefined> {
  checkOfflineFlags(flags)
  const home = await openHome(context.home)
  const signer = await chooseSigner(home, flags.key)
  if (flags.offline === true) {
    const genesis = await joinedGenesis(home)
    checkOfflineAuthor(context, { home, genesis }, signer)
    const prepared = await prepareArtefact(context, signer, path, flags)
    const certification = await describe(prepared, { session: undefined, genesis })
    await certifyOffline(context, { home, genesis, signer, flags }, certification)
    return undefined
  }
  const prepared = await prepareArtefact(context, signer, path, flags)
  const session = await openSession(context)
  const certification = await describe(prepared, { session, genesis: session.genesis })
  const waiting = { wait: flags.wait, timeoutMs: flags.timeout, yes: flags.yes === true }
  const certified = await certifyOnce(session, signer, certification, waiting)
  printCertified(session, certification, certified)
  return undefined
}

function checkOfflineFlags(flags: CertifyFlags): void {
  if (flags.offline !== true) {
    if (flags.out === undefined && flags.nonce === undefined) return
    throw cliError('usage', '--out and --nonce belong to --offline')
  }
  if (flags.out === undefined) throw cliError('usage', '--offline needs --out FILE')
  if (flags.share === 'local') return
  throw cliError('usage', '--offline cannot share the bytes: that takes a node')
}

interface OfflineSigning {
  readonly home: Home
  readonly genesis: Genesis
  readonly signer: SecretKey
  readonly flags: CertifyFlags
}

async function certifyOffline(
  context: Context,
  { home, genesis, signer, flags }: OfflineSigning,
  certification: Certification,
): Promise<void> {
  // Nobody is there to ask what the ledger calls them.
  const lines = whatOthersSee({ home, genesis }, signer, certification, new Map())
  await confirmSigning(context, lines, flags.yes === true, certification.insists)
  const { prepared } = certification
  const signed = await signRecord({
    home,
    genesis,
    signer,
    nextNonce: flags.nonce ?? FIRST_NONCE,
    intent: intentOf(signer, certification),
    statement: (ledger) => statementOf(certification, prepared.description, ledger),
    lifetimeMs: genesis.document.parameters.recordLifetimeMsMax - OFFLINE_MARGIN_MS,
  })
  const envelope = base64Decode(signed.envelope)
  const { out } = flags
  if (envelope === undefined || out === undefined) throw cliError('internal', 'nothing to write')
  await writeAtomically(out, envelope, { mode: 0o644, exclusive: true })
  // The file is the one place to send it from: two would be asked about twice.
  await forgetPending(home, signed.record)
  const { sha256 } = prepared.hashed
  const expires = new Date(signed.expires).toISOString()
  context.output.result({ id: signed.record, sha256, out, expires: signed.expires }, [
    `signed ${signed.record}, not on the ledger yet`,
    `  send it before ${expires}: pedigree submit ${out}`,
  ])
}

/** The clock of the machine that signs may run ahead of the ledger's. */
const OFFLINE_MARGIN_MS = 600_000

function printCertified(
  { home, context, genesis }: Session,
  { type, prepared }: Certification,
  { id, status, height, cid, repeated }: Certified,
): void {
  const { name, version } = prepared.naming
  const full = `${home.config.organisation}/${name}@${version}`
  const { sha256 } = prepared.hashed
  const document = { id, status, height: height ?? null, sha256, cid, name: full, repeated }
  if (status !== 'committed') {
    context.output.result(document, [
      `admitted ${type} ${full}, which promises nothing yet`,
      `  record ${id}`,
      `  look again: pedigree --home ${home.path} show ${id} --wait`,
    ])
    return
  }
  const how = repeated ? 'was certified before' : 'certified'
  context.output.result(document, [
    `${how}: ${type} ${full} in block ${height} of ${genesis.document.name}`,
    `  record ${id}`,
    `  sha256 ${sha256}`,
    ...(cid === null ? [] : [`  cid    ${cid}`]),
    '  Proven: who signed this, when, and that it has not changed since. Not proven: that it is true.',
  ])
}
