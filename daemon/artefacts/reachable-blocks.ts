import type { CID } from 'multiformats/cid'
import { ArtefactError } from './artefact-error.ts'
import type { BlockFetcher } from './block-fetcher.ts'
import type { DurableBlockstore } from './durable-blockstore.ts'
import { orAbort } from './or-abort.ts'
import type { Slots } from './slots.ts'

/** Where the bytes of artefacts are read from. */
export interface Source {
  readonly blocks: DurableBlockstore
  readonly fetcher: BlockFetcher
  readonly slots: Slots
}

/**
 * Blocks from here or from others. How many may be fetched for one reading is bounded, so that a
 * hostile tree of blocks does not fill the disk.
 */
export function blocksOf(
  { blocks, fetcher }: Source,
  fetchesMax: number,
  signal: AbortSignal | undefined,
) {
  let budget = fetchesMax
  const get = async function* (cid: CID): AsyncGenerator<Uint8Array> {
    signal?.throwIfAborted()
    if (await blocks.has(cid)) return yield* blocks.get(cid)
    if (budget-- <= 0) {
      throw new ArtefactError('content-mismatch', 'more blocks than the size of the content allows')
    }
    yield await orAbort(fetcher.fetch(cid), signal)
  }
  return { get, has: blocks.has.bind(blocks), put: blocks.put.bind(blocks) }
}
