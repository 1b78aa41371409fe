import type { Digest } from '../../digest.ts'
import { CANDIDATES_MAX } from '../../limits.ts'
import type { Candidate, Core, ProposedBlock } from '../core.ts'

/**
 * Keeps a block that may be decided. When there are too many the oldest gives way: a height whose
 * leaders failed many times must still take the next proposal. What is locked, prepared, decided or
 * proposed now stays; whatever else turns out to be decided is fetched again.
 */
export function keepCandidate(core: Core, candidate: Candidate): void {
  const { candidates } = core.work
  if (!candidates.has(candidate.id) && candidates.size >= CANDIDATES_MAX) evictCandidate(core)
  candidates.set(candidate.id, candidate)
}

function evictCandidate({ work }: Core): void {
  const { lockedBlock, validBlock } = work.machine
  const kept = [lockedBlock, validBlock, work.decided?.block, presentBlock(work)]
  for (const id of work.candidates.keys()) {
    if (kept.includes(id)) continue
    work.candidates.delete(id)
    return
  }
}

/** The block that is proposed in the present view. */
export function presentBlock({ machine }: Core['work']): Digest | undefined {
  return machine.proposals.get(Math.max(0, machine.view))?.block
}

/** Takes a body out of those that wait for their view. */
export function takeUnchecked({ work }: Core, block: Digest): ProposedBlock | undefined {
  for (const [leader, proposed] of work.unchecked) {
    if (proposed.block !== block) continue
    work.unchecked.delete(leader)
    return proposed
  }
  return undefined
}
