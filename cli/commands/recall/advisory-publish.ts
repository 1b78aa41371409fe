import type { Command } from 'commander'
import { parseOsv } from '../../../protocol/advisories/osv.ts'
import type { AdvisoryView } from '../../../protocol/api/advisories.ts'
import { equalBytes } from '../../../protocol/bytes.ts'
import { type Digest, digestOf } from '../../../protocol/digest.ts'
import { canonicalJson } from '../../../protocol/encoding/canonical-json.ts'
import { OSV_BYTES_MAX } from '../../../protocol/limits.ts'
import { advisoryStatement } from '../../../protocol/records/build.ts'
import type { AdvisoryPredicate } from '../../../protocol/records/events/recalls.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { advisoryLine, describePackages } from '../../advisories/describe-advisory.ts'
import { everyAdvisory } from '../../advisories/find-advisory.ts'
import { affectedPackage } from '../../advisories/version-range.ts'
import { CliError, cliError, refusal } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { chooseSigner } from '../../keys/choose-signer.ts'
import { printable } from '../../output/printable.ts'
import { readInputFile } from '../../read-input.ts'
import { openSession, type Session } from '../../session.ts'
import type { SigningFlags } from '../../signing/flags.ts'
import { signOnce } from '../../signing/sign-once.ts'
import { examples } from '../options.ts'
import type { Run } from '../run-handler.ts'
import { withSigningFlags } from '../signing-flags.ts'

interface PublishOptions extends SigningFlags {
  readonly package?: string
  readonly versions?: string
  readonly summary?: string
  readonly id?: string
  readonly severity?: string
  readonly url?: string
}

export function addAdvisoryPublishCommand(advisory: Command, run: Run): void {
  withSigningFlags(advisory.command('publish [file]'))
    .description('warn of software: from a file in the OSV format, or of one package by flags')
    .option('--package <purl>', 'package URL without a version')
    .option('--versions <range>', 'for example "<2.3.1", ">=1.0 <2.3.1", "1.2.0 || 1.2.1" or "*"')
    .option('--summary <text>', 'what is wrong with it; everyone can read it')
    .option('--id <name>', 'its name (default: made from the package)')
    .option('--severity <text>', 'for example a CVSS vector')
    .option('--url <uri>', 'where more is said')
    .addHelpText(
      'after',
      examples(
        'pedigree advisory publish --package pkg:pypi/torch --versions "<2.3.1" --summary "wrong gradients"',
        'pedigree advisory publish GHSA-xxxx-yyyy-zzzz.osv.json',
      ),
    )
    .action(run(publish))
}

/** What is to be signed, and the digest of what it was taken from. */
interface Draft {
  readonly digest: Digest
  readonly advisory: Omit<AdvisoryPredicate, 'ledger'>
  /** What of a file is left out. */
  readonly notes: readonly string[]
}

async function publish(
  context: Context,
  file: string | undefined,
  options: PublishOptions,
): Promise<undefined> {
  const draft = file === undefined ? fromFlags(options) : await fromFile(file, options)
  const session = await openSession(context)
  const { digest, advisory, notes } = draft
  for (const note of notes) context.output.note(printable(note))
  const same = await publishedBefore(session, advisory)
  if (same !== undefined) {
    const { record: id, height } = same
    const document = { id, status: 'committed', height, advisory: advisory.advisory, notes }
    context.output.result(document, [
      `was published before: advisory ${printable(advisory.advisory)} in block ${height}`,
      `  record ${id}`,
    ])
    return undefined
  }
  const { id, status, height } = await signOnce(session, {
    signer: await chooseSigner(session.home, options.key),
    intent: ['advisory', digest, advisory],
    lines: [`advisory ${advisoryLine(advisory)}`, ...describePackages(advisory.packages)],
    statement: (ledger) => advisoryStatement({ sha256: digest }, { ledger, ...advisory }),
    options,
  })
  const name = advisory.advisory
  const where = status === 'committed' ? `in block ${height}` : 'is admitted, not committed yet'
  context.output.result({ id, status, height: height ?? null, advisory: name, notes }, [
    `advisory ${printable(name)} ${where}`,
    `  record ${id}`,
    `  look: pedigree advisory affected ${printable(name)}`,
  ])
  return undefined
}

/** What says the same again would only make its name mean two advisories. */
async function publishedBefore(
  session: Session,
  { advisory, summary, packages }: Draft['advisory'],
): Promise<AdvisoryView | undefined> {
  const said = canonicalJson({ advisory, summary, packages })
  const { advisories } = await everyAdvisory(session)
  return advisories.find(
    ({ organisation, withdrawn, ...view }) =>
      organisation === session.home.config.organisation &&
      withdrawn === undefined &&
      equalBytes(said, canonicalJson(pick(view))),
  )
}

function pick({
  advisory,
  summary,
  packages,
}: Pick<AdvisoryView, 'advisory' | 'summary' | 'packages'>) {
  return { advisory, summary, packages }
}

async function fromFile(path: string, options: PublishOptions): Promise<Draft> {
  const { package: purl, versions, summary, id, severity, url } = options
  if ([purl, versions, summary, id, severity, url].some((flag) => flag !== undefined)) {
    throw cliError('usage', 'a file says all that the flags would: give one or the other')
  }
  const bytes = await readInputFile(path, OSV_BYTES_MAX)
  const found = parseOsv(bytes)
  if (isRejection(found)) {
    const { code, message } = refusal(found, path)
    throw new CliError(code, message, {
      hint: 'name a file in the OSV format (JSON), or use --package',
    })
  }
  return { digest: digestOf(bytes), ...found }
}

const NAME_DIGITS = 8

function fromFlags({ summary, severity, url, id, ...flags }: PublishOptions): Draft {
  const { package: purl, versions } = flags
  if (purl === undefined || versions === undefined || summary === undefined) {
    throw cliError('usage', '--package, --versions and --summary belong together', {
      hint: 'or name a file in the OSV format',
    })
  }
  const packages = [affectedPackage(purl, versions)]
  const digest = digestOf(canonicalJson({ packages, summary }))
  const name = purl.slice(purl.lastIndexOf('/') + 1)
  const advisory = {
    advisory: id ?? `${name}-${digest.slice(0, NAME_DIGITS)}`,
    summary,
    packages,
    ...(severity !== undefined && { severity }),
    ...(url !== undefined && { url }),
  }
  return { digest, advisory, notes: [] }
}
