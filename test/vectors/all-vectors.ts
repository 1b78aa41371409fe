import { blockVectors, logVectors, stateVectors } from './chain-vectors.ts'
import { consensusVectors, signableVectors, walVectors, wireVectors } from './message-vectors.ts'
import { recordVectors } from './record-vectors.ts'

/** File name to content: every golden vector there is, made anew by the present code. */
export const VECTORS = {
  'signables.json': signableVectors,
  'consensus.json': consensusVectors,
  'block.json': blockVectors,
  'log.json': logVectors,
  'state.json': stateVectors,
  'records.json': recordVectors,
  'wire.json': wireVectors,
  'write-ahead-log.json': walVectors,
} as const

export function renderVectors(file: keyof typeof VECTORS): string {
  return `${JSON.stringify(VECTORS[file](), null, 2)}\n`
}
