import { assert } from '../../assert.ts'
import type { Body } from '../../chain/body.ts'
import type { Genesis } from '../../chain/genesis.ts'
import { appendLeaves, rootOf } from '../../chain/log.ts'
import { updateTree } from '../../chain/state-tree.ts'
import { encodeEvidence, evidenceDigest } from '../../consensus/evidence-codec.ts'
import type { Digest } from '../../digest.ts'
import { EXECUTION_SLICE_RECORDS } from '../../limits.ts'
import type { Reader, Write } from '../../ports.ts'
import type { LedgerRecord } from '../../records/record.ts'
import { isRejection, type Rejection } from '../../rejection.ts'
import { readKeyHistory } from '../../rules/key-history.ts'
import { applyRecord } from '../../rules/rule-book.ts'
import { storageKey } from '../../storage-keys.ts'
import type { ExecutedBlock, Head } from '../core.ts'
import { indexWrites } from './indexes.ts'
import { StateOverlay } from './state-overlay.ts'

/** One block being executed on the head, a slice at a time. */
export interface Execution {
  readonly purpose:
    | { readonly kind: 'check'; readonly block: Digest }
    | { readonly kind: 'build'; readonly view: number }
  readonly height: number
  readonly timeMs: number
  /** What is still to be applied, in order. */
  readonly queue: readonly LedgerRecord[]
  next: number
  readonly overlay: StateOverlay
  readonly applied: LedgerRecord[]
  readonly refused: { readonly record: LedgerRecord; readonly rejection: Rejection }[]
}

interface ExecutionStart {
  readonly purpose: Execution['purpose']
  readonly height: number
  readonly timeMs: number
  readonly records: readonly LedgerRecord[]
}

export function startExecution(reader: Reader, start: ExecutionStart): Execution {
  return {
    purpose: start.purpose,
    height: start.height,
    timeMs: start.timeMs,
    queue: start.records,
    next: 0,
    overlay: new StateOverlay(reader),
    applied: [],
    refused: [],
  }
}

/**
 * Applies the next slice. A check ends at the first refused record, because its block is invalid; a
 * build leaves refused records out.
 *
 * @returns true when nothing is left to apply
 */
export function executeSlice(execution: Execution, genesis: Genesis): boolean {
  const { height, timeMs, overlay } = execution
  const end = Math.min(execution.queue.length, execution.next + EXECUTION_SLICE_RECORDS)
  for (; execution.next < end; execution.next++) {
    const record = execution.queue[execution.next] as LedgerRecord
    const change = applyRecord(record, { genesis, height, timeMs }, overlay)
    if (isRejection(change)) {
      execution.refused.push({ record, rejection: change })
      if (execution.purpose.kind === 'check') return true
      continue
    }
    overlay.apply(change)
    execution.applied.push(record)
  }
  return execution.next === execution.queue.length
}

export interface ExecutionResult {
  readonly logSize: number
  readonly logRoot: Digest
  readonly stateRoot: Digest
  readonly block: ExecutedBlock
}

/** The roots that the block's header must name, and everything that committing it writes. */
export function concludeExecution(
  execution: Execution,
  head: Head,
  reader: Reader,
  body: Body,
): ExecutionResult {
  const { height, timeMs, overlay, applied } = execution
  const changes = overlay.changes()
  const tree = updateTree(reader, changes)
  const log = appendLeaves(
    head.log,
    applied.map((record) => ({
      record: record.id,
      envelope: record.envelopeDigest,
      height,
      timeMs,
    })),
  )
  const writes: Write[] = [
    ...changes.map(({ key, value }) => ({ key: storageKey.state(key), value })),
    ...tree.writes,
    ...log.nodes.map(({ level, index, hash }) => ({
      key: storageKey.logNode(level, index),
      value: hash,
    })),
    ...body.evidence.map((evidence) => ({
      key: storageKey.evidence(evidenceDigest(evidence)),
      value: encodeEvidence(evidence),
    })),
  ]
  applied.forEach((record, indexInBlock) => {
    const position = { height, indexInBlock, logIndex: head.log.size + indexInBlock, timeMs }
    const author = readKeyHistory(overlay, record.ledger.author)
    assert(author !== undefined, 'the author of an applied record is registered')
    writes.push(...indexWrites(record, position, author))
  })
  return {
    logSize: log.frontier.size,
    logRoot: rootOf(log.frontier),
    stateRoot: tree.root,
    block: { body, records: applied, writes, log: log.frontier },
  }
}
