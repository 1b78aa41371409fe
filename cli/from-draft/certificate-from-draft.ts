import { randomUUID } from 'node:crypto'
import type { Digest } from '../../protocol/digest.ts'
import type {
  ArtefactReference,
  Relation,
} from '../../protocol/records/certificates/certificates.ts'
import { saltFor } from '../artefacts/salt.ts'
import { cliError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import type { Draft } from '../draft/draft.ts'
import { readDraft } from '../draft/read-draft.ts'
import { keepCapture } from '../home/captures.ts'
import { chooseSigner } from '../keys/choose-signer.ts'
import { type MatchedInputs, matchInputs } from '../matching/match-inputs.ts'
import { withLabeller } from '../phases/labeller.ts'
import type { PhaseToSign } from '../phases/phase-to-sign.ts'
import { openSession, type Session } from '../session.ts'
import { type Certified, certifyOnce, prepareArtefact } from '../signing/certificate/certify.ts'
import type { CertifyFlags, DataFlags } from '../signing/certificate/certify-flags.ts'
import { breaksBounds, dataContent } from '../signing/certificate/data-content.ts'
import { resolveReference } from '../signing/certificate/inputs.ts'
import { checkDraft } from './checks.ts'
import { contentFromDraft, type DraftType } from './content.ts'
import { checkOutput, chooseOutput } from './output.ts'
import { describePhase, phasesIn, type SignedPhaseId, signPhases } from './phases.ts'
import { showMatches } from './shown.ts'

export interface FromDraftFlags extends CertifyFlags, DataFlags {
  /** The draft. */
  readonly from?: string
  /** Path in the project of the output that is meant. */
  readonly output?: string
  readonly allowFailed?: boolean
  readonly source?: string
  readonly acquisition?: string
  readonly sensor?: string
  readonly modelId?: string
  readonly relation?: Relation
  readonly pipeline?: string
}

/** What a draft says itself, so that it cannot be said beside it. */
const FROM_DRAFT_ONLY = [
  'dataset',
  'parent',
  'external',
  'input',
  'subset',
  'reason',
  'steps',
  'import',
  'pipeline',
  'software',
] as const

/**
 * Certifies what a captured run made, from its draft: the artefact, what it was made from, and for a
 * model the phases. What will be signed is shown first.
 *
 * @param path where the bytes lie; undefined: where the draft says
 * @throws CliError `draft-of-failure`, `draft-output-unclear`, `draft-output-changed`, or as readDraft,
 *   matchInputs and certifyOnce do
 */
export async function certificateFromDraft(
  context: Context,
  type: DraftType,
  path: string | undefined,
  flags: FromDraftFlags & { readonly from: string },
): Promise<undefined> {
  checkFlags(flags)
  const draft = await readDraft(flags.from)
  checkDraft(draft, type, flags.allowFailed === true)
  const session = await openSession(context)
  const signer = await chooseSigner(session.home, flags.key)
  const output = chooseOutput(draft, flags.output ?? draft.yours.output, path)
  const naming = flags.name ?? draft.yours.name
  const title = flags.title ?? draft.yours.title
  const prepared = await prepareArtefact(context, signer, output.absolute, {
    ...flags,
    ...(naming === undefined ? {} : { name: naming }),
    ...(title === undefined ? {} : { title }),
  })
  const remarks = checkOutput(prepared.hashed, output)
  const matched = await matchInputs(session, withRelation(draft, flags.relation))
  const pipeline = await pipelineOf(session, matched, flags.pipeline)
  const licence = flags.licence ?? draft.yours.licence
  const data = await dataContent(context, prepared.hashed, {
    ...flags,
    ...(licence === undefined ? {} : { licence }),
  })
  const salt = saltFor(signer, draft.sealed)
  const content = contentFromDraft({ type, draft, matched, salt, flags, pipeline })
  const phases = await Promise.all(
    (type === 'model' ? phasesIn(draft) : []).map((told) => withLabeller(session, told)),
  )
  showMatches(context, draft, matched, [...remarks, ...phases.flatMap(describePhase)])
  const { modelId } = flags
  const draw = () => ({ modelId: randomUUID() })
  const certification = {
    type,
    prepared,
    content: { ...content, ...data, ...(modelId === undefined ? {} : { modelId }) },
    insists: breaksBounds(data),
    ...(type === 'model' && modelId === undefined ? { draw } : {}),
  }
  const waiting = { wait: flags.wait, timeoutMs: flags.timeout, yes: flags.yes === true }
  const certified = await certifyOnce(session, signer, certification, waiting)
  const { id } = certified
  const { original: capture, changes } = draft
  await keepCapture(session.home, id, { salt, capture, changes })
  const signed = await phasesAfter(
    session,
    certified,
    phases.map(({ told }) => told),
    flags,
  )
  const { name, version } = prepared.naming
  const full = `${session.home.config.organisation}/${name}@${version}`
  print(session, { type, full, sha256: prepared.hashed.sha256, certified, signed, matched })
  return undefined
}

/** The draft counts: the flag has a default, so nobody can tell whether it was given. */
function withRelation(draft: Draft, flag: Relation | undefined): Draft {
  const relation = draft.yours.relation ?? flag
  return relation === undefined ? draft : { ...draft, yours: { ...draft.yours, relation } }
}

/** What was named, else the one certified pipeline that the run read. */
async function pipelineOf(
  session: Session,
  { pipelines }: MatchedInputs,
  named: string | undefined,
): Promise<ArtefactReference | undefined> {
  if (named !== undefined) return resolveReference(session, named, ['pipeline'])
  return pipelines.length === 1 ? pipelines[0] : undefined
}

function checkFlags(flags: object): void {
  if ('offline' in flags && flags.offline === true) {
    throw cliError('usage', '--from looks inputs up on the ledger: that takes a node')
  }
  const beside = FROM_DRAFT_ONLY.find(
    (name) => name in flags && (flags as Record<string, unknown>)[name] !== undefined,
  )
  if (beside === undefined) return
  throw cliError('usage', `--${beside} and --from exclude each other`, {
    hint: 'say in the draft, under `answers`, what an input is',
  })
}

/** Phases speak of an artefact that is on the ledger: they follow once it is. */
async function phasesAfter(
  session: Session,
  { id, status }: Certified,
  phases: readonly PhaseToSign[],
  flags: FromDraftFlags,
): Promise<readonly SignedPhaseId[]> {
  if (phases.length === 0) return []
  if (status !== 'committed') {
    session.context.output.note('the phases follow when this command is repeated without --no-wait')
    return []
  }
  // They were shown with the certificate, and agreed to.
  const options = { ...flags, yes: true }
  return signPhases(session, await session.chain.artefact(id), phases, options)
}

interface Result {
  readonly type: string
  readonly full: string
  readonly sha256: Digest
  readonly certified: Certified
  readonly signed: readonly SignedPhaseId[]
  readonly matched: MatchedInputs
}

function print({ context, genesis, home }: Session, result: Result): void {
  const { type, full, sha256, certified, signed, matched } = result
  const { id, status, height, cid, repeated } = certified
  const { datasets, parents } = matched
  const document = {
    id,
    status,
    height: height ?? null,
    sha256,
    cid,
    name: full,
    repeated,
    datasets,
    parents,
    phases: signed,
  }
  const how = repeated ? 'was certified before' : 'certified'
  const where =
    status === 'committed'
      ? `${how}: ${type} ${full} in block ${height} of ${genesis.document.name}`
      : `admitted ${type} ${full}, which promises nothing yet`
  context.output.result(document, [
    where,
    `  record ${id}`,
    `  sha256 ${sha256}`,
    ...(cid === null ? [] : [`  cid    ${cid}`]),
    ...signed.map(({ phase, id: record }) => `  phase  ${phase} ${record}`),
    ...(status === 'committed'
      ? [
          '  Proven: who signed this, when, and that it has not changed since. Not proven: that it is true.',
        ]
      : [`  look again: pedigree --home ${home.path} show ${id} --wait`]),
  ])
}
