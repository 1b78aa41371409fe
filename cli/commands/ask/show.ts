import { type Command, Option } from 'commander'
import type { BlockAnswer } from '../../../protocol/api/blocks.ts'
import { type Digest, isDigest } from '../../../protocol/digest.ts'
import { describeEarlier, earlierByOthers } from '../../artefacts/first-registration.ts'
import { namesOf } from '../../artefacts/names-of.ts'
import { cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { EXIT, type ExitCode } from '../../exit-codes.ts'
import { readPending } from '../../home/pending.ts'
import { describeArtefact, originRecords } from '../../output/describe-artefact.ts'
import { formatFreshness, formatTime, shortId } from '../../output/format.ts'
import { printable } from '../../output/printable.ts'
import { storyLines } from '../../output/story-lines.ts'
import { isPath, resolveAll, resolveOne } from '../../resolve/resolve-id.ts'
import { openSession, type Session } from '../../session.ts'
import { writeListing } from '../../signing/listing.ts'
import { submitPending, waitForCommit } from '../../signing/submit-record.ts'
import { flagLines } from '../../verify/flag-checks.ts'
import { examples, timeoutOption } from '../options.ts'
import type { Run } from '../run-handler.ts'
import { showRecord } from './show-record.ts'

interface ShowOptions {
  readonly wait?: boolean
  readonly full?: boolean
  readonly timeout: number
  readonly format: 'text' | 'listing-1.1'
}

export function addShowCommand(program: Command, run: Run): void {
  program
    .command('show <id>')
    .description('one record, artefact or block; a block also by its height, as #7 or 7')
    .option('--full', 'of an artefact: everything that was said and done about it, by whom')
    .option('--wait', 'wait until the record is committed')
    .addOption(timeoutOption())
    .addOption(
      new Option('--format <format>', 'listing-1.1: a model in the words of that document')
        .choices(['text', 'listing-1.1'])
        .default('text'),
    )
    .addHelpText(
      'after',
      examples(
        'pedigree show org1/digits@1',
        'pedigree show org1/digits@1 --full',
        'pedigree show 3fa9c1 --wait',
        'pedigree show "#7"',
      ),
    )
    .action(run(show))
}

async function show(context: Context, text: string, options: ShowOptions): Promise<ExitCode> {
  const session = await openSession(context)
  const height = await heightOf(session, text)
  if (height !== undefined) {
    showBlock(context, await session.chain.block(height))
    return EXIT.done
  }
  if (isDigest(text) && !isPath(text)) {
    if (options.wait === true) await waitFor(session, text, options.timeout)
    else if (await showUnfinished(session, text)) return EXIT.done
  }
  const { record, kind } = await resolveOne(session, text)
  if (!isDigest(record)) throw cliError('bad-answer', 'the node gives no id')
  if (options.format === 'listing-1.1') await showListing(session, record)
  else if (kind === 'artefact') await showArtefact(session, record, options.full === true)
  else if (kind === 'block') showBlock(context, await session.chain.block(record))
  else await showRecord(session, record)
  return EXIT.done
}

/** A number is a height, unless something else bears it as its name or begins with it; `#7` always is one. */
async function heightOf(session: Session, text: string): Promise<string | undefined> {
  const [, sign, digits] = /^(#?)([0-9]{1,15})$/.exec(text) ?? []
  if (digits === undefined) return undefined
  const isHeight = sign === '#' || (await resolveAll(session, text)).length === 0
  return isHeight ? String(Number(digits)) : undefined
}

/** What was signed here and is still under way is sent again: the node may have lost it in a restart. */
async function waitFor(session: Session, id: Digest, timeoutMs: number): Promise<void> {
  const pending = await readPending(session.home, id)
  if (pending === undefined) await waitForCommit(session, id, timeoutMs)
  else await submitPending(session, pending, { wait: true, timeoutMs })
}

/** @returns false for an id that the node does not know as a record on its way */
async function showUnfinished(session: Session, id: Digest): Promise<boolean> {
  const answer = await session.chain.record(id)
  const { status, rejection, asOf } = answer
  const isOurs = status === 'unknown' && (await readPending(session.home, id)) !== undefined
  if (status === 'committed' || (status === 'unknown' && !isOurs)) return false
  const why =
    rejection === undefined ? '' : `: ${rejection.rejected} (${printable(rejection.detail)})`
  session.context.output.result({ ...answer, status: isOurs ? 'pending' : status }, [
    `record ${id}`,
    `  ${isOurs ? 'signed here, not known to the node: --wait sends it again' : status}${why}`,
    formatFreshness(asOf, Date.now()),
  ])
  return true
}

async function showListing({ context, ...rest }: Session, id: Digest): Promise<void> {
  const text = await writeListing({ context, ...rest }, id)
  context.output.result(JSON.parse(text), [text])
}

async function showArtefact(session: Session, id: Digest, full: boolean): Promise<void> {
  const { context, chain } = session
  const { asOf, ...flags } = await chain.flags(id)
  const view = await chain.artefact(id)
  const earlier = await earlierByOthers(session, view)
  const told = [
    ...flagLines(flags),
    ...describeEarlier(earlier).map((sentence) => `  ? ${sentence}`),
    formatFreshness(asOf, Date.now()),
  ]
  if (full) {
    const story = await chain.story(id)
    context.output.result({ ...story, flags, earlier }, [
      ...storyLines(story, context.output.colors),
      ...told,
    ])
    return
  }
  const hint = `  more     pedigree show ${shortId(id)} --full`
  const names = await namesOf(session, originRecords(view))
  const lines = [...describeArtefact(view, names), hint, ...told]
  context.output.result({ ...view, flags, earlier }, lines)
}

function showBlock({ output }: Context, block: BlockAnswer): void {
  output.result(block, [
    `block ${block.height}, ${formatTime(block.timeMs)}`,
    `  id        ${block.id}`,
    `  parent    ${block.parent}`,
    `  proposer  ${printable(block.proposer)}, view ${block.view}`,
    `  signers   ${block.signers.map(printable).join(', ')}`,
    `  log       ${block.logSize} entries, root ${block.logRoot}`,
    `  state     ${block.stateRoot}`,
    ...block.records.map((record) => `  record    ${record}`),
    formatFreshness(block.asOf, Date.now()),
  ])
}
