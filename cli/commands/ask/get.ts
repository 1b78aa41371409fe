import { realpath } from 'node:fs/promises'
import type { Command } from 'commander'
import { isDigest } from '../../../protocol/digest.ts'
import { fetchArtefact } from '../../artefacts/fetch-artefact.ts'
import { cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { expect, saveManifest } from '../../home/expectations.ts'
import { fullName } from '../../output/describe-artefact.ts'
import { formatBytes, formatFreshness } from '../../output/format.ts'
import { resolveArtefact } from '../../resolve/resolve-id.ts'
import { openSession } from '../../session.ts'
import { flagLines } from '../../verify/flag-checks.ts'
import { examples } from '../options.ts'
import type { Run } from '../run-handler.ts'

interface GetOptions {
  readonly out: string
  readonly force?: boolean
}

export function addGetCommand(program: Command, run: Run): void {
  program
    .command('get <id>')
    .description('fetch the bytes from whoever shares them, and verify them')
    .requiredOption('--out <path>', 'where they go')
    .option('--force', 'replace what is there')
    .addHelpText('after', examples('pedigree get org3/child@1 --out ./child.safetensors'))
    .action(run(get))
}

async function get(context: Context, text: string, options: GetOptions): Promise<undefined> {
  const session = await openSession(context)
  const artefact = await resolveArtefact(session, text)
  const { record, sha256, form, bytes, state } = artefact
  const { manifest } = await fetchArtefact(session, artefact, options.out, options.force === true)
  if (!isDigest(record) || !isDigest(sha256))
    throw cliError('bad-answer', 'no digest in the answer')
  const { chain } = session.genesis
  if (manifest !== undefined) await saveManifest(session.home, sha256, manifest)
  const path = await realpath(options.out)
  await expect(session.home, path, { chain, record, sha256, form })
  const { asOf: _, ...flags } = await session.chain.flags(record)
  context.output.result(
    { id: record, out: path, sha256, bytes, form, state, flags, verified: true },
    [
      `fetched and verified ${fullName(artefact)} (${formatBytes(bytes)}): ${options.out}`,
      `  sha256 ${sha256}`,
      ...(state === 'registered' ? [] : [`  note: it is ${state}`]),
      ...flagLines(flags),
      formatFreshness(artefact.asOf, Date.now()),
    ],
  )
  return undefined
}
