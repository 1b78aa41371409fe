import assert from 'node:assert/strict'
import { decodeCommitProof } from '../../../protocol/chain/commit-proof.ts'
import { CATCH_UP_HURRY_MS, CATCH_UP_TIMEOUT_MS } from '../../../protocol/limits.ts'
import type { ReplicaEffect } from '../../../protocol/replica/effect.ts'
import { readBlock } from '../../../protocol/replica/ledger.ts'
import type { WireMessage } from '../../../protocol/wire/message.ts'
import { encodeWireMessage } from '../../../protocol/wire/message-codec.ts'
import { accepted } from '../../support/records.ts'
import { messageOf } from './test-committee.ts'
import type { TestNode } from './test-node.ts'

/** The block that a node holds, as it serves it. */
export function blockAt(source: TestNode, height: number): Extract<WireMessage, { kind: 'block' }> {
  const stored = readBlock(source.disk, height)
  assert.ok(stored, `block ${height}`)
  const { header, body } = stored
  return { kind: 'block', header, body, proof: accepted(decodeCommitProof(stored.proof)) }
}

export function tipAt(source: TestNode, height: number): Extract<WireMessage, { kind: 'tip' }> {
  const { header, proof } = blockAt(source, height)
  return { kind: 'tip', header, proof }
}

export function frame(
  node: TestNode,
  from: number,
  message: WireMessage,
): readonly ReplicaEffect[] {
  return node.input({ kind: 'frame', from, bytes: encodeWireMessage(message) })
}

/** What was asked since the last call: [member, from, to]. */
export function asked(node: TestNode): number[][] {
  return node.takeSent().flatMap((sent) => {
    const message = messageOf(sent)
    return message?.kind === 'get-blocks' && sent.kind === 'send'
      ? [[sent.to, message.from, message.to]]
      : []
  })
}

/** Nobody delivers until the time-out is over. */
export function timeOut(node: TestNode): void {
  for (let ms = 0; ms < CATCH_UP_TIMEOUT_MS; ms += CATCH_UP_HURRY_MS) node.fireTimer('catch-up')
}
