import { type Command, InvalidArgumentError } from 'commander'
import { type Digest, isDigest } from '../../../protocol/digest.ts'
import { PHASES, type Phase } from '../../../protocol/records/events/events.ts'
import { cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { given } from '../../given.ts'
import { fullName } from '../../output/describe-artefact.ts'
import { shortId } from '../../output/format.ts'
import type { Names } from '../../output/names.ts'
import { type Known, phaseLines } from '../../output/phase-lines.ts'
import { printable } from '../../output/printable.ts'
import { UNTOLD } from '../../output/story-lines.ts'
import { type PhaseFile, parsePhase, readPhaseFile } from '../../phases/phase-file.ts'
import {
  type PhaseList,
  type PhaseStatus,
  phasesOf,
  type SignedPhase,
} from '../../phases/phase-list.ts'
import { signPhase } from '../../phases/sign-phase.ts'
import { DECISIONS_TEMPLATE, PHASE_TEMPLATES } from '../../phases/templates.ts'
import { resolveArtefact, resolveOne } from '../../resolve/resolve-id.ts'
import { openSession, type Session } from '../../session.ts'
import { parseEvidence } from '../../signing/evidence.ts'
import type { EvidenceFlags, SigningFlags } from '../../signing/flags.ts'
import { examples, repeatedOption } from '../options.ts'
import type { Run } from '../run-handler.ts'
import { withEvidenceFlag, withSigningFlags } from '../signing-flags.ts'

interface AddFlags extends SigningFlags, EvidenceFlags {
  readonly phase: Phase
  readonly from?: string
  readonly decision?: readonly string[]
  readonly supersedes?: string
}

export function addPhaseCommands(program: Command, run: Run): void {
  const phase = program
    .command('phase')
    .description("the nine phases of a model's birth certificate, each signed by whoever did it")
  const add = phase
    .command('add <model>')
    .description('sign a phase; people of invited organisations may, too')
    .requiredOption('--phase <name>', `one of ${PHASES.join(', ')}`, phaseOption)
    .option('--from <file>', 'what it says (YAML or JSON; see: phase template)')
    .option('--decision <text>', 'a decision, in free words', repeatedOption)
    .option('--supersedes <id>', 'an earlier record of this phase that this one corrects')
  withSigningFlags(withEvidenceFlag(add))
    .addHelpText(
      'after',
      examples(
        'pedigree phase template training > training.yaml',
        'pedigree phase add base@1 --phase training --from training.yaml',
        'pedigree phase add acme/base@1 --phase requirements --decision "recall counts most"',
      ),
    )
    .action(run(addPhase))
  phase
    .command('template <phase>')
    .description('print a file to fill in')
    .addHelpText('after', examples('pedigree phase template cleaning > cleaning.yaml'))
    .action(run(printTemplate))
  phase
    .command('list <model>')
    .description('all nine phases of a model, the missing ones too')
    .addHelpText('after', examples('pedigree phase list org1/base@1'))
    .action(run(listPhases))
}

function phaseOption(text: string): Phase {
  const phase = PHASES.find((each) => each === text)
  if (phase === undefined) throw new InvalidArgumentError(`say one of ${PHASES.join(', ')}`)
  return phase
}

async function printTemplate({ output }: Context, text: string): Promise<undefined> {
  const phase = parsePhase(text)
  const template = PHASE_TEMPLATES[phase] + DECISIONS_TEMPLATE
  output.result({ phase, template }, [template.trimEnd()])
  return undefined
}

async function addPhase(context: Context, text: string, flags: AddFlags): Promise<undefined> {
  const session = await openSession(context)
  const artefact = await resolveArtefact(session, text, ['model'])
  const { phase } = flags
  const { content, decisions } = await said(session, flags)
  const supersedes = await superseded(session, flags.supersedes)
  const evidence = parseEvidence(flags.evidence)
  const told = { phase, ...given({ content, decisions, supersedes }), evidence }
  const { id, status, height } = await signPhase(session, artefact, told, flags)
  const where = status === 'committed' ? `in block ${height}` : 'is admitted, not committed yet'
  const document = { id, status, height: height ?? null, artefact: artefact.record, phase }
  context.output.result(document, [
    `phase ${phase} of ${fullName(artefact)} ${where}`,
    `  record ${id}`,
  ])
  return undefined
}

async function said(session: Session, { phase, from, decision = [] }: AddFlags) {
  const file: PhaseFile =
    from === undefined ? { decisions: [] } : await readPhaseFile(session, phase, from)
  const decisions = [...file.decisions, ...decision]
  if (file.content === undefined && decisions.length === 0) {
    throw cliError('usage', 'a phase says something, or at least a decision', {
      hint: `pedigree phase template ${phase} prints a file for --from; or use --decision TEXT`,
    })
  }
  return { content: file.content, decisions: decisions.length === 0 ? undefined : decisions }
}

async function superseded(session: Session, text: string | undefined): Promise<Digest | undefined> {
  if (text === undefined) return undefined
  const { record } = await resolveOne(session, text, { kinds: ['record'] })
  if (isDigest(record)) return record
  throw cliError('bad-answer', 'the node gives no record id')
}

async function listPhases(context: Context, text: string): Promise<undefined> {
  const session = await openSession(context)
  const artefact = await resolveArtefact(session, text, ['model'])
  const { record, asOf } = artefact
  const { phases, missing, names } = await phasesOf(session, artefact)
  context.output.result({ artefact: record, phases, missing, asOf }, [
    `model ${fullName(artefact)}: ${PHASES.length - missing.length} of ${PHASES.length} phases`,
    ...phases.flatMap((status) => describeStatus(status, { missing, names })),
  ])
  return undefined
}

function describeStatus(
  { phase, records }: PhaseStatus,
  { missing, names }: Pick<PhaseList, 'missing' | 'names'>,
): readonly string[] {
  if (records.length === 0) return [`  ${phase}: ${missing.includes(phase) ? 'missing' : UNTOLD}`]
  return records.flatMap((signed) => [
    `  ${phase}: ${describeSigner(signed)}`,
    ...phaseLines({ phase, ...signed }, knownOf(signed, names)).map((line) => `    ${line}`),
  ])
}

function knownOf(signed: SignedPhase, names: Names): Known {
  const { author: did, labeller } = signed
  return { names, signer: { did, words: whoOf(signed) }, ...given({ labeller }) }
}

function describeSigner(signed: SignedPhase) {
  const { height, record, correctedBy } = signed
  const corrected = correctedBy === undefined ? '' : `, corrected by ${shortId(correctedBy)}`
  return `${whoOf(signed)} in block ${height}, record ${shortId(record)}${corrected}`
}

function whoOf({ signer, organisation }: SignedPhase): string {
  return `${printable(signer)} (${printable(organisation)})`
}
