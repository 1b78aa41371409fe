import type { Evidence } from '../consensus/evidence.ts'
import { encodeEvidence, evidenceDigest } from '../consensus/evidence-codec.ts'
import { EVIDENCE_POOL_MAX } from '../limits.ts'
import { storageKey } from '../storage-keys.ts'
import type { Core } from './core.ts'
import { announceWork } from './working.ts'

/** Bytes that the evidence in one body may take, so that it never displaces the records. */
export function evidenceBytesMax(core: Core): number {
  return core.genesis.document.parameters.bodyBytesMax / 4
}

/** In a body, behind its length. */
export function sizeInBody(evidence: Evidence): number {
  return encodeEvidence(evidence).length + 4
}

/** Keeps a proof of misbehaviour until a block carries it. What no block can carry would be work for ever. */
export function addEvidence(core: Core, evidence: Evidence): void {
  if (sizeInBody(evidence) > evidenceBytesMax(core)) return
  const digest = evidenceDigest(evidence)
  if (core.evidence.has(digest) || core.evidence.size >= EVIDENCE_POOL_MAX) return
  if (core.reader.get(storageKey.evidence(digest)) !== undefined) return
  core.evidence.set(digest, evidence)
  core.effects.push({ kind: 'accuse', evidence })
  announceWork(core)
}
