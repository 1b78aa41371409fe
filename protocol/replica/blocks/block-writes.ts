import { type CommitProof, encodeCommitProof } from '../../chain/commit-proof.ts'
import type { Genesis } from '../../chain/genesis.ts'
import { type CommitHistory, extendHistory } from '../../consensus/proposer.ts'
import type { Digest } from '../../digest.ts'
import { canonicalJson } from '../../encoding/canonical-json.ts'
import type { Write } from '../../ports.ts'
import { storageKey } from '../../storage-keys.ts'
import type { Candidate, ExecutedBlock, Head } from '../core.ts'

export type DecidedCandidate = Pick<Candidate, 'headerBytes' | 'bodyBytes' | 'header'> & {
  readonly id: Digest
  readonly executed: ExecutedBlock
  readonly proof: CommitProof
}

interface Ledger {
  readonly head: Head
  readonly genesis: Genesis
}

/** What becomes durable with a block, in one atomic batch: records and indexes, log, tree, header, body, proof, height. */
export function blockWrites(ledger: Ledger, block: DecidedCandidate): Write[] {
  const { height } = block.header
  return [
    ...block.executed.writes,
    { key: storageKey.header(height), value: block.headerBytes },
    { key: storageKey.body(height), value: block.bodyBytes },
    { key: storageKey.proof(height), value: encodeCommitProof(block.proof) },
    { key: storageKey.blockId(block.id), value: canonicalJson(height) },
    {
      key: storageKey.meta('proposers'),
      value: canonicalJson(proposersAfter(ledger, block.executed)),
    },
    { key: storageKey.meta('height'), value: canonicalJson(height) },
  ]
}

export function headAfter(ledger: Ledger, block: DecidedCandidate): Head {
  return {
    height: block.header.height,
    id: block.id,
    timeMs: block.header.timeMs,
    log: block.executed.log,
    proof: block.proof,
    proposers: proposersAfter(ledger, block.executed),
  }
}

/** The body of a block carries the canonical proof of the block before it. */
function proposersAfter(
  { head, genesis }: Ledger,
  executed: ExecutedBlock,
): readonly CommitHistory[] {
  const { lastProof } = executed.body
  if (lastProof === null) return head.proposers
  return extendHistory(head.proposers, lastProof, genesis.committee.members.length)
}
