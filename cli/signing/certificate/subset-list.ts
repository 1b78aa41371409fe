import { parseManifest } from '../../../protocol/artefacts/manifest.ts'
import { subsetOfFiles, subsetOfIndices } from '../../../protocol/artefacts/subset.ts'
import { utf8Decode } from '../../../protocol/encoding/utf8.ts'
import { MANIFEST_BYTES_MAX, MANIFEST_FILES_MAX } from '../../../protocol/limits.ts'
import type { Subset } from '../../../protocol/records/certificates/certificates.ts'
import { isRejection, type Rejection } from '../../../protocol/rejection.ts'
import { cliError, refusal } from '../../cli-error.ts'
import { readInputFile } from '../../read-input.ts'

/** What is known of the thing that a subset is part of. */
export interface Whole {
  /** How its user named it. */
  readonly text: string
  /** Undefined without a node: the list itself then tells. */
  readonly form?: 'file' | 'directory'
  /** How many there are, of a directory. */
  readonly files?: number
  /** Canonical bytes of a directory's manifest, where they are at hand: names are then compared. */
  readonly manifest?: Uint8Array
}

const HOW =
  'one name of a file a line, or one index a line after a first line `of N`, the number of entries in all'
const OF = /^of ([0-9]{1,15})$/
const INDEX = /^(?:0|[1-9][0-9]{0,14})$/

/** Why "a subset of X" alone is refused: nobody could ever tell which. */
export function subsetWithoutList(text: string): Error {
  return cliError('usage', `${text}: a subset is certified only with the list of its members`, {
    hint: `say exactly which with --subset ID=FILE; FILE has ${HOW}`,
  })
}

/**
 * The subset that a list in a file describes.
 *
 * @throws CliError `bad-document` for a list that is none of this whole, `usage` where nobody
 *   knows how many files there are
 */
export async function readSubset(path: string, whole: Whole): Promise<Subset> {
  const text = utf8Decode(await readInputFile(path, MANIFEST_BYTES_MAX))
  if (text === undefined) throw cliError('bad-document', `${path} is not UTF-8 text`)
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  const [, total] = OF.exec(lines[0] ?? '') ?? []
  const members = (total === undefined ? lines : lines.slice(1)).filter((line) => line !== '')
  if (members.length > MANIFEST_FILES_MAX) {
    throw cliError('bad-document', `${path} lists more than ${MANIFEST_FILES_MAX} members`)
  }
  const isOfFiles =
    whole.form === undefined ? !members.every((line) => INDEX.test(line)) : whole.form !== 'file'
  const subset = isOfFiles
    ? filesOf(path, members, whole)
    : entriesOf(path, members, total === undefined ? undefined : Number(total))
  if (isRejection(subset)) throw refusal(subset, path)
  return subset
}

function entriesOf(
  path: string,
  lines: readonly string[],
  of: number | undefined,
): Subset | Rejection {
  const wrong = lines.find((line) => !INDEX.test(line))
  const why =
    wrong === undefined
      ? 'it does not say how many entries there are in all'
      : `${JSON.stringify(wrong.slice(0, 64))} is no index`
  if (wrong !== undefined || of === undefined) {
    throw cliError('bad-document', `${path}: ${why}`, { hint: `a list has ${HOW}` })
  }
  return subsetOfIndices(lines.map(Number), of)
}

/** Names that the manifest lacks would make a subset of something else. */
function filesOf(
  path: string,
  names: readonly string[],
  { text, files, manifest: bytes }: Whole,
): Subset | Rejection {
  const manifest = bytes === undefined ? undefined : parseManifest(bytes)
  if (isRejection(manifest)) throw refusal(manifest, 'the manifest of the whole')
  if (manifest !== undefined) {
    const known = new Set(manifest.files.map(({ name }) => name))
    const stranger = names.find((name) => !known.has(name))
    if (stranger !== undefined) {
      throw cliError('bad-document', `${path}: ${text} has no file ${JSON.stringify(stranger)}`)
    }
  }
  if (files !== undefined) return subsetOfFiles(names, files)
  throw cliError('usage', `without a node nobody knows how many files ${text} has`, {
    hint: 'certify it while the node runs',
  })
}
