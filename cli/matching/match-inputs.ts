import { subsetOfFiles } from '../../protocol/artefacts/subset.ts'
import { isDigest } from '../../protocol/digest.ts'
import { EDGES_MAX } from '../../protocol/limits.ts'
import type {
  ArtefactReference,
  How,
  InputEdge,
  ParentEdge,
  Relation,
} from '../../protocol/records/certificates/certificates.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { DATA_TYPES } from '../../protocol/rules/edges.ts'
import type { CapturedFile } from '../capture/capture.ts'
import { cliError, refusal } from '../cli-error.ts'
import type { Draft } from '../draft/draft.ts'
import type { Session } from '../session.ts'
import { answeredFiles } from './answers.ts'
import { classifyInputs } from './classify-inputs.ts'
import { type Cover, coverFiles } from './cover.ts'
import { describeEdge, describeUnknown } from './describe-matches.ts'
import { ArtefactFinder, type KnownDirectory } from './known-artefacts.ts'
import type { Match } from './match.ts'
import { unknownGroups } from './unknown-inputs.ts'

/** Where the inputs of a run come from, as edges to sign. */
export interface MatchedInputs {
  /** Data, for a certificate that names its parents apart: a model's. */
  readonly datasets: readonly InputEdge[]
  /** Models among the inputs. */
  readonly parents: readonly ParentEdge[]
  /** Certified pipelines among what was read. */
  readonly pipelines: readonly ArtefactReference[]
  /** Everything, for a certificate that has one list: a dataset's. */
  readonly inputs: readonly InputEdge[]
  /** The same for people, a line each, printable. */
  readonly lines: readonly string[]
}

const CONCURRENT = 8

/**
 * Matches every input of a draft, by digest, with what the ledger and this home know. Files of a
 * certified directory become one edge, with the exact subset; what nobody certified becomes an
 * edge that says so.
 *
 * @throws CliError `usage` when an answer names nothing, `too-many-inputs`, or as the RPC does
 */
export async function matchInputs(session: Session, draft: Draft): Promise<MatchedInputs> {
  const { data, code } = classifyInputs(draft.capture)
  const finder = new ArtefactFinder(session)
  const answered = await answeredFiles(session, draft.yours.answers ?? [], data)
  const { matches, left } = await matchFiles(finder, answered.left, code)
  const unknown = unknownGroups(left, draft.yours)
  const all = merged([...answered.matches, ...matches])
  if (all.length + unknown.length > EDGES_MAX) {
    throw cliError('usage', `the inputs come from ${all.length + unknown.length} places`, {
      hint: `a certificate names at most ${EDGES_MAX}: certify their folder first, or answer for it in the draft`,
    })
  }
  const open = unknown.map(({ edge }) => edge)
  const relation = draft.yours.relation ?? 'finetune'
  const ofType = (...types: readonly string[]) =>
    all.filter(({ artefact }) => types.includes(artefact.type))
  return {
    datasets: [...ofType(...DATA_TYPES).map(inputEdge), ...open],
    parents: ofType('model').map((match) => parentEdge(match, relation)),
    pipelines: ofType('pipeline').map(({ artefact: { record, digest } }) => ({ record, digest })),
    inputs: [...all.map(inputEdge), ...open],
    lines: [...all.map(describeEdge), ...unknown.map(describeUnknown)],
  }
}

interface Matched {
  readonly matches: readonly Match[]
  readonly left: readonly CapturedFile[]
}

/** Of which it is asked one by one whether somebody certified them. */
const SINGLES_ASKED_MAX = 10_000
/** More than so many are rather files of a directory that this home does not know yet. */
const SINGLES_FIRST_MAX = 1_000

