import type { Evidence } from '../consensus/evidence.ts'
import { evidenceDigest } from '../consensus/evidence-codec.ts'
import { EVIDENCE_POOL_MAX } from '../limits.ts'
import { storageKey } from '../storage-keys.ts'
import type { Core } from './core.ts'
import { announceWork } from './working.ts'

/** Keeps a proof of misbehaviour until a block carries it. */
export function addEvidence(core: Core, evidence: Evidence): void {
  const digest = evidenceDigest(evidence)
  if (core.evidence.has(digest) || core.evidence.size >= EVIDENCE_POOL_MAX) return
  if (core.reader.get(storageKey.evidence(digest)) !== undefined) return
  core.evidence.set(digest, evidence)
  core.effects.push({ kind: 'accuse', evidence })
  announceWork(core)
}
