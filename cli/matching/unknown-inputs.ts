import { isDigest } from '../../protocol/digest.ts'
import type { How, InputEdge } from '../../protocol/records/certificates/certificates.ts'
import type { CapturedFile } from '../capture/capture.ts'
import type { Yours } from '../draft/draft.ts'
import { isBelow } from './answers.ts'

/** Inputs that nobody certified, as one open edge. */
export interface UnknownGroup {
  readonly edge: InputEdge
  /** What they have in common, as a path of the project; others do not get to see it. */
  readonly place: string
  readonly files: readonly CapturedFile[]
}

/** Beyond so many, what is left becomes one edge. */
const GROUPS_MAX = 32

/**
 * One edge for each answer, and for each folder of the project that has inputs of unknown origin. The
 * reasons go on the ledger, so they name no path that the person did not write.
 */
export function unknownGroups(
  files: readonly CapturedFile[],
  { answers = [], unknown }: Yours,
): readonly UnknownGroup[] {
  const groups = new Map<string, CapturedFile[]>()
  const reasons = new Map<string, string>()
  for (const file of files) {
    const answer = answers.find(({ path, is }) => is === undefined && isBelow(file.path, path))
    const place = answer?.path ?? folderOf(file.path)
    if (answer?.reason !== undefined) reasons.set(place, answer.reason)
    const group = groups.get(place)
    if (group === undefined) groups.set(place, [file])
    else group.push(file)
  }
  const entries = [...groups]
  const rest = entries.slice(GROUPS_MAX)
  const kept: (readonly [string, readonly CapturedFile[]])[] = entries.slice(0, GROUPS_MAX)
  if (rest.length > 0) kept.push(['.', rest.flatMap(([, group]) => group)])
  return kept.map(([place, group]) => unknownGroup(place, group, reasons.get(place) ?? unknown))
}

function unknownGroup(
  place: string,
  files: readonly CapturedFile[],
  reason: string | undefined,
): UnknownGroup {
  const [only] = files
  const digest = files.length === 1 && isDigest(only?.sha256) ? { digest: only.sha256 } : {}
  const how: How = files.some((file) => file.how === 'declared')
    ? 'declared'
    : files.some((file) => file.how === 'inferred')
      ? 'inferred'
      : 'observed'
  const what = files.length === 1 ? 'a file' : `${files.length} files`
  return {
    place: files.length === 1 ? (only?.path ?? place) : place,
    files,
    edge: { kind: 'unknown', reason: reason ?? `${what} that nobody certified`, how, ...digest },
  }
}

/** The first folder of a path: what lies deeper in it is one thing more often than not. */
function folderOf(path: string): string {
  const parts = path.split('/')
  const depth = path.startsWith('/') || path.startsWith('~/') ? 3 : 1
  return parts.length === 1 ? path : parts.slice(0, Math.min(depth, parts.length - 1)).join('/')
}
