import { decodeCommitProof } from '../../chain/commit-proof.ts'
import type { Genesis } from '../../chain/genesis.ts'
import { blockIdOf, decodeHeader, type Header } from '../../chain/header.ts'
import { readFrontier, rootOf } from '../../chain/log.ts'
import { rebuildRoot, treeRoot } from '../../chain/state-tree.ts'
import { treeFault } from '../../chain/state-tree-check.ts'
import { decidedBlockChecks, type Parent } from '../../chain/verify-block.ts'
import { SELF_CHECK_HEADERS } from '../../limits.ts'
import type { Reader, VerifySignature, Write } from '../../ports.ts'
import { parseEnvelope } from '../../records/envelope.ts'
import { isRejection, type Rejection, refuse } from '../../rejection.ts'
import { storageKey } from '../../storage-keys.ts'
import { blockWrites, headAfter } from '../blocks/block-writes.ts'
import { concludeExecution, executeSlice, startExecution } from '../blocks/execution.ts'
import type { Head } from '../core.ts'
import { readBlock, readHead, readHeight } from '../ledger.ts'
import { proposersFollow } from './proposers-check.ts'

/** What the start-up check found wrong: the first damaged height, or the state or log at the head. */
export type Damage =
  | { readonly kind: 'block'; readonly height: number; readonly detail: string }
  | { readonly kind: 'log'; readonly detail: string }
  | { readonly kind: 'state'; readonly detail: string }

interface Store {
  readonly reader: Reader
  readonly genesis: Genesis
  readonly verify: VerifySignature
}

/**
 * Checks the store against itself before the node speaks: the last 100 blocks (links, hashes, proofs
 * with all signatures), the log's frontier, the whole state against the head's root, and the history
 * of leaders.
 *
 * @param state every entry of the state, by state key
 * @returns undefined when all of it holds together
 */
export function checkStore(
  store: Store,
  state: Iterable<{ readonly key: string; readonly value: Uint8Array }>,
): Damage | undefined {
  const height = readHeight(store.reader)
  const damaged = checkBlocks(store, height)
  if (damaged !== undefined) return damaged
  const stateRoot = rebuildRoot(state)
  if (treeRoot(store.reader) !== stateRoot)
    return { kind: 'state', detail: 'the state tree does not cover the state' }
  const fault = treeFault(store.reader)
  if (fault !== undefined) return { kind: 'state', detail: fault }
  if (height === 0) return undefined
  const header = decodeHeader(store.reader.get(storageKey.header(height)) as Uint8Array) as Header
  if (header.stateRoot !== stateRoot) {
    return {
      kind: 'state',
      detail: `the state has root ${stateRoot}, block ${height} says ${header.stateRoot}`,
    }
  }
  const log = checkLog(store.reader, header)
  if (log !== undefined) return log
  const { reader, genesis } = store
  if (proposersFollow(reader, genesis, readHead(reader, genesis))) return undefined
  return { kind: 'state', detail: 'the history of leaders is not what the blocks say' }
}

function checkLog(reader: Reader, header: Header): Damage | undefined {
  try {
    const root = rootOf(readFrontier(reader, header.logSize))
    if (root === header.logRoot) return undefined
    return {
      kind: 'log',
      detail: `the log has root ${root}, block ${header.height} says ${header.logRoot}`,
    }
  } catch {
    return { kind: 'log', detail: 'a node of the log is missing' }
  }
}

function checkBlocks(store: Store, height: number): Damage | undefined {
  const first = Math.max(1, height - SELF_CHECK_HEADERS + 1)
  let parent = parentOf(store, first)
  for (let at = first; at <= height; at++) {
    const checked =
      parent === undefined
        ? refuse('malformed', 'its parent is damaged')
        : checkBlock(store, at, parent)
    if (isRejection(checked)) return { kind: 'block', height: at, detail: checked.detail }
    parent = checked
  }
  return undefined
}

function parentOf({ reader, genesis }: Store, height: number): Parent | undefined {
  if (height === 1) return { height: 0, id: genesis.chain, timeMs: 0 }
  const bytes = reader.get(storageKey.header(height - 1))
  const header = bytes === undefined ? undefined : decodeHeader(bytes)
  if (bytes === undefined || header === undefined || isRejection(header)) return undefined
  return { height: height - 1, id: blockIdOf(bytes), timeMs: header.timeMs }
}

function checkBlock(store: Store, height: number, parent: Parent): Parent | Rejection {
  const { genesis, verify } = store
  const stored = readBlock(store.reader, height)
  if (stored === undefined) return refuse('malformed', `block ${height} is missing`)
  const proof = decodeCommitProof(stored.proof)
  if (isRejection(proof)) return proof
  const context = { genesis, committee: genesis.committee, parent }
  const decided = decidedBlockChecks({ header: stored.header, body: stored.body, proof }, context)
  if (isRejection(decided)) return decided
  if (!decided.checks.every(verify))
    return refuse('bad-commit-proof', `block ${height} carries a signature that does not verify`)
  return { height, id: decided.id, timeMs: decided.header.timeMs }
}

/**
 * Executes a stored block again on an emptied store: how a node repairs its state, log and indexes
 * out of blocks that are still sound.
 *
 * @param reader the store as the blocks before left it
 */
export function replayBlock(
  store: Store,
  head: Head,
  block: { readonly header: Uint8Array; readonly body: Uint8Array; readonly proof: Uint8Array },
): { readonly head: Head; readonly writes: readonly Write[] } | Rejection {
  const { genesis, reader, verify } = store
  const proof = decodeCommitProof(block.proof)
  if (isRejection(proof)) return proof
  const context = { genesis, committee: genesis.committee, parent: head }
  const decided = decidedBlockChecks({ header: block.header, body: block.body, proof }, context)
  if (isRejection(decided)) return decided
  const { header, body } = decided
  const records = []
  for (const envelope of body.envelopes) {
    const record = parseEnvelope(envelope)
    if (isRejection(record)) return record
    records.push(record)
  }
  const checks = [...decided.checks, ...records.map(({ check }) => check)]
  if (!checks.every(verify))
    return refuse(
      'bad-signature',
      `block ${header.height} carries a signature that does not verify`,
    )
  const purpose = { kind: 'check', block: decided.id } as const
  const execution = startExecution(reader, {
    purpose,
    height: header.height,
    timeMs: header.timeMs,
    records,
  })
  while (!executeSlice(execution, genesis));
  const refused = execution.refused[0]
  if (refused !== undefined) return refused.rejection
  const result = concludeExecution(execution, head, reader, body)
  if (result.stateRoot !== header.stateRoot || result.logRoot !== header.logRoot) {
    return refuse('wrong-root', `executing block ${header.height} gives another root than it names`)
  }
  const candidate = {
    id: decided.id,
    headerBytes: block.header,
    bodyBytes: block.body,
    header,
    executed: result.block,
    proof,
  }
  const ledger = { head, genesis }
  return { head: headAfter(ledger, candidate), writes: blockWrites(ledger, candidate) }
}
