import type { ArtefactAnswer } from '../../../protocol/api/artefacts.ts'
import { isDigest } from '../../../protocol/digest.ts'
import type {
  ArtefactReference,
  InputEdge,
} from '../../../protocol/records/certificates/certificates.ts'
import { manifestOf } from '../../artefacts/manifest-of.ts'
import { cliError } from '../../cli-error.ts'
import { hashArtefact } from '../../hashing/hash-artefact.ts'
import { isPath, looksLikeFile, resolveArtefact } from '../../resolve/resolve-id.ts'
import type { Session } from '../../session.ts'
import { referenceTo } from '../about-artefact.ts'
import { readSubset, subsetWithoutList, type Whole } from './subset-list.ts'

export interface InputFlags {
  /** Why an input is `unknown`. */
  readonly reason?: string
  /** `INPUT=FILE`: only these members of that input were used. */
  readonly subset?: readonly string[]
}

const UNKNOWN = 'unknown'
const VAGUE = /^(?:an? |some |the )?(?:subset|part|sample|portion|half) of\b/i

/**
 * What was used, every name resolved to the record and digest that get signed.
 *
 * @param session undefined without a node: inputs are then RECORD:DIGEST
 * @param texts IDs, or `unknown`
 * @param types preferred where a text names several things
 * @throws CliError `usage`, `unknown-id`, `ambiguous`, or `bad-document` for the list of a subset
 */
export async function resolveInputs(
  session: Session | undefined,
  texts: readonly string[],
  flags: InputFlags,
  types?: readonly string[],
): Promise<readonly InputEdge[]> {
  checkUnknown(texts, flags)
  const lists = subsetLists(texts, flags.subset ?? [])
  const inputs: InputEdge[] = []
  for (const text of texts) {
    if (text === UNKNOWN) {
      inputs.push({ kind: 'unknown', reason: flags.reason ?? '' })
      continue
    }
    const list = lists.get(text)
    const { reference, artefact } = await resolveInput(session, text, types)
    const whole = list === undefined ? undefined : await wholeOf(session, text, artefact)
    const subset = list && whole ? { subset: await readSubset(list, whole) } : {}
    inputs.push({ kind: 'certified', ...reference, ...subset })
  }
  return inputs
}

/** One certified artefact, named and nothing more. */
export async function resolveReference(
  session: Session | undefined,
  text: string,
  types?: readonly string[],
): Promise<ArtefactReference> {
  return session === undefined
    ? statedReference(text)
    : referenceTo(await resolveWithHint(session, text, types))
}

function checkUnknown(texts: readonly string[], { reason }: InputFlags): void {
  const isUnknown = texts.includes(UNKNOWN)
  if (isUnknown === (reason !== undefined)) return
  throw cliError('usage', 'what is not known is said openly, with its reason', {
    hint: 'the input `unknown` and --reason TEXT belong together',
  })
}

/** Which list belongs to which input, by the very text that named the input. */
function subsetLists(
  texts: readonly string[],
  subsets: readonly string[],
): ReadonlyMap<string, string> {
  const vague = texts.find((text) => VAGUE.test(text))
  if (vague !== undefined) throw subsetWithoutList(vague)
  const lists = new Map<string, string>()
  for (const subset of subsets) {
    const text = texts.find((each) => subset === each || subset.startsWith(`${each}=`))
    if (text === undefined) {
      throw cliError('usage', `--subset ${subset} begins with none of the inputs`, {
        hint: 'write --subset ID=FILE with the ID just as the input has it',
      })
    }
    const file = subset.slice(text.length + 1)
    if (file === '') throw subsetWithoutList(`--subset ${subset}`)
    lists.set(text, file)
  }
  return lists
}

interface ResolvedInput {
  readonly reference: ArtefactReference
  /** Undefined without a node. */
  readonly artefact?: ArtefactAnswer
}

async function resolveInput(
  session: Session | undefined,
  text: string,
  types: readonly string[] | undefined,
): Promise<ResolvedInput> {
  if (session === undefined) return { reference: statedReference(text) }
  const artefact = await resolveWithHint(session, text, types)
  return { reference: referenceTo(artefact), artefact }
}

/** What a subset is part of, with the names of all files where they can be had. */
async function wholeOf(
  session: Session | undefined,
  text: string,
  artefact: ArtefactAnswer | undefined,
): Promise<Whole> {
  if (session === undefined || artefact === undefined) return { text }
  const { form, files, record, sha256 } = artefact
  if (form === 'file') return { text, form }
  const manifest = isPath(text)
    ? (await hashArtefact(session.context, text)).directory?.manifestBytes
    : isDigest(sha256)
      ? await manifestOf(session, record, sha256)
      : undefined
  if (manifest === undefined) {
    session.context.output.note(`the names in the list were not compared with those of ${text}`)
  }
  return { text, form, files, ...(manifest && { manifest }) }
}

async function resolveWithHint(
  session: Session,
  text: string,
  types: readonly string[] | undefined,
): Promise<ArtefactAnswer> {
  return resolveArtefact(session, text, types).catch(async (error: unknown) => {
    if (await looksLikeFile(text)) session.context.output.note(`for the file, write ./${text}`)
    throw error
  })
}

function statedReference(text: string): ArtefactReference {
  const [record, digest, ...rest] = text.split(':')
  if (isDigest(record) && isDigest(digest) && rest.length === 0) return { record, digest }
  throw cliError('usage', `without a node, ${text} cannot be looked up`, {
    hint: 'write RECORD:DIGEST, both as `pedigree show` prints them',
  })
}
