import type { Digest } from '../../digest.ts'
import { LINEAGE_NODES_MAX } from '../../limits.ts'
import type { ArtefactState } from '../../rules/artefact-state.ts'
import { PAUSE, type Query } from '../query.ts'
import type { LedgerView } from '../read-record.ts'
import { mustReadRelative, mustReadState, type Relative } from './family.ts'

/** An artefact of a family, with what became of it. */
export interface FamilyMember {
  readonly relative: Relative
  readonly state: ArtefactState
  /** Generations above the one below all, by the shortest way; 0 is itself. */
  readonly depth: number
}

export interface Family {
  /** Generation by generation. */
  readonly members: readonly FamilyMember[]
  /** False: there are more than LINEAGE_NODES_MAX. */
  readonly complete: boolean
}

/** An artefact and all its ancestors, along edges of any kind. Edges point to older records, so this ends. */
export function* familyOf(ledger: LedgerView, start: Relative): Query<Family> {
  const memberOf = (relative: Relative, depth: number): FamilyMember => {
    return { relative, depth, state: mustReadState(ledger, relative.record) }
  }
  const members = [memberOf(start, 0)]
  const reached = new Set<Digest>([start.record])
  // Appended to while it is walked.
  for (const { relative, depth } of members) {
    yield PAUSE
    for (const { record } of relative.entry.edges) {
      if (reached.has(record)) continue
      if (reached.size >= LINEAGE_NODES_MAX) return { members, complete: false }
      reached.add(record)
      members.push(memberOf(mustReadRelative(ledger, record), depth + 1))
    }
  }
  return { members, complete: true }
}
