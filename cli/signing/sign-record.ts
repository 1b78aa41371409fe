import type { Genesis } from '../../protocol/chain/genesis.ts'
import type { Digest } from '../../protocol/digest.ts'
import { base64Encode } from '../../protocol/encoding/base64.ts'
import { PENDING_FORMAT, type PendingFile } from '../../protocol/home.ts'
import { signStatement } from '../../protocol/records/build.ts'
import { verifySignature } from '../../protocol/records/ed25519.ts'
import { parseEnvelope } from '../../protocol/records/envelope.ts'
import type { LedgerFields } from '../../protocol/records/ledger-fields.ts'
import type { LedgerRecord } from '../../protocol/records/record.ts'
import { isRejection, type Rejection, refuse } from '../../protocol/rejection.ts'
import { refusal } from '../cli-error.ts'
import type { Home } from '../home/home.ts'
import { reserveNonce } from '../home/nonces.ts'
import { savePending } from '../home/pending.ts'
import type { SecretKey } from '../keys/key-file.ts'

/** Long enough for a node that is behind, short enough that a forgotten record cannot surprise anyone. */
const ONLINE_LIFETIME_MS = 3_600_000

export interface Signing {
  readonly home: Home
  readonly genesis: Genesis
  readonly signer: SecretKey
  /** What the node knows to be free. */
  readonly nextNonce: number
  /** Identifies the command and its content: what a repeated command is recognised by. */
  readonly intent: string
  /** Canonical statement bytes, or the refusal that every node would give. */
  readonly statement: (ledger: LedgerFields) => Uint8Array | Rejection
  /** Until when it may be committed; an hour from now if absent. */
  readonly lifetimeMs?: number
}

/**
 * Signs a record, checks it as the nodes will, and saves the signed bytes before anyone else sees
 * them.
 *
 * @throws CliError with the code of the refusal
 */
export async function signRecord(signing: Signing): Promise<PendingFile> {
  const { home, genesis, signer, intent } = signing
  const { recordLifetimeMsMax } = genesis.document.parameters
  const lifetimeMs = Math.min(signing.lifetimeMs ?? ONLINE_LIFETIME_MS, recordLifetimeMsMax)
  const expires = Date.now() + lifetimeMs
  const nonce = await reserveNonce(home, genesis.chain, signer.did, signing.nextNonce)
  const author = signer.did
  const statement = signing.statement({ chain: genesis.chain, author, nonce, expires })
  if (isRejection(statement)) throw refusal(statement)
  const envelope = signStatement(statement, signer.seed)
  const record = checkOwnRecord(envelope, genesis)
  const pending: PendingFile = {
    format: PENDING_FORMAT,
    record: record.id,
    chain: genesis.chain,
    intent,
    expires,
    envelope: base64Encode(envelope),
  }
  await savePending(home, pending)
  return pending
}

/**
 * The record in an envelope, checked with the parser and the signature rule of the nodes.
 *
 * @throws CliError with the code of the refusal
 */
export function checkOwnRecord(envelope: Uint8Array, genesis: Genesis): LedgerRecord {
  const record = parseEnvelope(envelope)
  if (isRejection(record)) throw refusal(record)
  const fault = faultOf(record, envelope.length, genesis)
  if (fault !== undefined) throw refusal(fault)
  return record
}

function faultOf(record: LedgerRecord, bytes: number, genesis: Genesis): Rejection | undefined {
  const { envelopeBytesMax } = genesis.document.parameters
  if (bytes > envelopeBytesMax) {
    return refuse('too-large', `${bytes} bytes, and this chain takes ${envelopeBytesMax}`)
  }
  const chain: Digest = record.ledger.chain
  if (chain !== genesis.chain) return refuse('wrong-chain', `signed for ${chain}`)
  return verifySignature(record.check)
    ? undefined
    : refuse('bad-signature', `the signature of ${record.id} does not verify`)
}
