import type { LedgerFields } from '../../protocol/records/ledger-fields.ts'
import type { Rejection } from '../../protocol/rejection.ts'
import type { SecretKey } from '../keys/key-file.ts'
import { printable } from '../output/printable.ts'
import type { Session } from '../session.ts'
import { registeredAuthor } from './author.ts'
import { confirmSigning } from './confirm.ts'
import type { SigningFlags } from './flags.ts'
import { signRecord } from './sign-record.ts'
import { type Submitted, submitOnce } from './submit-record.ts'

/** One record that a person is asked to sign. */
export interface ToSign {
  readonly signer: SecretKey
  /** All that makes this record another one than its neighbours, as JSON; the signer is added. */
  readonly intent: readonly unknown[]
  /** What it says, line by line, for the person who signs; foreign text made printable. */
  readonly lines: readonly string[]
  /** Canonical statement bytes, or the refusal that every node would give. */
  readonly statement: (ledger: LedgerFields) => Uint8Array | Rejection
  readonly options: SigningFlags
}

/**
 * Shows, asks, signs, submits and waits. A command that is repeated after a crash, Ctrl-C or a
 * time-out sends the bytes that it signed before.
 *
 * @throws CliError `declined`, `unknown-author`, the code of a refusal, or `timed-out`
 */
export async function signOnce(session: Session, toSign: ToSign): Promise<Submitted> {
  const { home, genesis, context } = session
  const { signer, lines, statement, options } = toSign
  const intent = JSON.stringify([...toSign.intent, signer.did])
  const sign = async () => {
    const { nextNonce } = await registeredAuthor(session, signer)
    const shown = [
      `All members of ${genesis.document.name} will see:`,
      ...lines.map((line) => `  ${line}`),
      `  signed by ${printable(signer.name)} (${home.config.organisation})`,
    ]
    await confirmSigning(context, shown, options.yes === true)
    return signRecord({ home, genesis, signer, nextNonce, intent, statement })
  }
  return submitOnce(session, intent, sign, { wait: options.wait, timeoutMs: options.timeout })
}
