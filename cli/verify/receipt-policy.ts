import type { ReceiptVerdict } from '../../protocol/receipts/verdict.ts'
import { type Applied, applyPolicy } from './policy-checks.ts'
import type { PolicyFile } from './policy-file.ts'
import { standsOnArtefacts } from './receipt-recalls.ts'

const UNSURE = 'advisories are not in a receipt: ask a node'

/**
 * What a policy makes of a receipt: advisories are not in one, so a policy that refuses some cannot be
 * satisfied by it. Undefined for a record that stands on no artefact, of which a policy says nothing.
 */
export function judgeReceipt(policy: PolicyFile, proven: ReceiptVerdict): Applied | undefined {
  const { subject } = proven
  if (!standsOnArtefacts(subject)) return undefined
  const known = {
    artefact: subject.id,
    owner: subject.artefact?.owner ?? subject.organisation,
    advisories: [],
    advisoriesComplete: false,
    unknownAncestry: unknownAncestryIn(proven),
  }
  return applyPolicy(policy, known, UNSURE)
}

/** Handed down from ancestors: the state of the artefact tells; undefined where that is not there. */
function unknownAncestryIn({ subject, records }: ReceiptVerdict): boolean | undefined {
  if (subject.artefact !== undefined) return subject.artefact.unknownAncestry
  const artefacts = records.flatMap(({ artefact }) => artefact ?? [])
  if (artefacts.length === 0) return undefined
  return artefacts.some(({ unknownAncestry }) => unknownAncestry)
}
