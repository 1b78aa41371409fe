import { CID } from 'multiformats/cid'
import { ArtefactError } from './artefact-error.ts'

/** Multicodec of a leaf: the bytes themselves. */
export const RAW_CODEC = 0x55
/** Multicodec of an inner node: UnixFS in dag-pb. */
export const DAG_PB_CODEC = 0x70
export const SHA2_256 = 0x12

/**
 * Reads the CID of a UnixFS file or directory: version 1, SHA-256, raw or dag-pb. An identity CID
 * would carry its own content past every check of size.
 *
 * @throws ArtefactError bad-cid
 */
export function parseCid(text: string): CID {
  const cid = decode(text)
  const isOurs =
    cid?.version === 1 &&
    cid.multihash.code === SHA2_256 &&
    (cid.code === RAW_CODEC || cid.code === DAG_PB_CODEC)
  if (cid === undefined || !isOurs) {
    throw new ArtefactError(
      'bad-cid',
      `${text.slice(0, 128)} is not a CID v1 of SHA-256 and UnixFS`,
    )
  }
  return cid
}

function decode(text: string): CID | undefined {
  try {
    return CID.parse(text)
  } catch {
    return undefined
  }
}
