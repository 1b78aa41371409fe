import type { ArtefactAnswer } from '../../protocol/api/artefacts.ts'
import type { Registration } from '../../protocol/api/registrations.ts'
import { shortId } from '../output/format.ts'
import { printable } from '../output/printable.ts'
import type { Session } from '../session.ts'

/** What registers some bytes, or is about to. */
interface Claim extends Pick<ArtefactAnswer, 'saltedSha256' | 'organisation'> {
  /** Of the bytes, where they are known: a copy may hide behind a salt of its own. */
  readonly sha256?: string | undefined
  /** Of the block that has it; absent: it is not on the ledger yet. */
  readonly height?: number
}

/**
 * Who else registered the same bytes before this organisation did, the first one first (T-M6). What an
 * organisation registered first and others copied is not held against its later registrations.
 */
export async function earlierByOthers(
  { chain }: Pick<Session, 'chain'>,
  { sha256, saltedSha256, ...claim }: Claim,
): Promise<readonly Registration[]> {
  const found: Registration[] = []
  for (const [digest, isSalted] of [[sha256, false] as const, [saltedSha256, true] as const]) {
    if (digest === undefined) continue
    const { registrations } = await chain.registrations(digest)
    const same = registrations.filter(({ salted }) => (salted === true) === isSalted)
    found.push(...beforeClaim(same, claim))
  }
  return found.toSorted((a, b) => a.height - b.height)
}

/** @param registrations of one content, in the order of the ledger */
function beforeClaim(
  registrations: readonly Registration[],
  { organisation, height }: Pick<Claim, 'organisation' | 'height'>,
): readonly Registration[] {
  const own = registrations.findIndex((each) => each.organisation === organisation)
  const others = own < 0 ? registrations : registrations.slice(0, own)
  return others.filter((each) => height === undefined || each.height <= height)
}

/** One sentence about the first of them, for whoever is to trust the later one; none where there is none. */
export function describeEarlier(earlier: readonly Registration[]): readonly string[] {
  const [first] = earlier
  if (first === undefined) return []
  const { organisation, name, height } = first
  const label = name.startsWith(`${organisation}/`) ? name.slice(organisation.length + 1) : name
  const who = `${printable(organisation)} as ${printable(label)}`
  return [`the same bytes were registered by ${who} in block ${height}, earlier`]
}

/**
 * A sentence for each registration of the same bytes that is recalled. Whether bytes may be used does
 * not change by registering them again.
 *
 * @param record what is asked about: its own recall is told elsewhere
 */
export async function describeRecalledCopies(
  { chain }: Pick<Session, 'chain'>,
  sha256: string,
  record?: string,
): Promise<readonly string[]> {
  const { registrations } = await chain.registrations(sha256)
  const sentences: string[] = []
  for (const copy of registrations) {
    if (copy.salted === true || copy.record === record) continue
    const { recall } = await chain.artefact(copy.record)
    if (recall === undefined) continue
    const which = `${printable(copy.name)} (${shortId(copy.record)})`
    sentences.push(`the same bytes are ${which}, recalled since block ${recall.height}`)
  }
  return sentences
}
