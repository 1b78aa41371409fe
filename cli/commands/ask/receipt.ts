import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { writeAtomically } from '../../home/atomic-write.ts'
import { formatBytes } from '../../output/format.ts'
import { resolveOne } from '../../resolve/resolve-id.ts'
import { openSession } from '../../session.ts'
import { examples } from '../options.ts'
import type { Run } from '../run-handler.ts'

interface ReceiptOptions {
  readonly out: string
  readonly ancestors: boolean
  readonly full?: boolean
}

export function addReceiptCommand(program: Command, run: Run): void {
  program
    .command('receipt <id>')
    .description('one file that proves a record, and all its ancestors, without any node')
    .requiredOption('--out <file>', 'where it goes')
    .option('--full', 'with everything signed about it: phases, events, recalls, answers')
    .option('--no-ancestors', 'leave the records of the ancestors out')
    .addHelpText(
      'after',
      examples(
        'pedigree receipt org3/child@1 --out child.receipt',
        'pedigree receipt org3/child@1 --full --out life.receipt',
        'pedigree verify --receipt child.receipt --genesis genesis.json ./child.safetensors',
      ),
    )
    .action(run(receipt))
}

async function receipt(
  context: Context,
  text: string,
  { out, ancestors, full = false }: ReceiptOptions,
): Promise<undefined> {
  const session = await openSession(context)
  const { record } = await resolveOne(session, text, { kinds: ['artefact', 'record'] })
  const bytes = await session.chain.receipt(record, { ancestors, full })
  await writeAtomically(out, bytes, { mode: 0o644 })
  context.output.result({ id: record, out, bytes: bytes.length, ancestors, full }, [
    `wrote ${out} (${formatBytes(bytes.length)}): receipt of ${record}`,
    `  check it anywhere: pedigree verify --receipt ${out} --genesis genesis.json`,
  ])
  return undefined
}
