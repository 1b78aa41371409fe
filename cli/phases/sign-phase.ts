import type { ArtefactAnswer } from '../../protocol/api/artefacts.ts'
import { equalBytes } from '../../protocol/bytes.ts'
import { isDigest } from '../../protocol/digest.ts'
import { canonicalJson } from '../../protocol/encoding/canonical-json.ts'
import { namedIn } from '../../protocol/queries/family/named-in.ts'
import { namesOf } from '../artefacts/names-of.ts'
import { given } from '../given.ts'
import { fullName } from '../output/describe-artefact.ts'
import { phaseLines } from '../output/phase-lines.ts'
import type { Session } from '../session.ts'
import { recordOf, signAbout } from '../signing/about-artefact.ts'
import type { SigningFlags } from '../signing/flags.ts'
import type { Submitted } from '../signing/submit-record.ts'
import { withLabeller } from './labeller.ts'
import { phasesOf, type SignedPhase } from './phase-list.ts'
import type { PhaseToSign } from './phase-to-sign.ts'

/**
 * Signs a phase of a model's birth certificate, once: what this organisation said already, and nobody
 * corrected, is not said again.
 *
 * @throws CliError as withLabeller and signAbout do; `not-allowed` from the node where the owner invited nobody
 */
export async function signPhase(
  session: Session,
  model: ArtefactAnswer,
  said: PhaseToSign,
  options: SigningFlags,
): Promise<Submitted> {
  const { told, labeller } = await withLabeller(session, said)
  const known = await saidBefore(session, model, told)
  if (known !== undefined) return known
  const names = await namesOf(session, namedIn(told))
  return signAbout(session, {
    type: 'phase',
    artefact: model,
    intent: [told],
    lines: [
      `model ${fullName(model)}: the phase ${told.phase}`,
      ...phaseLines(told, { names, ...given({ labeller }) }),
    ],
    options,
    predicate: (ledger) => ({ ledger, artefact: recordOf(model), ...told }),
  })
}

async function saidBefore(
  session: Session,
  model: ArtefactAnswer,
  told: PhaseToSign,
): Promise<Submitted | undefined> {
  const { phases } = await phasesOf(session, model)
  const { records = [] } = phases.find(({ phase }) => phase === told.phase) ?? {}
  const own = session.home.config.organisation
  const same = records.find((each) => each.organisation === own && saysSame(each, told))
  if (same === undefined || !isDigest(same.record)) return undefined
  return { id: same.record, status: 'committed', height: same.height }
}

function saysSame(signed: SignedPhase, told: PhaseToSign): boolean {
  const said = ({ content, decisions, supersedes, evidence }: Omit<PhaseToSign, 'phase'>) =>
    canonicalJson({ content, decisions, supersedes, evidence })
  return signed.correctedBy === undefined && equalBytes(said(signed), said(told))
}
