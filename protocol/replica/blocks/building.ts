import { assert } from '../../assert.ts'
import type { Body } from '../../chain/body.ts'
import { bodyHashOf, encodeBody } from '../../chain/body.ts'
import type { Header } from '../../chain/header.ts'
import { blockIdOf, encodeHeader, HEADER_VERSION } from '../../chain/header.ts'
import type { Evidence } from '../../consensus/evidence.ts'
import { BLOCK_EVIDENCE_MAX } from '../../limits.ts'
import type { LedgerRecord } from '../../records/record.ts'
import { feed } from '../consensus-link.ts'
import { type Core, chainOf } from '../core.ts'
import { encodeWalEntry } from '../durability/wal-entry.ts'
import { evidenceBytesMax, sizeInBody } from '../evidence-pool.ts'
import { settleIfRefused } from '../working.ts'
import { keepCandidate } from './candidates.ts'
import { enqueueExecution } from './executing.ts'
import { concludeExecution, type Execution, startExecution } from './execution.ts'

/** Room in a body for counts, lengths and the last commit proof, beside records and evidence. */
const BODY_OVERHEAD_BYTES = 8_192

/** The leader of a view builds a block of what waits: records in order of admission, evidence first. */
export function startBuild(core: Core, view: number): void {
  const execution = startExecution(core.reader, {
    purpose: { kind: 'build', view },
    height: core.work.height,
    timeMs: Math.max(core.nowMs, core.head.timeMs + 1),
    records: chooseRecords(core),
  })
  enqueueExecution(core, execution)
}

function chooseRecords(core: Core): LedgerRecord[] {
  const { bodyBytesMax, blockRecordsMax } = core.genesis.document.parameters
  let room = bodyBytesMax - BODY_OVERHEAD_BYTES - evidenceBytes(chooseEvidence(core, bodyBytesMax))
  const chosen: LedgerRecord[] = []
  for (const { record } of core.pool.entries()) {
    room -= record.envelope.length + 4
    if (room < 0 || chosen.length === blockRecordsMax) break
    chosen.push(record)
  }
  return chosen
}

/** @param roomBytes that the records leave: evidence may have come since they were chosen */
function chooseEvidence(core: Core, roomBytes: number): Evidence[] {
  const chosen: Evidence[] = []
  let room = Math.min(evidenceBytesMax(core), roomBytes)
  for (const evidence of core.evidence.values()) {
    room -= sizeInBody(evidence)
    if (room < 0 || chosen.length === BLOCK_EVIDENCE_MAX) break
    chosen.push(evidence)
  }
  return chosen
}

function evidenceBytes(evidence: readonly Evidence[]): number {
  return evidence.reduce((sum, item) => sum + sizeInBody(item), 0)
}

/** Everything was applied: make the block, keep it for a crash, and hand it to the machine. */
export function finishBuild(core: Core, execution: Execution): void {
  assert(execution.purpose.kind === 'build', 'a build is finished by a build')
  // Refused behind the records of this block, which may never be decided; what the ledger refuses is over.
  for (const { record } of execution.refused) settleIfRefused(core, record)
  const envelopes = execution.applied.map(({ envelope }) => envelope)
  const recordBytes = envelopes.reduce((sum, envelope) => sum + envelope.length + 4, 0)
  const { bodyBytesMax } = core.genesis.document.parameters
  const body: Body = {
    envelopes,
    evidence: chooseEvidence(core, bodyBytesMax - BODY_OVERHEAD_BYTES - recordBytes),
    lastProof: core.head.proof,
  }
  const bodyBytes = encodeBody(body)
  const result = concludeExecution(execution, core.head, core.reader, body)
  const header = headerOf(core, execution.timeMs, bodyBytes, result)
  const headerBytes = encodeHeader(header)
  const id = blockIdOf(headerBytes)
  keepCandidate(core, {
    id,
    headerBytes,
    bodyBytes,
    header,
    state: 'valid',
    executed: result.block,
  })
  core.effects.push({
    kind: 'log',
    entry: encodeWalEntry({ kind: 'block', header: headerBytes, body: bodyBytes }),
  })
  feed(core, {
    kind: 'built',
    view: execution.purpose.view,
    block: id,
    blockTimeMs: execution.timeMs,
  })
}

function headerOf(
  core: Core,
  timeMs: number,
  bodyBytes: Uint8Array,
  roots: Pick<Header, 'logSize' | 'logRoot' | 'stateRoot'>,
): Header {
  assert(core.self !== null, 'only a member of the committee builds')
  const { committee, parametersHash } = core.genesis
  return {
    version: HEADER_VERSION,
    chain: chainOf(core),
    height: core.work.height,
    timeMs,
    parent: core.head.id,
    bodyHash: bodyHashOf(bodyBytes),
    logSize: roots.logSize,
    logRoot: roots.logRoot,
    stateRoot: roots.stateRoot,
    committeeHash: committee.hash,
    nextCommitteeHash: committee.hash,
    parametersHash,
    proposer: core.self,
  }
}
