import { equalBytes } from '../../bytes.ts'
import { decodeBody } from '../../chain/body.ts'
import type { Genesis } from '../../chain/genesis.ts'
import { type CommitHistory, extendHistory } from '../../consensus/proposer.ts'
import { canonicalJson } from '../../encoding/canonical-json.ts'
import { SELF_CHECK_HEADERS } from '../../limits.ts'
import type { Reader } from '../../ports.ts'
import { isRejection } from '../../rejection.ts'
import { storageKey } from '../../storage-keys.ts'
import type { Head } from '../core.ts'

/**
 * Whether the stored history of leaders is what the blocks say: nothing that is signed covers it, and
 * a node with another one would follow other leaders than everyone else. Each entry depends on those
 * before it, but hardly ever on far ones: the last blocks are tried first, then all of them.
 */
export function proposersFollow(reader: Reader, genesis: Genesis, head: Head): boolean {
  const stored = canonicalJson(head.proposers)
  const followFrom = (first: number) =>
    equalBytes(stored, canonicalJson(proposersSince(reader, genesis, first, head.height)))
  const recent = Math.max(1, head.height - SELF_CHECK_HEADERS + 1)
  return followFrom(recent) || (recent > 1 && followFrom(1))
}

/** @returns as much of the history as stored blocks tell */
function proposersSince(
  reader: Reader,
  { committee, document }: Genesis,
  first: number,
  last: number,
): readonly CommitHistory[] {
  let history: readonly CommitHistory[] = []
  for (let height = first; height <= last; height++) {
    const bytes = reader.get(storageKey.body(height))
    const body = bytes === undefined ? undefined : decodeBody(bytes, document.parameters)
    if (body === undefined || isRejection(body)) return []
    if (body.lastProof === null) continue
    history = extendHistory(history, body.lastProof, committee.members.length)
  }
  return history
}
