import type { Command } from 'commander'
import { base64Encode } from '../../../protocol/encoding/base64.ts'
import { PENDING_FORMAT, type PendingFile } from '../../../protocol/home.ts'
import { ENVELOPE_BYTES_MAX } from '../../../protocol/limits.ts'
import type { Context } from '../../context.ts'
import { savePending } from '../../home/pending.ts'
import { readInputFile } from '../../read-input.ts'
import { openSession } from '../../session.ts'
import { checkOwnRecord } from '../../signing/sign-record.ts'
import { submitPending } from '../../signing/submit-record.ts'
import { examples, timeoutOption } from '../options.ts'
import type { Run } from '../run-handler.ts'

interface SubmitOptions {
  readonly timeout: number
  readonly wait: boolean
}

export function addSubmitCommand(program: Command, run: Run): void {
  program
    .command('submit <file>')
    .description('send a record that was signed with `certify --offline`')
    .addOption(timeoutOption())
    .option('--no-wait', 'return once the node has admitted it, which promises nothing')
    .addHelpText('after', examples('pedigree submit digits.record.json'))
    .action(run(submit))
}

async function submit(context: Context, path: string, options: SubmitOptions): Promise<undefined> {
  const session = await openSession(context)
  const envelope = await readInputFile(path, ENVELOPE_BYTES_MAX)
  const record = checkOwnRecord(envelope, session.genesis)
  const pending: PendingFile = {
    format: PENDING_FORMAT,
    record: record.id,
    chain: session.genesis.chain,
    intent: `submit ${record.id}`,
    expires: record.ledger.expires,
    envelope: base64Encode(envelope),
  }
  await savePending(session.home, pending)
  const waiting = { wait: options.wait, timeoutMs: options.timeout }
  const { id, status, height } = await submitPending(session, pending, waiting)
  const where = status === 'committed' ? `committed in block ${height}` : 'admitted'
  context.output.result({ id, status, height: height ?? null, type: record.type }, [
    `${where}: ${record.type} record ${id}`,
  ])
  return undefined
}
