import type { Command } from 'commander'
import { HOME_FILES } from '../../../protocol/home.ts'
import { cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import type { ExitCode } from '../../exit-codes.ts'
import { openSession } from '../../session.ts'
import { openPolicy } from '../../verify/policy-file.ts'
import { receiptStoryLines } from '../../verify/receipt-story.ts'
import { VERDICT_EXITS, type Verdict, verdictLines } from '../../verify/verdict.ts'
import { verifyPath } from '../../verify/verify-path.ts'
import { type ReceiptFileVerdict, verifyReceiptFile } from '../../verify/verify-receipt-file.ts'
import { examples, saltOption } from '../options.ts'
import type { Run } from '../run-handler.ts'

interface VerifyFlags {
  readonly against?: string
  readonly receipt?: string
  readonly genesis?: string
  readonly salt?: Uint8Array
  readonly policy?: string
}

export function addVerifyCommand(program: Command, run: Run): void {
  program
    .command('verify [path]')
    .description(
      'is this what the ledger says? verified, modified, unknown, recalled, refused by policy or undecidable',
    )
    .option('--against <id>', 'what the path is meant to be')
    .option('--receipt <file>', 'ask a receipt, offline, in place of a node')
    .option('--genesis <file>', 'the genesis that you trust (with --receipt)')
    .option('--salt <base64>', 'of a salted digest, as its owner disclosed it', saltOption)
    .option(
      '--policy <file>',
      `what you do not accept, in YAML (default: ${HOME_FILES.policy} in the home)`,
    )
    .addHelpText(
      'after',
      examples(
        'pedigree verify ./child.safetensors --against org3/child@1',
        'pedigree verify ./digits',
        'pedigree verify ./child.safetensors --policy strict.yaml',
        'pedigree verify --receipt child.receipt --genesis genesis.json ./child.safetensors',
      ),
    )
    .action(run(verify))
}

async function verify(
  context: Context,
  path: string | undefined,
  flags: VerifyFlags,
): Promise<ExitCode> {
  const verdict = await verdictOf(context, path, flags)
  const story = 'proven' in verdict ? receiptStoryLines(verdict.proven) : []
  context.output.result(verdict, verdictLines(verdict, Date.now(), story))
  return VERDICT_EXITS[verdict.verdict]
}

async function verdictOf(
  context: Context,
  path: string | undefined,
  { receipt, genesis, against, salt, policy }: VerifyFlags,
): Promise<Verdict | ReceiptFileVerdict> {
  const salted = salt === undefined ? {} : { salt }
  if ((receipt === undefined) !== (genesis === undefined)) {
    throw cliError('usage', '--receipt and --genesis belong together')
  }
  if (receipt !== undefined && genesis !== undefined) {
    if (against !== undefined) throw cliError('usage', '--against asks a node, --receipt none')
    const given = { ...(path && { path }), ...(policy !== undefined && { policy }), ...salted }
    return verifyReceiptFile(context, { receipt, genesis, ...given })
  }
  if (path === undefined) throw cliError('usage', 'name the path to verify, or a --receipt')
  const session = await openSession(context)
  const own = await openPolicy(context, policy, session.genesis.document)
  return verifyPath(session, path, {
    ...(against === undefined ? {} : { against }),
    ...(own === undefined ? {} : { policy: own }),
    ...salted,
  })
}
