import type { BlockAnswer } from '../api/blocks.ts'
import { assert } from '../assert.ts'
import { decodeCommitProof } from '../chain/commit-proof.ts'
import { blockIdOf, decodeHeader } from '../chain/header.ts'
import type { Digest } from '../digest.ts'
import { utf8Decode } from '../encoding/utf8.ts'
import type { Reader } from '../ports.ts'
import { isRejection } from '../rejection.ts'
import { readBlock } from '../replica/ledger.ts'
import { storageKey } from '../storage-keys.ts'
import { type LedgerView, readEnvelopes, readOwnRecord } from './read-record.ts'

export type BlockView = Omit<BlockAnswer, 'asOf'>

/** @returns undefined for a height or an id of no committed block */
export function blockView(ledger: LedgerView, block: number | Digest): BlockView | undefined {
  const { reader, genesis } = ledger
  const at = typeof block === 'number' ? block : heightOfBlock(reader, block)
  const stored = at === undefined ? undefined : readBlock(reader, at)
  if (stored === undefined) return undefined
  const header = decodeHeader(stored.header)
  const proof = decodeCommitProof(stored.proof)
  assert(
    !isRejection(header) && !isRejection(proof),
    'a stored block is the one that was committed',
  )
  const organisationOf = (member: number) => {
    const { organisation } = genesis.committee.members[member] ?? {}
    assert(organisation !== undefined, 'a committed block names members of its committee')
    return organisation
  }
  return {
    height: header.height,
    id: blockIdOf(stored.header),
    timeMs: header.timeMs,
    proposer: organisationOf(header.proposer),
    records: readEnvelopes(ledger, header.height).map((envelope) => readOwnRecord(envelope).id),
    signers: proof.signers.map(organisationOf),
    view: proof.view,
    parent: header.parent,
    stateRoot: header.stateRoot,
    logRoot: header.logRoot,
    logSize: header.logSize,
  }
}

export function heightOfBlock(reader: Reader, id: Digest): number | undefined {
  const value = reader.get(storageKey.blockId(id))
  return value === undefined ? undefined : Number(utf8Decode(value))
}
