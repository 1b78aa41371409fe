import { isDigest } from '../../protocol/digest.ts'
import type { CapturedFile } from '../capture/capture.ts'
import { cliError } from '../cli-error.ts'
import type { InputAnswer } from '../draft/draft.ts'
import { resolveArtefact } from '../resolve/resolve-id.ts'
import type { Session } from '../session.ts'
import type { Match } from './match.ts'

/**
 * Inputs of which the person says which artefact they are. That is a declaration, whatever was
 * observed of the files.
 */
export async function answeredFiles(
  session: Session,
  answers: readonly InputAnswer[],
  files: readonly CapturedFile[],
): Promise<{ readonly matches: readonly Match[]; readonly left: readonly CapturedFile[] }> {
  const matches: Match[] = []
  let left = files
  for (const { path, is } of answers) {
    if (is === undefined) continue
    const own = left.filter((file) => isBelow(file.path, path))
    if (own.length === 0) {
      throw cliError('usage', `the draft answers for ${path}, and no input lies there`, {
        hint: 'compare it with the paths under `captured`',
      })
    }
    left = left.filter((file) => !isBelow(file.path, path))
    const {
      record,
      type,
      organisation,
      name,
      version,
      sha256,
      saltedSha256,
      files: of,
    } = await resolveArtefact(session, is)
    const digest = sha256 ?? saltedSha256
    if (!isDigest(record) || !isDigest(digest)) {
      throw cliError('bad-answer', `the node gives no digest for ${is}`)
    }
    const artefact = { record, digest, type, name: `${organisation}/${name}@${version}` }
    matches.push({ artefact, how: 'declared', files: own, of })
  }
  return { matches, left }
}

/** Whether a path is another one, or lies in it. */
export function isBelow(path: string, folder: string): boolean {
  const base = folder.replace(/\/+$/, '')
  return base === '.' || path === base || path.startsWith(`${base}/`)
}
