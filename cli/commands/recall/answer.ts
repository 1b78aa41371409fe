import { type Command, Option } from 'commander'
import { type Digest, isDigest } from '../../../protocol/digest.ts'
import { STATUSES, type Status } from '../../../protocol/records/events/recalls.ts'
import { advisoryNamed } from '../../advisories/find-advisory.ts'
import { cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { fullName } from '../../output/describe-artefact.ts'
import { printable } from '../../output/printable.ts'
import { resolveArtefact, resolveOne } from '../../resolve/resolve-id.ts'
import { openSession, type Session } from '../../session.ts'
import { recordOf, signAbout } from '../../signing/about-artefact.ts'
import type { SigningFlags } from '../../signing/flags.ts'
import { examples } from '../options.ts'
import type { Run } from '../run-handler.ts'
import { withSigningFlags } from '../signing-flags.ts'

interface AnswerOptions extends SigningFlags {
  readonly about: string
  readonly status: Status
  readonly reason: string
}

export function addAnswerCommand(program: Command, run: Run): void {
  withSigningFlags(program.command('answer <artefact>'))
    .description(
      'as its owner, answer a recall or an advisory that touches it: shown beside, never hiding',
    )
    .requiredOption(
      '--about <id>',
      'the recall or advisory: record id, name, or a recalled artefact',
    )
    .addOption(
      new Option('--status <status>', 'what is the case').choices(STATUSES).makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'why; everyone can read it')
    .addHelpText(
      'after',
      examples(
        'pedigree answer child@1 --about CVE-2026-1234 --status not_affected --reason "that code is never called"',
        'pedigree answer child@1 --about org1/digits@1 --status under_investigation --reason "retraining"',
      ),
    )
    .action(run(answer))
}

async function answer(context: Context, text: string, options: AnswerOptions): Promise<undefined> {
  const session = await openSession(context)
  const artefact = await resolveArtefact(session, text)
  const about = await findAbout(session, options.about)
  const { status, reason } = options
  const submitted = await signAbout(session, {
    type: 'status',
    artefact,
    intent: [about, status, reason],
    lines: [
      `${printable(artefact.type)} ${fullName(artefact)} is ${status}: ${printable(reason)}`,
      `about ${printable(options.about)}, record ${about}`,
    ],
    options,
    predicate: (ledger) => ({ ledger, artefact: recordOf(artefact), about, status, reason }),
  })
  const { id, status: progress, height } = submitted
  const where = progress === 'committed' ? `in block ${height}` : 'is admitted, not committed yet'
  const said = { artefact: artefact.record, about, answer: status, reason }
  context.output.result({ id, status: progress, height: height ?? null, ...said }, [
    `${fullName(artefact)} ${status} ${where}`,
    `  record ${id}`,
  ])
  return undefined
}

/** The record of an advisory by its name, of a recall by the artefact that it recalls, or any by its id. */
async function findAbout(session: Session, text: string): Promise<Digest> {
  const named = (await advisoryNamed(session, text)) ?? (await recallNamed(session, text))
  if (isDigest(named)) return named
  throw cliError('bad-answer', 'the node gives no record id')
}

async function recallNamed(session: Session, text: string): Promise<string> {
  const { record, kind } = await resolveOne(session, text, { kinds: ['record', 'artefact'] })
  if (kind !== 'artefact') return record
  const { recall } = await session.chain.artefact(record)
  if (recall !== undefined) return recall.record
  throw cliError('usage', `${text} is not recalled`, {
    hint: 'name the recall or the advisory itself: pedigree recalls, pedigree advisory list',
  })
}
