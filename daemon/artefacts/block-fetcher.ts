import { setTimeout as sleep } from 'node:timers/promises'
import type { CID } from 'multiformats/cid'
import { ArtefactError } from './artefact-error.ts'

/** How long nothing at all may arrive before a block is asked for again. */
const IDLE_MS = 8_000
const ASKS_MAX = 3
/** However busy the others are, a single block that takes longer is not coming. */
const FETCH_MS_MAX = 120_000
/** Bitswap forgets a want some milliseconds after it was given up, and drops one that comes sooner. */
const PAUSE_MS = 100

/** Where blocks come from that are not here. */
export interface RemoteBlocks {
  get(
    cid: CID,
    options: { readonly signal: AbortSignal },
  ): Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

export interface BlockFetcher {
  /**
   * One block from any connected member, checked against its CID and kept. Never two wants for one
   * block at a time: bitswap may lose the answer to the second.
   *
   * @throws ArtefactError artefact-unavailable; what the store throws when it cannot keep the block
   */
  fetch(cid: CID): Promise<Uint8Array>
}

export interface BlockFetcherOptions {
  /** Ends all that is under way. */
  readonly closing: AbortSignal
  /** For tests. */
  readonly idleMs?: number | undefined
}

/**
 * Asks again when nothing arrives: a member that did not have a block, or whose answer was lost,
 * never says so.
 */
export function createBlockFetcher(
  remote: RemoteBlocks,
  { closing, idleMs = IDLE_MS }: BlockFetcherOptions,
): BlockFetcher {
  const flights = new Map<string, Promise<Uint8Array>>()
  const patience = { arrivals: { lastMs: 0 }, idleMs, closing }
  return {
    fetch: (cid) => {
      const id = cid.toString()
      const flying = flights.get(id)
      if (flying !== undefined) return flying
      const flight = fly(remote, cid, patience).finally(() => flights.delete(id))
      // Whoever asked may be gone by the time it fails.
      flight.catch(() => undefined)
      flights.set(id, flight)
      return flight
    },
  }
}

interface Patience {
  readonly arrivals: { lastMs: number }
  readonly idleMs: number
  readonly closing: AbortSignal
}

async function fly(remote: RemoteBlocks, cid: CID, patience: Patience): Promise<Uint8Array> {
  const startedMs = performance.now()
  for (let asked = 0; asked < ASKS_MAX; asked++) {
    if (asked > 0) await sleep(PAUSE_MS)
    const block = await ask(remote, cid, patience)
    if (block !== undefined) {
      patience.arrivals.lastMs = performance.now()
      return block
    }
    if (patience.closing.aborted || performance.now() - startedMs > FETCH_MS_MAX) break
  }
  const message = `no connected member has sent block ${cid} of it`
  throw new ArtefactError('artefact-unavailable', message)
}

/** One want; undefined when nothing came in time. */
async function ask(
  remote: RemoteBlocks,
  cid: CID,
  patience: Patience,
): Promise<Uint8Array | undefined> {
  const idle = new AbortController()
  const stop = abortWhenIdle(idle, patience)
  const signal = AbortSignal.any([idle.signal, patience.closing])
  try {
    for await (const block of remote.get(cid, { signal })) return block
    return undefined
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  } finally {
    stop()
  }
}

/** Idle counts from the last arrival of any block: on a slow link a whole window shares the line. */
function abortWhenIdle(controller: AbortController, { arrivals, idleMs }: Patience): () => void {
  const startedMs = performance.now()
  const check = () => {
    const nowMs = performance.now()
    const quietMs = nowMs - Math.max(startedMs, arrivals.lastMs)
    if (quietMs >= idleMs || nowMs - startedMs > FETCH_MS_MAX) controller.abort()
    else timer = setTimeout(check, idleMs - quietMs)
  }
  let timer = setTimeout(check, idleMs)
  return () => clearTimeout(timer)
}
