import type { Command } from 'commander'
import type { ChainEvent } from '../../../protocol/api/events.ts'
import type { Context } from '../../context.ts'
import { formatTime, shortId } from '../../output/format.ts'
import { printable } from '../../output/printable.ts'
import { chainEvents } from '../../rpc/event-stream.ts'
import { openSession } from '../../session.ts'
import { examples } from '../options.ts'
import type { Run } from '../run-handler.ts'

interface WatchOptions {
  readonly recalls?: boolean
}

export function addWatchCommand(program: Command, run: Run): void {
  program
    .command('watch')
    .description('print what happens on the chain, line by line, until Ctrl-C')
    .option('--recalls', 'only recalls and their ends')
    .addHelpText(
      'after',
      examples(
        'pedigree watch',
        'pedigree --json watch --recalls | while read -r line; do …; done',
      ),
    )
    .action(run(watch))
}

async function watch(context: Context, { recalls }: WatchOptions): Promise<undefined> {
  const session = await openSession(context)
  const { output, signal } = context
  try {
    for await (const event of chainEvents(session.chain)) {
      const isRecall = event.kind === 'recalled' || event.kind === 'lifted'
      if (isRecall || recalls !== true) output.result(event, linesOf(event, output.colors))
    }
  } catch (error) {
    // Ctrl-C is how watching ends.
    if (!signal.aborted) throw error
  }
  return undefined
}

function linesOf(event: ChainEvent, colors: Context['output']['colors']): readonly string[] {
  switch (event.kind) {
    case 'block': {
      const { height, timeMs, records } = event
      const count = `${records.length} record${records.length === 1 ? '' : 's'}`
      return [colors.dim(`block ${height}, ${formatTime(timeMs)}, ${count}`)]
    }
    case 'recalled':
    case 'lifted': {
      const { artefact, reason, height, by, organisation, record } = event
      const what = event.kind === 'recalled' ? 'RECALLED' : 'RECALL LIFTED'
      const name = `${printable(artefact.type)} ${printable(artefact.name)}`
      const who = by === 'owner' ? 'its owner' : 'the committee, as proposed by'
      return [
        colors.bold(`${what}: ${name}, block ${height}, by ${who} ${printable(organisation)}`),
        `  ${printable(reason)}`,
        `  artefact ${artefact.record}, record ${record}`,
      ]
    }
    case 'settled':
      return [`record ${shortId(event.record)} ${event.status}`]
    case 'accused':
      return [`ACCUSED: ${printable(event.who)}, ${printable(event.what)}, block ${event.height}`]
    case 'alarm':
      return [`ALARM: ${printable(event.alarm)}, ${printable(event.detail)}`]
  }
}