/** @param code told by its commit; what of it somebody certified is named all the same, the rest is not unknown */
async function matchFiles(
  finder: ArtefactFinder,
  data: readonly CapturedFile[],
  code: readonly CapturedFile[],
): Promise<Matched> {
  const saved = await finder.savedDirectories()
  const known = new Set(saved.map(({ record }) => record))
  const isCode = new Set(code)
  const isOpen = (file: CapturedFile) => file.sha256 !== undefined && !isCode.has(file)
  const singles = (left: readonly CapturedFile[]) => matchSingles(finder, left)
  const shared = async (left: readonly CapturedFile[]) =>
    matchDirectories(left, left.some(isOpen) ? await finder.sharedDirectories(known) : [])
  const first = await withSingles(finder, matchDirectories([...data, ...code], saved))
  const isFew = first.left.length <= SINGLES_FIRST_MAX
  const second = await (isFew ? singles : shared)(first.left)
  const third = await (isFew ? shared : singles)(second.left)
  const matches = [...first.matches, ...second.matches, ...third.matches]
  return { matches, left: third.left.filter((file) => !isCode.has(file)) }
}

function matchDirectories(
  files: readonly CapturedFile[],
  directories: readonly KnownDirectory[],
): Matched {
  const { covers, left } = coverFiles(files, directories)
  return { matches: covers.map(matchOfCover), left }
}

/**
 * What is certified by itself is that, and not a part of a folder with a copy of it: a recall of it
 * would not be handed down through the folder.
 */
async function withSingles(finder: ArtefactFinder, found: Matched): Promise<Matched> {
  const matches = await inTurn(found.matches, async (match) => {
    const { files, of } = match
    if (files.length !== 1 || of === 1) return match
    return (await matchSingles(finder, files)).matches[0] ?? match
  })
  return { ...found, matches }
}

/** Files that are artefacts themselves. */
async function matchSingles(
  finder: ArtefactFinder,
  files: readonly CapturedFile[],
): Promise<Matched> {
  const found = await inTurn(files.slice(0, SINGLES_ASKED_MAX), async (file) =>
    isDigest(file.sha256) ? finder.byDigest(file.sha256) : undefined,
  )
  const matches = files.flatMap((file, at) => {
    const artefact = found[at]
    return artefact === undefined ? [] : [{ artefact, how: file.how, files: [file], of: 1 }]
  })
  return { matches, left: files.filter((_, at) => found[at] === undefined) }
}

async function inTurn<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  for (let at = 0; at < items.length; at += CONCURRENT) {
    results.push(...(await Promise.all(items.slice(at, at + CONCURRENT).map(work))))
  }
  return results
}

function matchOfCover({ directory, files, names }: Cover): Match {
  const of = directory.files.length
  const match = { artefact: directory, how: weakest(files), files, of }
  if (names.size === of) return match
  const subset = subsetOfFiles([...names], of)
  if (isRejection(subset)) throw refusal(subset, directory.name)
  return { ...match, subset }
}

/** One edge for each artefact: a certificate names none twice. */
function merged(matches: readonly Match[]): readonly Match[] {
  const byRecord = new Map<string, Match>()
  for (const match of matches) {
    const { record } = match.artefact
    const known = byRecord.get(record)
    const files = [...(known?.files ?? []), ...match.files]
    byRecord.set(record, { ...(known ?? match), files, how: weakest(files, known?.how, match.how) })
  }
  return [...byRecord.values()]
}

/** A chain of facts is no better than the weakest. */
function weakest(files: readonly CapturedFile[], ...more: readonly (How | undefined)[]): How {
  const hows = new Set([...files.map(({ how }) => how), ...more])
  return hows.has('declared') ? 'declared' : hows.has('inferred') ? 'inferred' : 'observed'
}

function inputEdge({ artefact, how, subset }: Match): InputEdge {
  const { record, digest } = artefact
  return { kind: 'certified', record, digest, how, ...(subset === undefined ? {} : { subset }) }
}

function parentEdge({ artefact, how }: Match, relation: Relation): ParentEdge {
  const { record, digest } = artefact
  return { kind: 'certified', record, digest, relation, how }
}
