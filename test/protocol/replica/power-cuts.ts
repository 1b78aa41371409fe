import assert from 'node:assert/strict'
import { digestOf } from '../../../protocol/digest.ts'
import { readBlock, readHeight } from '../../../protocol/replica/ledger.ts'
import type { Loss } from './test-disk.ts'
import { PowerCut, type TestNode } from './test-node.ts'

/** What a disk may have lost when the power comes back. */
export const LOSSES: readonly Loss[] = ['nothing', 'the guard', 'the barrier']

/** Lets the power of a node fail before its effect of this number. */
export function cutBefore(node: TestNode, effect: number): { done: boolean } {
  const cut = { done: false }
  let left = effect
  node.beforeEffect = () => {
    if (left-- > 0) return
    node.beforeEffect = () => {}
    cut.done = true
    throw new PowerCut()
  }
  return cut
}

/** Of all that a node has stored, the oldest first. */
export function blockIds(node: TestNode): string[] {
  return Array.from({ length: readHeight(node.disk) }, (_, i) => {
    const block = readBlock(node.disk, i + 1)
    assert.ok(block)
    return digestOf(block.header)
  })
}
