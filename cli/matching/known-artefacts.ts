import type { ManifestFile } from '../../protocol/artefacts/manifest.ts'
import { parseManifest } from '../../protocol/artefacts/manifest.ts'
import type { Digest } from '../../protocol/digest.ts'
import { isDigest } from '../../protocol/digest.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { type ArtefactListed, listArtefacts } from '../artefacts/list-artefacts.ts'
import { manifestOf } from '../artefacts/manifest-of.ts'
import { cliError } from '../cli-error.ts'
import {
  allExpectations,
  savedManifest,
  savedManifests,
  saveManifest,
} from '../home/expectations.ts'
import type { Session } from '../session.ts'

const MANIFESTS_MAX = 1_000
/** Files of all manifests together that are kept in memory. */
const MANIFEST_FILES_TOTAL_MAX = 2_000_000
/** Shared directories whose manifests are fetched because something is left unmatched. */
const FETCHED_MAX = 64
/** No further manifest is asked for after that. */
const FETCHING_MS_MAX = 20_000

/** An artefact on the ledger, as an edge names it. */
export interface KnownArtefact {
  readonly record: Digest
  /** Plain or salted, as the ledger has it. */
  readonly digest: Digest
  readonly type: string
  /** `organisation/name@version` */
  readonly name: string
}

/** A directory on the ledger whose list of files is at hand. */
export interface KnownDirectory extends KnownArtefact {
  readonly files: readonly ManifestFile[]
}

/** Looks artefacts up, each question once. */
export class ArtefactFinder {
  readonly #session: Session
  readonly #answers = new Map<string, Promise<KnownArtefact | undefined>>()
  #expected: Promise<ReadonlyMap<Digest, Digest>> | undefined
  #files = 0

  constructor(session: Session) {
    this.#session = session
  }

  /** The artefact that has this content, or undefined when nobody certified it. */
  byDigest(sha256: Digest): Promise<KnownArtefact | undefined> {
    const asked = this.#answers.get(sha256) ?? this.#find(sha256)
    this.#answers.set(sha256, asked)
    return asked
  }

  /** Directories whose manifests lie in this home, and that are on the ledger. */
  async savedDirectories(): Promise<readonly KnownDirectory[]> {
    const { home } = this.#session
    const found: KnownDirectory[] = []
    for (const sha256 of (await savedManifests(home)).slice(0, MANIFESTS_MAX)) {
      const bytes = await savedManifest(home, sha256)
      const known = bytes === undefined ? undefined : await this.byDigest(sha256)
      if (bytes === undefined || known === undefined) continue
      const directory = this.#directory(known, bytes)
      if (directory !== undefined) found.push(directory)
    }
    return found
  }

  /**
   * Directories that members share and this home has no manifest of yet, the newest first. Each
   * manifest that comes is kept for the next time; one that does not come is passed over.
   *
   * @param known records that are not asked for again
   */
  async sharedDirectories(known: ReadonlySet<Digest>): Promise<readonly KnownDirectory[]> {
    const { artefacts } = await listArtefacts(this.#session)
    const shared = artefacts.filter(
      ({ form, manifestCid, record }) =>
        form === 'directory' && manifestCid !== undefined && !known.has(record as Digest),
    )
    const found: KnownDirectory[] = []
    const deadline = performance.now() + FETCHING_MS_MAX
    for (const artefact of shared.reverse().slice(0, FETCHED_MAX)) {
      if (performance.now() > deadline) break
      const one = await this.#fetch(artefact)
      if (one !== undefined) found.push(one)
    }
    return found
  }

  async #fetch(artefact: ArtefactListed): Promise<KnownDirectory | undefined> {
    const { record, sha256 } = artefact
    if (!isDigest(sha256)) return undefined
    const bytes = await manifestOf(this.#session, record, sha256)
    if (bytes === undefined) return undefined
    const directory = this.#directory(describe(artefact), bytes)
    if (directory !== undefined) await saveManifest(this.#session.home, sha256, bytes)
    return directory
  }

  async #find(sha256: Digest): Promise<KnownArtefact | undefined> {
    const { chain } = this.#session
    // Who registered a copy later does not become an ancestor by it.
    const { registrations } = await chain.registrations(sha256)
    const first = registrations.find(({ salted }) => salted !== true)
    // A confidential artefact of our own: the ledger knows its salted digest only.
    const record = first?.record ?? (await this.#expectedRecord(sha256))
    return record === undefined ? undefined : describe(await chain.artefact(record))
  }

  async #expectedRecord(sha256: Digest): Promise<Digest | undefined> {
    this.#expected ??= this.#readExpected()
    return (await this.#expected).get(sha256)
  }

  async #readExpected(): Promise<ReadonlyMap<Digest, Digest>> {
    const { home, genesis } = this.#session
    const expected = [...(await allExpectations(home)).values()]
    const here = expected.filter(({ chain }) => chain === genesis.chain)
    return new Map(here.map(({ sha256, record }) => [sha256, record]))
  }

  #directory(known: KnownArtefact, bytes: Uint8Array): KnownDirectory | undefined {
    const manifest = parseManifest(bytes)
    if (isRejection(manifest)) return undefined
    this.#files += manifest.files.length
    return this.#files > MANIFEST_FILES_TOTAL_MAX ? undefined : { ...known, files: manifest.files }
  }
}

function describe(artefact: ArtefactListed): KnownArtefact {
  const { record, type, organisation, name, version, sha256, saltedSha256 } = artefact
  const digest = sha256 ?? saltedSha256
  if (!isDigest(record) || !isDigest(digest)) {
    throw cliError('bad-answer', 'the node gives no digest for an artefact')
  }
  return { record, digest, type, name: `${organisation}/${name}@${version}` }
}
