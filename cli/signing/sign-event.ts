import type { ArtefactAnswer } from '../../protocol/api/artefacts.ts'
import type { Digest } from '../../protocol/digest.ts'
import type {
  ArtefactReference,
  AttachedEvidence,
  Scalars,
} from '../../protocol/records/certificates/certificates.ts'
import { isRejection, type Rejection, refuse } from '../../protocol/rejection.ts'
import { advance } from '../../protocol/rules/artefact-machine.ts'
import type { ArtefactState } from '../../protocol/rules/artefact-state.ts'
import { artefactTypeOf } from '../../protocol/rules/artefact-types.ts'
import { CliError, refusal } from '../cli-error.ts'
import { fullName } from '../output/describe-artefact.ts'
import { evidenceLines } from '../output/fact-lines.ts'
import { shortId } from '../output/format.ts'
import { printable } from '../output/printable.ts'
import type { Session } from '../session.ts'
import { recordOf, referenceTo, signAbout } from './about-artefact.ts'
import type { SigningFlags } from './flags.ts'
import type { Submitted } from './submit-record.ts'

/** What happened to an artefact. */
export interface Happening {
  readonly event: string
  readonly details: Scalars
  /** Certified artefacts that took part, by role. */
  readonly references?: Readonly<Record<string, ArtefactReference>>
  readonly evidence?: readonly AttachedEvidence[]
}

/**
 * Signs an event once, after checking it by the very rule that the nodes will apply.
 *
 * @throws CliError `illegal-transition`, `not-allowed` and the like before anything is signed
 */
export async function signEvent(
  session: Session,
  artefact: ArtefactAnswer,
  happening: Happening,
  options: SigningFlags,
): Promise<Submitted> {
  const next = stateAfter(session, artefact, happening)
  const { event, details, references, evidence = [] } = happening
  return signAbout(session, {
    type: 'event',
    artefact,
    intent: [event, details, references ?? {}, evidence],
    lines: linesOf(artefact, happening, next),
    options,
    predicate: (ledger) => ({
      ledger,
      artefact: recordOf(artefact),
      event,
      details,
      ...(references && Object.keys(references).length > 0 && { references }),
      evidence,
    }),
  })
}

function stateAfter(
  { genesis, home }: Session,
  artefact: ArtefactAnswer,
  event: Happening,
): ArtefactState {
  const { artefactTypes } = genesis.document
  const type = artefactTypeOf(artefact.type, artefactTypes)
  const next =
    type === undefined
      ? refuse('unknown-artefact-type', artefact.type)
      : advance(type, { artefact: stateOf(artefact), actor: home.config.organisation, event })
  if (isRejection(next)) throw refused(next, artefact)
  return next
}

function refused(rejection: Rejection, artefact: ArtefactAnswer): Error {
  const { code, message } = refusal(rejection)
  const hint = {
    'illegal-transition': `pedigree show ${shortId(artefact.record)} --full tells its life; pedigree event --help, what each type allows`,
    'schema-violation': 'add what is missing with --set NAME=VALUE or --ref ROLE=ID',
  }[code]
  return hint === undefined ? refusal(rejection) : new CliError(code, message, { hint })
}

/** What the node says of an artefact, as the rules see it. */
function stateOf(artefact: ArtefactAnswer): ArtefactState {
  const { type, author, state, height, owner, offeredTo, contributors } = artefact
  return {
    type,
    owner,
    author,
    digest: referenceTo(artefact).digest,
    state,
    height,
    ...(offeredTo !== undefined && { offeredTo }),
    ...(contributors !== undefined && { contributors }),
  }
}

function linesOf(
  artefact: ArtefactAnswer,
  { event, details, references = {}, evidence = [] }: Happening,
  next: ArtefactState,
): readonly string[] {
  const moves =
    next.state === artefact.state
      ? `it stays ${artefact.state}`
      : `${artefact.state} becomes ${next.state}`
  const { offeredTo, contributors = [] } = artefact
  const lost = contributors.filter((each) => next.contributors?.includes(each) !== true)
  const owner = next.owner === artefact.owner ? [] : [`its owner becomes ${next.owner}`]
  if (lost.length > 0) owner.push(`no longer invited: ${lost.join(', ')}`)
  if (event === 'offered' && offeredTo !== undefined) {
    owner.push(`in place of the offer to ${offeredTo}`)
  }
  return [
    `${artefact.type} ${fullName(artefact)}: ${event}; ${moves}`,
    ...owner,
    ...Object.entries(details).map(([name, value]) => `${name}: ${value}`),
    ...Object.entries(references).map(([role, { record }]: [string, { record: Digest }]) => {
      return `${role}: ${record}`
    }),
  ]
    .map(printable)
    .concat(evidenceLines(evidence))
}
