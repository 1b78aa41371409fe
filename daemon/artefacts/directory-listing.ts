import { decode, type PBLink } from '@ipld/dag-pb'
import type { CID } from 'multiformats/cid'
import { ArtefactError } from './artefact-error.ts'
import { WINDOW_BLOCKS } from './bitswap-options.ts'
import { DAG_PB_CODEC } from './cids.ts'

/** Names in a shard begin with the place in it: two hexadecimal digits, as there are 256 places. */
const PLACE_CHARS = 2
/** How the data of a shard of a large folder begins: field 1, type 5 (UnixFS). */
const SHARD_DATA = [0x08, 5] as const

export interface ListingOptions {
  /** Nodes that may be read: bounds the work that a hostile directory makes. */
  readonly nodesMax: number
}

/** Where the files of a UnixFS directory are. Every folder is read once, however many files are asked for. */
export interface DirectoryListing {
  /** @returns undefined when no such name is in it, or not in a form that is read here */
  find(name: string): Promise<CID | undefined>
}

/**
 * @param get reads one node, wherever it is
 */
export function listDirectory(
  get: (cid: CID) => Promise<Uint8Array>,
  root: CID,
  { nodesMax }: ListingOptions,
): DirectoryListing {
  let nodes = 0
  const read = (cid: CID) => {
    if (++nodes <= nodesMax) return get(cid)
    throw new ArtefactError('content-mismatch', 'the directory has more nodes than files allow')
  }
  const folders = new Map<string, Promise<ReadonlyMap<string, CID>>>()
  const entriesOf = async (path: string): Promise<ReadonlyMap<string, CID>> => {
    const cid = path === '' ? root : await find(path)
    return cid === undefined ? new Map() : entriesIn(read, cid)
  }
  const find = async (name: string): Promise<CID | undefined> => {
    const end = name.lastIndexOf('/')
    const path = name.slice(0, Math.max(0, end))
    const entries = folders.get(path) ?? entriesOf(path)
    folders.set(path, entries)
    return (await entries).get(name.slice(end + 1))
  }
  return { find }
}

/** Level by level: the shards of one are asked for together. */
async function entriesIn(
  read: (cid: CID) => Promise<Uint8Array>,
  folder: CID,
): Promise<ReadonlyMap<string, CID>> {
  const entries = new Map<string, CID>()
  let level = [folder]
  while (level.length > 0) {
    const below: CID[] = []
    for (let at = 0; at < level.length; at += WINDOW_BLOCKS) {
      const cids = level.slice(at, at + WINDOW_BLOCKS)
      const links = await Promise.all(cids.map(async (cid) => linksOf(cid, await read(cid))))
      for (const [name, cid] of links.flat()) {
        if (name === '') below.push(cid)
        else entries.set(name, cid)
      }
    }
    level = below
  }
  return entries
}

/** Names and what they lead to; a shard further down has none. */
function linksOf(cid: CID, block: Uint8Array): readonly (readonly [string, CID])[] {
  if (cid.code !== DAG_PB_CODEC) return []
  const { Data = new Uint8Array(), Links } = decodeNode(cid, block)
  const isShard = SHARD_DATA.every((byte, i) => Data[i] === byte)
  const skipped = isShard ? PLACE_CHARS : 0
  return Links.filter((link) => isShard || (link.Name ?? '') !== '').map(
    ({ Name = '', Hash }) => [Name.slice(skipped), Hash] as const,
  )
}

function decodeNode(cid: CID, block: Uint8Array): { Data?: Uint8Array; Links: PBLink[] } {
  try {
    return decode(block)
  } catch (cause) {
    const message = `block ${cid} of the directory is no node of UnixFS`
    throw new ArtefactError('content-mismatch', message, { cause })
  }
}
