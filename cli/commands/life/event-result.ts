import type { ArtefactAnswer } from '../../../protocol/api/artefacts.ts'
import type { Context } from '../../context.ts'
import { fullName } from '../../output/describe-artefact.ts'
import { printable } from '../../output/printable.ts'
import { resolveArtefact } from '../../resolve/resolve-id.ts'
import { openSession, type Session } from '../../session.ts'
import type { SigningFlags } from '../../signing/flags.ts'
import { type Happening, signEvent } from '../../signing/sign-event.ts'
import type { Submitted } from '../../signing/submit-record.ts'

/** What happens, told once the node was asked what the command names. */
export type Tell = (session: Session) => Happening | Promise<Happening>

/** The way of every command that signs an event: find the artefact, sign, print. */
export async function runEvent(
  context: Context,
  text: string,
  options: SigningFlags,
  tell: Tell,
): Promise<undefined> {
  const session = await openSession(context)
  const artefact = await resolveArtefact(session, text)
  const happening = await tell(session)
  printEvent(context, artefact, happening, await signEvent(session, artefact, happening, options))
  return undefined
}

/** How far an event has come. */
export function printEvent(
  { output }: Context,
  artefact: ArtefactAnswer,
  { event, details }: Happening,
  { id, status, height }: Pick<Submitted, 'status' | 'height'> & { readonly id: string },
): void {
  const where = status === 'committed' ? `in block ${height}` : 'is admitted, not committed yet'
  const { record } = artefact
  const document = { id, status, height: height ?? null, artefact: record, event, details }
  output.result(document, [
    `${printable(event)}: ${artefact.type} ${fullName(artefact)} ${where}`,
    `  record ${id}`,
  ])
}
