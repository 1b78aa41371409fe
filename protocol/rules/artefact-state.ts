import type { Digest } from '../digest.ts'
import { stateKey } from '../storage-keys.ts'
import type { ArtefactStateName } from './artefact-machine.ts'
import type { StateView } from './rule-book.ts'
import { decodeStateValue, encodeStateValue } from './state-value.ts'

/** What the state keeps of an artefact, under the record id of its registration. */
export interface ArtefactState {
  readonly type: 'dataset' | 'model'
  /** Organisation of the author at registration. */
  readonly owner: string
  /** did:key of whoever registered it. */
  readonly author: string
  readonly digest: Digest
  /** Present when `digest` is a salted one. */
  readonly salted?: true
  readonly state: ArtefactStateName
  /** Of the block that put it into this state. */
  readonly height: number
}

export function encodeArtefactState(artefact: ArtefactState): Uint8Array {
  return encodeStateValue(artefact)
}

/** @param bytes a value from the state, or from a state proof that was checked */
export function decodeArtefactState(bytes: Uint8Array): ArtefactState {
  return decodeStateValue<ArtefactState>(bytes)
}

export function readArtefact(state: StateView, id: Digest): ArtefactState | undefined {
  const bytes = state.get(stateKey.artefact(id))
  return bytes === undefined ? undefined : decodeArtefactState(bytes)
}
