import { assert } from '../../assert.ts'
import { type CheckedBlock, proposedBlockChecks } from '../../chain/verify-block.ts'
import { evidenceChecks } from '../../consensus/evidence-check.ts'
import { evidenceDigest } from '../../consensus/evidence-codec.ts'
import { type Digest, digestOf } from '../../digest.ts'
import type { SignatureCheck } from '../../ports.ts'
import { parseEnvelope } from '../../records/envelope.ts'
import type { LedgerRecord } from '../../records/record.ts'
import { isRejection, type Rejection, refuse } from '../../rejection.ts'
import { storageKey } from '../../storage-keys.ts'
import { feed } from '../consensus-link.ts'
import { blockContext, type Core, chainOf, verifyThen } from '../core.ts'
import { encodeWalEntry } from '../durability/wal-entry.ts'
import { remember } from '../pool/known-records.ts'
import { keepCandidate } from './candidates.ts'
import { commitIfReady } from './deciding.ts'
import { enqueueExecution } from './executing.ts'
import { concludeExecution, type Execution, startExecution } from './execution.ts'

/**
 * Finds out whether a proposed block is valid on the head: form, links and limits now, signatures by
 * a job, execution after it. The machine hears `checked` at the end; it has not asked.
 */
export function checkBlock(
  core: Core,
  headerBytes: Uint8Array,
  bodyBytes: Uint8Array,
  block: Digest,
): void {
  const { candidates, machine } = core.work
  if (candidates.has(block) || machine.checked.get(block) === false) return
  core.effects.push({
    kind: 'log',
    entry: encodeWalEntry({ kind: 'block', header: headerBytes, body: bodyBytes }),
  })
  examine(core, headerBytes, bodyBytes, block)
}

/** @param bodyBytes of the hash that the header names: another body would say nothing about the block */
export function examine(
  core: Core,
  headerBytes: Uint8Array,
  bodyBytes: Uint8Array,
  block: Digest,
): void {
  const proposed = proposedBlockChecks(headerBytes, bodyBytes, blockContext(core))
  if (isRejection(proposed)) return verdict(core, block, false)
  const { header } = proposed
  keepCandidate(core, {
    id: block,
    headerBytes,
    bodyBytes,
    header,
    state: 'checking',
    executed: null,
  })
  const content = contentChecks(core, proposed)
  if (isRejection(content)) return verdict(core, block, false)
  const execution = startExecution(core.reader, {
    purpose: { kind: 'check', block },
    height: core.work.height,
    timeMs: header.timeMs,
    records: content.records,
  })
  const checks = [...proposed.checks, ...content.checks]
  const job = { kind: 'body', height: core.work.height, block, execution } as const
  if (checks.length === 0) enqueueExecution(core, execution)
  else verifyThen(core, checks, job)
}

interface Content {
  readonly records: readonly LedgerRecord[]
  /** Signatures that were not checked before, of records and of evidence. */
  readonly checks: readonly SignatureCheck[]
}

function contentChecks(core: Core, { body }: CheckedBlock): Content | Rejection {
  const records: LedgerRecord[] = []
  const checks: SignatureCheck[] = []
  const ids = new Set<Digest>()
  for (const envelope of body.envelopes) {
    const known = core.known.get(digestOf(envelope))
    const record = known ?? parseEnvelope(envelope)
    if (isRejection(record)) return record
    if (ids.has(record.id))
      return refuse('duplicate', `record ${record.id} stands twice in one block`)
    ids.add(record.id)
    records.push(record)
    if (known === undefined) checks.push(record.check)
  }
  const evidence = evidenceChecksOf(core, body.evidence)
  if (isRejection(evidence)) return evidence
  return { records, checks: [...checks, ...evidence] }
}

function evidenceChecksOf(
  core: Core,
  items: CheckedBlock['body']['evidence'],
): SignatureCheck[] | Rejection {
  const checks: SignatureCheck[] = []
  const digests = new Set<Digest>()
  const context = { chain: chainOf(core), committee: core.genesis.committee }
  for (const item of items) {
    const digest = evidenceDigest(item)
    if (digests.has(digest) || core.reader.get(storageKey.evidence(digest)) !== undefined) {
      return refuse('bad-evidence', `evidence ${digest} is on the ledger already`)
    }
    digests.add(digest)
    const proof = evidenceChecks(item, context)
    if (isRejection(proof)) return proof
    checks.push(...proof.checks)
  }
  return checks
}

/** The signatures of a body were checked. */
export function finishBodySignatures(
  core: Core,
  job: { readonly height: number; readonly block: Digest; readonly execution: Execution },
  results: readonly boolean[],
): void {
  if (job.height !== core.work.height || core.work.committing) return
  if (!results.every(Boolean)) return verdict(core, job.block, false)
  // So that no record is verified again: not at the next proposal, not when gossip brings it.
  for (const record of job.execution.queue) remember(core, record)
  enqueueExecution(core, job.execution)
}

/** Every record was applied, or one was refused: do the header's roots come out? */
export function finishCheck(core: Core, execution: Execution): void {
  assert(execution.purpose.kind === 'check', 'a check is finished by a check')
  const { block } = execution.purpose
  const candidate = core.work.candidates.get(block)
  if (candidate === undefined) return
  if (execution.refused.length > 0) return verdict(core, block, false)
  const proposed = proposedBlockChecks(
    candidate.headerBytes,
    candidate.bodyBytes,
    blockContext(core),
  )
  assert(!isRejection(proposed), 'what was well-formed stays so')
  const result = concludeExecution(execution, core.head, core.reader, proposed.body)
  const { header } = candidate
  if (
    result.logRoot !== header.logRoot ||
    result.logSize !== header.logSize ||
    result.stateRoot !== header.stateRoot
  ) {
    core.effects.push({
      kind: 'alarm',
      alarm: 'state-root-mismatch',
      detail: `block ${block} at height ${header.height} names state root ${header.stateRoot}, executing it gives ${result.stateRoot}`,
    })
    return verdict(core, block, false)
  }
  candidate.executed = result.block
  verdict(core, block, true)
}

function verdict(core: Core, block: Digest, valid: boolean): void {
  const candidate = core.work.candidates.get(block)
  if (candidate !== undefined) candidate.state = valid ? 'valid' : 'invalid'
  feed(core, { kind: 'checked', block, valid })
  commitIfReady(core)
}
