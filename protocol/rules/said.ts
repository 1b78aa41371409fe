import { assert } from '../assert.ts'
import { aboutOf } from '../records/about.ts'
import type { LedgerRecord } from '../records/record.ts'
import { stateKey } from '../storage-keys.ts'
import { artefactChange, decodeArtefactState } from './artefact-state.ts'
import type { StateChange, StateView } from './rule-context.ts'

/**
 * Counts what is said of an artefact: each event, phase, recall and answer that a rule accepted. With
 * the count in the state, a receipt can prove that it leaves none of them out. Approvals are said of a
 * proposal, whose own state lists them.
 *
 * @param changes what the record's rule makes of it
 */
export function countSaid(
  record: LedgerRecord,
  changes: StateChange,
  state: StateView,
): StateChange {
  const about = record.type === 'approval' ? undefined : aboutOf(record)
  if (about === undefined) return changes
  const key = stateKey.artefact(about)
  const bytes = changes.find((change) => change.key === key)?.value ?? state.get(key)
  assert(bytes !== undefined, 'a rule accepts nothing about an artefact that is not there')
  const artefact = decodeArtefactState(bytes)
  const counted = artefactChange(about, { ...artefact, said: (artefact.said ?? 0) + 1 })
  return [...changes.filter((change) => change.key !== key), counted]
}
