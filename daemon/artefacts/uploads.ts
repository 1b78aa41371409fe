import type { CID } from 'multiformats/cid'
import { assert } from '../../protocol/assert.ts'
import type { DurableBlockstore } from './durable-blockstore.ts'
import { storeTrouble } from './store-trouble.ts'
import { UploadJournal } from './upload-journal.ts'

const JOURNAL = 'the journal of uploads'

type Block = Parameters<DurableBlockstore['put']>[1]

/** A store that remembers what an upload puts into it. */
export interface UploadBlocks extends Pick<DurableBlockstore, 'get' | 'has'> {
  put(cid: CID, block: Block): Promise<CID>
}

/** A block that uploads under way contain. */
interface Claim {
  readonly cid: CID
  /** Uploads under way that contain it. */
  holders: number
  /** Something whole contains it: it stays, whatever becomes of the others. */
  isKept: boolean
  /** Whether it was not here before; the journal has heard of it then. */
  readonly isNew: Promise<boolean>
}

interface Upload {
  readonly claims: Map<string, Claim>
  /** Writes that nobody may wait for any more. */
  readonly writes: Set<Promise<CID>>
  isOver: boolean
}

/**
 * Uploads stay whole or leave nothing: the blocks of one that fails are removed, unless they were here
 * before or another upload contains them; those of one that a crash ended, at the next start.
 *
 * A block that a member sends in answer to a want is not counted. Should it be removed with an upload
 * that contains it as well, it is fetched again when it is read.
 */
export class Uploads {
  readonly #blocks: DurableBlockstore
  readonly #journal: UploadJournal
  readonly #claims = new Map<string, Claim>()
  readonly #removals = new Map<string, Promise<void>>()
  readonly #underWay = new Set<Upload>()
  /** False when a block could not be removed: the next start tries again. */
  #mayForget = true
  #isClosed = false

  private constructor(blocks: DurableBlockstore, journal: UploadJournal) {
    this.#blocks = blocks
    this.#journal = journal
  }

  /** @param blocks opened */
  static async open(blocks: DurableBlockstore): Promise<Uploads> {
    const { journal, left } = await UploadJournal.open(blocks.path)
    for (const cid of left) await blocks.delete(cid)
    await journal.clear()
    return new Uploads(blocks, journal)
  }

  /**
   * Runs one upload. All of it is on disk, names included, when this returns.
   *
   * @throws ArtefactError disk-full, storage-failed; whatever `work` throws
   */
  async run<T>(work: (blocks: UploadBlocks) => Promise<T>): Promise<T> {
    const blocks = this.#blocks
    const upload: Upload = { claims: new Map(), writes: new Set(), isOver: false }
    this.#underWay.add(upload)
    try {
      const result = await work({
        get: blocks.get.bind(blocks),
        has: blocks.has.bind(blocks),
        put: (cid, block) => this.#put(upload, cid, block),
      })
      await this.#keep([...upload.claims.values()])
      return result
    } finally {
      await this.#end(upload)
    }
  }

  /** Leaves what is under way to the next start. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#removals.values())
    await this.#journal.close()
  }

  #put(upload: Upload, cid: CID, block: Block): Promise<CID> {
    const write = this.#write(upload, cid, block).finally(() => upload.writes.delete(write))
    upload.writes.add(write)
    return write
  }

  async #write(upload: Upload, cid: CID, block: Block): Promise<CID> {
    const id = cid.toString()
    while (this.#removals.has(id)) await this.#removals.get(id)
    assert(!upload.isOver, 'an upload that is over writes nothing')
    const claim = upload.claims.get(id) ?? this.#claim(id, cid)
    upload.claims.set(id, claim)
    await claim.isNew
    return this.#blocks.put(cid, block)
  }

  /** Looks and counts without a pause: two uploads must not both believe to be the first. */
  #claim(id: string, cid: CID): Claim {
    const known = this.#claims.get(id)
    if (known !== undefined) {
      known.holders += 1
      return known
    }
    const claim = { cid, holders: 1, isKept: false, isNew: this.#announce(cid) }
    claim.isNew.catch(() => undefined)
    this.#claims.set(id, claim)
    return claim
  }

  async #announce(cid: CID): Promise<boolean> {
    if (await this.#blocks.isHere(cid)) return false
    await this.#journal.written(cid).catch(storeTrouble(JOURNAL))
    return true
  }

  async #keep(claims: readonly Claim[]): Promise<void> {
    await this.#blocks.syncFolders(new Set(claims.map(({ cid }) => this.#blocks.folderOf(cid))))
    const fresh: Claim[] = []
    for (const claim of claims) {
      if (!claim.isKept && (await claim.isNew)) fresh.push(claim)
    }
    if (fresh.length === 0) return
    await this.#journal.kept(fresh.map(({ cid }) => cid)).catch(storeTrouble(JOURNAL))
    for (const claim of fresh) claim.isKept = true
  }

  async #end(upload: Upload): Promise<void> {
    while (upload.writes.size > 0) await Promise.allSettled(upload.writes)
    upload.isOver = true
    const removals: Promise<void>[] = []
    for (const [id, claim] of upload.claims) {
      claim.holders -= 1
      if (claim.holders > 0) continue
      this.#claims.delete(id)
      if (!claim.isKept && !this.#isClosed) removals.push(this.#remove(id, claim))
    }
    await Promise.all(removals)
    this.#underWay.delete(upload)
    const isIdle = this.#underWay.size === 0 && this.#mayForget && !this.#isClosed
    if (isIdle) await this.#journal.clear().catch(() => undefined)
  }

  #remove(id: string, claim: Claim): Promise<void> {
    const removal = this.#removeNew(claim)
      .catch(() => {
        this.#mayForget = false
      })
      .finally(() => this.#removals.delete(id))
    this.#removals.set(id, removal)
    return removal
  }

  async #removeNew({ cid, isNew }: Claim): Promise<void> {
    if (await isNew.catch(() => false)) await this.#blocks.delete(cid)
  }
}
