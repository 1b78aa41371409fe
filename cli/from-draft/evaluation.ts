import type { ArtefactAnswer } from '../../protocol/api/artefacts.ts'
import { saltedDigestOf } from '../../protocol/artefacts/salted-digest.ts'
import { type Digest, isDigest } from '../../protocol/digest.ts'
import type { PhaseContents } from '../../protocol/records/events/events.ts'
import { saltFor } from '../artefacts/salt.ts'
import { cliError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import type { Draft } from '../draft/draft.ts'
import { readDraft } from '../draft/read-draft.ts'
import { keepCapture } from '../home/captures.ts'
import { chooseSigner } from '../keys/choose-signer.ts'
import { type MatchedInputs, matchInputs } from '../matching/match-inputs.ts'
import { fullName } from '../output/describe-artefact.ts'
import type { PhaseToSign } from '../phases/phase-to-sign.ts'
import { openSession } from '../session.ts'
import type { SigningFlags } from '../signing/flags.ts'
import { checkDraft } from './checks.ts'
import { factsOf, signPhases } from './phases.ts'
import { showMatches } from './shown.ts'

export interface EvaluationFlags extends SigningFlags {
  readonly from: string
  readonly allowFailed?: boolean
}

/**
 * Signs the phase `evaluation` of the one certified model that a captured run read: its metrics, and
 * the data that it read, with the exact subset. The whole capture stays at home, and its salted digest is the evidence.
 *
 * @throws CliError `usage` where the run read no certified model or several, or measured nothing;
 *   `draft-of-failure`, or as readDraft, matchInputs and signAbout do
 */
export async function evaluationFromDraft(
  context: Context,
  flags: EvaluationFlags,
): Promise<undefined> {
  const draft = await readDraft(flags.from)
  checkDraft(draft, 'evaluation', flags.allowFailed === true)
  const session = await openSession(context)
  const signer = await chooseSigner(session.home, flags.key)
  const matched = await matchInputs(session, draft)
  showMatches(context, draft, matched, [])
  const artefact = await session.chain.artefact(modelOf(draft, matched))
  const salt = saltFor(signer, draft.sealed)
  const told = evaluationOf(draft, matched, saltedDigestOf(salt, draft.sealed))
  const [signed] = await signPhases(session, artefact, [told], flags)
  if (signed === undefined || !isDigest(signed.id)) throw cliError('internal', 'nothing was signed')
  const { original: capture, changes } = draft
  await keepCapture(session.home, signed.id, { salt, capture, changes })
  context.output.result({ id: signed.id, artefact: artefact.record, phase: signed.phase }, [
    `phase evaluation of ${fullName(artefact)}`,
    `  record ${signed.id}`,
    ...nextStep(artefact, told.content),
  ])
  return undefined
}

/** A phase documents; only the event moves a model on, and a life without it ends at `deploy`. */
function nextStep(artefact: ArtefactAnswer, content: PhaseToSign['content']): readonly string[] {
  if (artefact.state !== 'registered' && artefact.state !== 'trained') return []
  const metrics = content !== undefined && 'metrics' in content ? content.metrics : {}
  const [name, value] = Object.entries(metrics).find(([, each]) => typeof each === 'number') ?? []
  if (name === undefined || !/^[\w.-]+$/.test(name)) return []
  const command = `pedigree evaluate ${fullName(artefact)} --metric ${name}=${value}`
  return [`  next   it is ${artefact.state}; before it can be deployed: ${command}`]
}

function modelOf({ path }: Draft, { parents }: MatchedInputs): Digest {
  const records = parents.flatMap((edge) => (edge.kind === 'certified' ? [edge.record] : []))
  const [record] = records
  if (record !== undefined && records.length === 1) return record
  const what = records.length === 0 ? 'no certified model' : `${records.length} certified models`
  throw cliError('usage', `the run of ${path} read ${what}: an evaluation is of one`, {
    hint: 'certify the model first, or say in the draft under `answers` which input it is',
  })
}

function evaluationOf(
  { path, yours, capture }: Draft,
  { datasets }: MatchedInputs,
  sealed: Digest,
): PhaseToSign {
  const { decisions = [], phases: { evaluation } = {} } = yours
  const metrics = { ...factsOf(capture.metrics), ...evaluation?.metrics }
  if (Object.keys(metrics).length === 0) {
    throw cliError('usage', `${path} holds no metric`, {
      hint: 'write them into the draft: phases: { evaluation: { metrics: { accuracy: 0.9 } } }',
    })
  }
  const measuredOn = evaluation?.datasets ?? datasets
  const content: PhaseContents['evaluation'] = {
    metrics,
    ...(measuredOn.length === 0 ? {} : { datasets: measuredOn }),
  }
  return {
    phase: 'evaluation',
    content,
    ...(decisions.length === 0 ? {} : { decisions }),
    evidence: [{ kind: 'capture', digest: sealed }],
  }
}
