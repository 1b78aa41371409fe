import type { LedgerRecord } from '../../../../protocol/records/record.ts'
import {
  edgeTo,
  referenceTo,
  signedApproval,
  signedDataset,
  signedEvent,
  signedModel,
  signedPhase,
  signedPipeline,
  signedRawData,
  signedRecall,
  signedStatus,
} from '../../../support/records.ts'
import { SampleLedger } from '../sample-ledger.ts'

const TORCH = 'pkg:pypi/torch@2.1.0'

/** Nonces of the test persons and admins, one counter each. */
class Nonces {
  readonly #next = new Map<string, number>()

  of(key: string): number {
    const nonce = (this.#next.get(key) ?? 0) + 1
    this.#next.set(key, nonce)
    return nonce
  }
}

/**
 * Five generations of three organisations: scans (raw, org1) -> clean (org1) -> base (org2, with a
 * pipeline and one parent off the ledger) -> tuned (org3) -> merged of base and tuned (org1) ->
 * quantised and adapter children, `crowd` of them. Clean is recalled by a quorum.
 */
export function richFamily(crowd = 12) {
  const ledger = new SampleLedger()
  const nonces = new Nonces()
  const by = (org: number) => ({ org, nonce: nonces.of(`person ${org}`) })
  const scans = signedRawData({
    ...by(0),
    name: 'scans',
    more: { bounds: [{ field: 'age', min: 0, max: 120, unit: 'years', outside: 12 }] },
  })
  const digest = edgeTo(scans).digest
  const clean = signedDataset({
    ...by(0),
    name: 'clean',
    more: {
      inputs: [
        {
          ...edgeTo(scans),
          how: 'observed',
          subset: { kind: 'files', digest, count: 4_800, of: 5_012 },
        },
      ],
      steps: [
        { method: 'normalise', parameters: { mean: '0.5' }, software: 'pkg:pypi/numpy@1.26.0' },
        { method: 'deduplicate', parameters: {}, software: 'pkg:pypi/numpy@1.26.0' },
      ],
    },
  })
  const pipeline = signedPipeline({ ...by(1), name: 'training', kinds: ['normalise', 'train'] })
  const base = signedModel({
    ...by(1),
    name: 'base',
    datasets: [{ ...edgeTo(clean), how: 'observed' }],
    parents: [
      { kind: 'external', uri: 'hf://openai/clip', revision: 'main', relation: 'distilled' },
    ],
    more: { pipeline: referenceTo(pipeline), software: [{ purl: TORCH, how: 'observed' }] },
  })
  const tuned = signedModel({
    ...by(2),
    name: 'tuned',
    datasets: [{ ...edgeTo(clean), how: 'inferred' }],
    parents: [{ ...edgeTo(base), relation: 'finetune' }],
  })
  const merged = signedModel({
    ...by(0),
    name: 'merged',
    datasets: [edgeTo(clean)],
    parents: [
      { ...edgeTo(base), relation: 'merge' },
      { ...edgeTo(tuned), relation: 'merge' },
    ],
  })
  const leaves = Array.from({ length: crowd }, (_, i) =>
    signedModel({
      ...by(i % 3),
      name: `leaf-${i}`,
      datasets: [edgeTo(clean)],
      parents: [{ ...edgeTo(merged), relation: i % 2 === 0 ? 'quantized' : 'adapter' }],
    }),
  )
  ledger.commit(scans)
  ledger.commit(clean, pipeline)
  ledger.commit(base)
  ledger.commit(tuned)
  ledger.commit(merged)
  for (let i = 0; i < leaves.length; i += 100) ledger.commit(...leaves.slice(i, i + 100))
  const life = liveOf(ledger, base, by)
  const recall = signedRecall(clean, { ...by(2), reason: 'labels were swapped' })
  const approvals = [0, 1, 2].map((org) =>
    signedApproval(recall, { org, nonce: nonces.of(`admin ${org}`) }),
  )
  const answer = signedStatus(base, recall, { ...by(2), reason: 'trained before the swap' })
  ledger.commit(recall)
  ledger.commit(...approvals)
  ledger.commit(answer)
  return {
    ledger,
    by,
    scans,
    clean,
    pipeline,
    base,
    tuned,
    merged,
    leaves,
    ...life,
    recall,
    approvals,
    answer,
  }
}

/** Base is documented by two organisations, corrected, evaluated, and handed over to org3. */
function liveOf(
  ledger: SampleLedger,
  base: LedgerRecord,
  by: (org: number) => { readonly org: number; readonly nonce: number },
) {
  const requirements = signedPhase(base, 'requirements', {
    ...by(1),
    content: { goal: 'read digits' },
    decisions: ['no faces in the data'],
  })
  const training = signedPhase(base, 'training', {
    ...by(1),
    content: { hyperparameters: { epochs: 3 } },
  })
  const corrected = signedPhase(base, 'training', {
    ...by(1),
    content: { hyperparameters: { epochs: 5 } },
    supersedes: training.id,
  })
  const invited = signedEvent(base, 'invited', { ...by(1), details: { to: 'org03' } })
  const evaluated = signedEvent(base, 'evaluated', {
    ...by(2),
    details: { metric: 'accuracy', value: '0.97' },
  })
  const offered = signedEvent(base, 'offered', { ...by(1), details: { to: 'org03' } })
  const accepted = signedEvent(base, 'accepted', by(2))
  ledger.commit(requirements, training)
  ledger.commit(corrected, invited)
  ledger.commit(evaluated)
  ledger.commit(offered)
  ledger.commit(accepted)
  return { requirements, training, corrected, evaluated, accepted }
}
