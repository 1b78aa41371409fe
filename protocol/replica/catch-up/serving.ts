import { decodeCommitProof } from '../../chain/commit-proof.ts'
import { blockIdOf } from '../../chain/header.ts'
import {
  CATCH_UP_RANGE_BLOCKS_MAX,
  CATCH_UP_RANGE_BYTES_MAX,
  SERVED_BLOCK_COST_BYTES,
} from '../../limits.ts'
import { isRejection } from '../../rejection.ts'
import type { WireMessage } from '../../wire/message.ts'
import { encodeWireMessage } from '../../wire/message-codec.ts'
import type { Core } from '../core.ts'
import { readBlock } from '../ledger.ts'

/**
 * Serves a range of decided blocks, bounded in number, in bytes and by the asker's rate. Where it ends
 * early the asker is told, so that it need not wait.
 */
export function serveBlocks(
  core: Core,
  to: number,
  range: { readonly from: number; readonly to: number },
): void {
  const last = Math.min(range.to, range.from + CATCH_UP_RANGE_BLOCKS_MAX - 1)
  let bytes = 0
  for (let height = range.from; height <= last; height++) {
    if (!core.limits.served.take(to, SERVED_BLOCK_COST_BYTES, core.nowMs)) return
    const stored = height > core.head.height ? undefined : readBlock(core.reader, height)
    const proof = stored === undefined ? undefined : decodeCommitProof(stored.proof)
    bytes += stored?.body.length ?? 0
    core.limits.served.charge(to, stored?.body.length ?? 0, core.nowMs)
    if (
      stored === undefined ||
      proof === undefined ||
      isRejection(proof) ||
      bytes > CATCH_UP_RANGE_BYTES_MAX
    ) {
      core.effects.push({
        kind: 'send',
        to,
        bytes: encodeWireMessage({ kind: 'no-block', height }),
      })
      return
    }
    const frame = encodeWireMessage({
      kind: 'block',
      header: stored.header,
      body: stored.body,
      proof,
    })
    core.effects.push({ kind: 'send', to, bytes: frame })
  }
}

/** A block that may be decided now, or was: for whoever heard only the votes for it. */
export function serveProposal(
  core: Core,
  to: number,
  asked: Extract<WireMessage, { kind: 'get-proposal' }>,
): void {
  if (!core.limits.served.take(to, SERVED_BLOCK_COST_BYTES, core.nowMs)) return
  const candidate =
    asked.height === core.work.height ? core.work.candidates.get(asked.block) : undefined
  const stored = candidate === undefined ? readBlock(core.reader, asked.height) : undefined
  if (stored !== undefined && blockIdOf(stored.header) !== asked.block) {
    return core.limits.served.charge(to, stored.body.length, core.nowMs)
  }
  const header = candidate?.headerBytes ?? stored?.header
  const body = candidate?.bodyBytes ?? stored?.body
  if (header === undefined || body === undefined) return
  core.limits.served.charge(to, body.length, core.nowMs)
  core.effects.push({
    kind: 'send',
    to,
    bytes: encodeWireMessage({ kind: 'proposed-block', header, body }),
  })
}
