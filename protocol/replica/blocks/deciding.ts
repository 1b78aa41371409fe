import { assert } from '../../assert.ts'
import type { CommitProof } from '../../chain/commit-proof.ts'
import { evidenceDigest } from '../../consensus/evidence-codec.ts'
import { storageKey } from '../../storage-keys.ts'
import { encodeTip } from '../../wire/gossip.ts'
import { encodeWireMessage } from '../../wire/message-codec.ts'
import { startCatchUp } from '../catch-up/catch-up.ts'
import type { Candidate, Core, ExecutedBlock } from '../core.ts'
import { enterHeight } from '../heights.ts'
import { pruneExpired } from '../pool/expiry.ts'
import { blockWrites, headAfter } from './block-writes.ts'
import { dropExecutions } from './executing.ts'

/** A quorum committed to a block (R8). It becomes durable as soon as its body was executed. */
export function decide(core: Core, proof: CommitProof): void {
  if (core.work.decided !== null) return
  assert(
    core.work.machine.checked.get(proof.block) !== false,
    `block ${proof.block} that a quorum committed is valid here`,
  )
  core.work.decided = proof
  if (!core.work.candidates.has(proof.block)) askForBody(core, proof)
  commitIfReady(core)
}

/** The block was let go of before it was decided: those who committed to it have it, and soon everyone. */
function askForBody(core: Core, { height, block, signers }: CommitProof): void {
  core.catchUp.target = Math.max(core.catchUp.target, height)
  startCatchUp(core)
  core.work.wanted.add(block)
  const bytes = encodeWireMessage({ kind: 'get-proposal', height: core.work.height, block })
  for (const to of signers) if (to !== core.self) core.effects.push({ kind: 'send', to, bytes })
}

/** Whether the height needs nothing from the others any more. */
export function isDecidedHere({ work }: Core): boolean {
  return work.decided !== null && work.candidates.has(work.decided.block)
}

/** Called when a decision or an execution arrives, whichever is last. */
export function commitIfReady(core: Core): void {
  const { work } = core
  if (work.decided === null || work.committing) return
  const candidate = work.candidates.get(work.decided.block)
  if (candidate === undefined || candidate.state === 'checking') return
  // A quorum that decides what we find invalid means that our state differs from theirs: stop, loudly.
  assert(candidate.state === 'valid', `block ${candidate.id} that a quorum committed is valid here`)
  assert(candidate.executed !== null, 'a valid candidate was executed')
  work.committing = true
  dropExecutions(core)
  core.effects.push({
    kind: 'commit',
    height: work.height,
    writes: blockWrites(core, { ...candidate, executed: candidate.executed, proof: work.decided }),
    block: {
      height: work.height,
      id: candidate.id,
      timeMs: candidate.header.timeMs,
      view: work.decided.view,
      records: candidate.executed.records.map(({ id }) => id),
    },
  })
}

/** The block is durable: it is acknowledged, and the next height opens. */
export function onCommitted(core: Core, height: number): void {
  const { work } = core
  assert(
    work.committing && work.height === height,
    'what was committed is what was being committed',
  )
  const proof = work.decided as CommitProof
  const candidate = work.candidates.get(proof.block) as Candidate
  const executed = candidate.executed as ExecutedBlock
  core.head = headAfter(core, { ...candidate, executed, proof })
  for (const record of executed.records) {
    core.known.delete(record.envelopeDigest)
    if (core.pool.remove(record.id)?.own) {
      core.effects.push({
        kind: 'settled',
        record: record.id,
        outcome: { status: 'committed', height },
      })
    }
  }
  for (const evidence of executed.body.evidence) core.evidence.delete(evidenceDigest(evidence))
  pruneExpired(core)
  if (candidate.header.proposer === core.self) announce(core, candidate, proof)
  enterHeight(core)
}

/** Its proposer tells everyone of a block, for those who did not see it being decided. */
function announce(core: Core, candidate: Candidate, proof: CommitProof): void {
  core.effects.push({
    kind: 'gossip',
    topic: 'blocks',
    bytes: encodeTip({ header: candidate.headerBytes, proof }),
  })
}

/** What we decided last, for a member that is behind. */
export function sendTip(core: Core, to: number): void {
  const header = core.reader.get(storageKey.header(core.head.height))
  if (header === undefined || core.head.proof === null) return
  if (!core.limits.tips.take(to, 1, core.nowMs)) return
  core.effects.push({
    kind: 'send',
    to,
    bytes: encodeWireMessage({ kind: 'tip', header, proof: core.head.proof }),
  })
}
