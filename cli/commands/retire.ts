import type { Command } from 'commander'
import type { ArtefactAnswer } from '../../protocol/api/artefacts.ts'
import { isDigest } from '../../protocol/digest.ts'
import { retirementStatement, type SubjectDigest } from '../../protocol/records/build.ts'
import { fullName } from '../artefacts/describe.ts'
import { cliError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import { chooseSigner } from '../keys/choose-signer.ts'
import { printable } from '../output/printable.ts'
import type { Run } from '../program.ts'
import { resolveArtefact } from '../resolve/resolve-id.ts'
import { openSession } from '../session.ts'
import { registeredAuthor } from '../signing/author.ts'
import { confirmSigning } from '../signing/confirm.ts'
import { signRecord } from '../signing/sign-record.ts'
import { type Submitted, submitOnce } from '../signing/submit-record.ts'
import { DEFAULT_TIMEOUT, durationOption, examples, TIMEOUT_FLAG, TIMEOUT_TEXT } from './options.ts'

interface RetireOptions {
  readonly reason: string
  readonly key?: string
  readonly yes?: boolean
  readonly timeout: number
  readonly wait: boolean
}

export function addRetireCommand(program: Command, run: Run): void {
  program
    .command('retire <id>')
    .description('take an artefact out of use; only its owner may, and it stays on the ledger')
    .requiredOption('--reason <text>', 'why; everyone can read it')
    .option('--key <file>', 'who signs (default: the only person of this home)')
    .option('--yes', 'do not ask before signing')
    .option(TIMEOUT_FLAG, TIMEOUT_TEXT, durationOption, durationOption(DEFAULT_TIMEOUT))
    .option('--no-wait', 'return once the node has admitted it, which promises nothing')
    .addHelpText('after', examples('pedigree retire digits@1 --reason "labels were swapped"'))
    .action(run(retire))
}

async function retire(context: Context, text: string, options: RetireOptions): Promise<undefined> {
  const session = await openSession(context)
  const signer = await chooseSigner(session.home, options.key)
  const artefact = await resolveArtefact(session, text)
  const { record } = artefact
  if (!isDigest(record)) throw cliError('bad-answer', 'the node gives no record id')
  const { reason } = options
  const done = artefact.events.find(
    (event) => event.type === 'retirement' && event.reason === reason,
  )
  if (done !== undefined) {
    printRetired(context, artefact, { ...done, status: 'committed' }, reason)
    return undefined
  }
  const intent = JSON.stringify(['retire', signer.did, record, reason])
  const sign = async () => {
    const author = await registeredAuthor(session, signer)
    const lines = [
      `All members of ${session.genesis.document.name} will see:`,
      `  ${artefact.type} ${fullName(artefact)} is retired: ${printable(reason)}`,
      `  record ${record}`,
      `  signed by ${signer.name} (${session.home.config.organisation})`,
    ]
    await confirmSigning(context, lines, options.yes === true)
    return signRecord({
      home: session.home,
      genesis: session.genesis,
      signer,
      nextNonce: author.nextNonce,
      intent,
      statement: (ledger) =>
        retirementStatement(subjectOf(artefact), { ledger, artefact: record, reason }),
    })
  }
  const waiting = { wait: options.wait, timeoutMs: options.timeout }
  const { id, status, height } = await submitOnce(session, intent, sign, waiting)
  const retirement = { record: id, status, ...(height === undefined ? {} : { height }) }
  printRetired(context, artefact, retirement, reason)
  return undefined
}

interface Retirement {
  readonly record: string
  readonly status: Submitted['status']
  readonly height?: number
}

function printRetired(
  { output }: Context,
  artefact: ArtefactAnswer,
  { record, status, height }: Retirement,
  reason: string,
): void {
  const where = status === 'committed' ? `in block ${height}` : 'is admitted, not committed yet'
  const document = { id: record, status, height: height ?? null, artefact: artefact.record, reason }
  output.result(document, [`retired ${fullName(artefact)} ${where}`, `  record ${record}`])
}

function subjectOf({ sha256, saltedSha256 }: ArtefactAnswer): SubjectDigest {
  if (isDigest(sha256)) return { sha256 }
  if (isDigest(saltedSha256)) return { 'pedigree-salted-sha256': saltedSha256 }
  throw cliError('bad-answer', 'the node gives no digest for the artefact')
}
