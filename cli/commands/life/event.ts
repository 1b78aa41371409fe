import type { Command } from 'commander'
import type {
  ArtefactReference,
  Scalars,
} from '../../../protocol/records/certificates/certificates.ts'
import { BUILT_IN_TYPES } from '../../../protocol/rules/artefact-types.ts'
import { cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { describeTransition } from '../../network/describe-genesis.ts'
import type { Session } from '../../session.ts'
import { resolveReference } from '../../signing/certificate/inputs.ts'
import { parseEvidence } from '../../signing/evidence.ts'
import type { EvidenceFlags, SigningFlags } from '../../signing/flags.ts'
import { parsePair, parseScalars } from '../../signing/scalars.ts'
import { examples, repeatedOption } from '../options.ts'
import type { Run } from '../run-handler.ts'
import { withEvidenceFlag, withSigningFlags } from '../signing-flags.ts'
import { runEvent } from './event-result.ts'

interface NoteFlags extends SigningFlags, EvidenceFlags {
  readonly note?: string
}

interface EventFlags extends NoteFlags {
  readonly set?: readonly string[]
  readonly ref?: readonly string[]
}

interface DeployFlags extends NoteFlags {
  readonly place: string
  readonly pipeline?: string
}

interface EvaluateFlags extends NoteFlags {
  readonly metric: readonly string[]
  readonly dataset?: string
}

export function addEventCommands(program: Command, run: Run): void {
  withNoteFlags(program.command('event <id> <event>'))
    .description('something happened to an artefact: any event that its type declares')
    .option('--set <name=value>', 'something that the event tells', repeatedOption)
    .option('--ref <role=id>', 'an artefact that took part, by its role', repeatedOption)
    .addHelpText('after', eventsHelp())
    .addHelpText(
      'after',
      examples(
        'pedigree event base@1 monitored --set metric=accuracy --set value=0.93',
        'pedigree event base@1 retrained --ref successor=base@2 --note "with the data of July"',
      ),
    )
    .action(run(event))
  withNoteFlags(program.command('deploy <id>'))
    .description('an artefact is in use now; a model only after it was evaluated')
    .requiredOption('--place <text>', 'where')
    .option('--pipeline <id>', 'the pipeline that it runs in')
    .addHelpText('after', examples('pedigree deploy base@1 --place "press 4" --pipeline infer@1'))
    .action(run(deploy))
  withNoteFlags(program.command('evaluate <id>'))
    .description('a model was evaluated; several metrics make one record')
    .requiredOption('--metric <name=value>', 'what was measured', repeatedOption)
    .option('--dataset <id>', 'on which data')
    .addHelpText(
      'after',
      examples('pedigree evaluate base@1 --metric accuracy=0.93 --dataset test@1'),
    )
    .action(run(evaluate))
}

function withNoteFlags(command: Command): Command {
  return withSigningFlags(
    withEvidenceFlag(command.option('--note <text>', 'in free words; everyone can read it')),
  )
}

/** Every built-in event, who may sign it, from which state, and what it must tell. */
function eventsHelp(): string {
  const types = Object.values(BUILT_IN_TYPES).flatMap(({ name, transitions }) => [
    `  ${name}`,
    ...transitions.map((transition) => `    ${describeTransition(transition)}`),
  ])
  return `\nEvents (types of a network's own: see status):\n${types.join('\n')}\n`
}

async function event(context: Context, id: string, name: string, flags: EventFlags) {
  const details = withNote(parseScalars('--set', flags.set), flags)
  const roles = (flags.ref ?? []).map((item) => parsePair('--ref', item))
  const evidence = parseEvidence(flags.evidence)
  return runEvent(context, id, flags, async (session) => {
    const references = await resolveRoles(session, roles)
    return { event: name, details, references, evidence }
  })
}

async function deploy(context: Context, id: string, flags: DeployFlags) {
  const details = withNote({ place: flags.place }, flags)
  const evidence = parseEvidence(flags.evidence)
  return runEvent(context, id, flags, async (session) => {
    const references = await resolveRole(session, 'pipeline', flags.pipeline, ['pipeline'])
    return { event: 'deployed', details, references, evidence }
  })
}

/** The first metric is the one that the type asks for; the others stand beside it by their names. */
async function evaluate(context: Context, id: string, flags: EvaluateFlags) {
  const [first, ...others] = Object.entries(parseScalars('--metric', flags.metric))
  const [metric, value] = first ?? []
  if (metric === undefined || value === undefined) throw cliError('usage', 'no metric was given')
  const further = Object.fromEntries(others)
  for (const taken of ['metric', 'value', 'note']) {
    if (taken in further) throw cliError('usage', `a metric cannot be called ${taken}`)
  }
  const details = withNote({ metric, value, ...further }, flags)
  const evidence = parseEvidence(flags.evidence)
  return runEvent(context, id, flags, async (session) => {
    const types = ['dataset', 'raw-data']
    const references = await resolveRole(session, 'dataset', flags.dataset, types)
    return { event: 'evaluated', details, references, evidence }
  })
}

function withNote(details: Scalars, { note }: NoteFlags): Scalars {
  if (note === undefined) return details
  if ('note' in details) throw cliError('usage', '--note and --set note=… are the same')
  return { ...details, note }
}

type References = Readonly<Record<string, ArtefactReference>>

async function resolveRole(
  session: Session,
  role: string,
  text: string | undefined,
  types: readonly string[],
): Promise<References> {
  return text === undefined ? {} : { [role]: await resolveReference(session, text, types) }
}

async function resolveRoles(
  session: Session,
  roles: readonly (readonly [string, string])[],
): Promise<References> {
  const references: Record<string, ArtefactReference> = {}
  for (const [role, text] of roles) {
    if (role in references) throw cliError('usage', `--ref ${role} is given twice`)
    references[role] = await resolveReference(session, text)
  }
  return references
}
