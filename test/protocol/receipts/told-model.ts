import type { Digest } from '../../../protocol/digest.ts'
import { runQuery } from '../../../protocol/queries/query.ts'
import { receiptQuery } from '../../../protocol/receipts/build-receipt.ts'
import { verifyReceiptUnder } from '../../../protocol/receipts/verify-receipt.ts'
import { verifySignature } from '../../../protocol/records/ed25519.ts'
import {
  accepted,
  edgeTo,
  signedApproval,
  signedDataset,
  signedEvent,
  signedModel,
  signedPhase,
  signedRecall,
  signedStatus,
} from '../../support/records.ts'
import { SampleLedger } from '../queries/sample-ledger.ts'

/**
 * digits (org01) -> model (org02): three phases, one of them corrected, an event, a recall that org04
 * proposed and three approved, and the owner's answer to it. A sibling has a phase of its own.
 */
export function toldModel() {
  const ledger = new SampleLedger()
  let nonce = 100
  const own = () => ({ org: 1, nonce: nonce++ })
  const digits = signedDataset({ org: 0, nonce: 1, name: 'digits' })
  const model = signedModel({ ...own(), name: 'model', datasets: [edgeTo(digits)] })
  const sibling = signedModel({ ...own(), name: 'sibling', datasets: [edgeTo(digits)] })
  const goal = signedPhase(model, 'requirements', { ...own(), content: { goal: 'read digits' } })
  const training = signedPhase(model, 'training', {
    ...own(),
    content: { hyperparameters: { epochs: 3 } },
  })
  const corrected = signedPhase(model, 'training', {
    ...own(),
    content: { hyperparameters: { epochs: 30 } },
    supersedes: training.id,
  })
  const ofSibling = signedPhase(sibling, 'requirements', { ...own(), content: { goal: 'another' } })
  const trained = signedEvent(model, 'trained', own())
  const recall = signedRecall(model, { org: 3, nonce: 1, reason: 'poisoned' })
  const approvals = [0, 2, 3].map((org) => signedApproval(recall, { org }))
  const answer = signedStatus(model, recall, own())
  ledger.commit(digits)
  ledger.commit(model, sibling)
  ledger.commit(goal, training)
  ledger.commit(corrected, ofSibling, trained)
  ledger.commit(recall)
  ledger.commit(...approvals, answer)
  const said = [goal, training, corrected, trained, recall, answer]
  return { ledger, digits, model, sibling, training, corrected, ofSibling, recall, approvals, said }
}

export function fullReceipt({ reader, genesis }: SampleLedger, id: Digest, full = true) {
  const options = { genesis, ancestors: true, full }
  return accepted(runQuery(receiptQuery(reader, id, options), reader))
}

export function verifyFull({ genesis }: SampleLedger, bytes: Uint8Array) {
  return verifyReceiptUnder(bytes, genesis, verifySignature)
}
