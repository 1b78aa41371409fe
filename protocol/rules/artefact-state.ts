import type { Digest } from '../digest.ts'
import { stateKey } from '../storage-keys.ts'
import type { StateView } from './rule-context.ts'
import { decodeStateValue, encodeStateValue } from './state-value.ts'

/** What the state keeps of an artefact, under the record id of its registration. */
export interface ArtefactState {
  /** Of BUILT_IN_TYPES, or one that the network declared. */
  readonly type: string
  /** Organisation of the author at registration, until a transfer is accepted. */
  readonly owner: string
  /** did:key of whoever registered it. */
  readonly author: string
  readonly digest: Digest
  /** Present when `digest` is a salted one. */
  readonly salted?: true
  /** Of its type's machine. */
  readonly state: string
  /** Of the block that last changed any of this, beside `said`. */
  readonly height: number
  readonly offeredTo?: string
  /** Organisations that the owner invited to add phases and events; sorted. */
  readonly contributors?: readonly string[]
  /** Somewhere up its tree somebody said openly: not known. */
  readonly unknownAncestry?: true
  /** It is, or was made with, a pipeline whose architecture the network's rules forbid: that one's record id. */
  readonly invalid?: Digest
  readonly recall?: RecallState
  /** Open proposals about it, by organisation: one each. */
  readonly proposals?: Readonly<Record<string, Digest>>
  /** How many events, phases, recalls and answers there are about it; absent: none. */
  readonly said?: number
}

export interface RecallState {
  /** Record id of the recall. */
  readonly record: Digest
  /** Height at which it came into force. */
  readonly height: number
  readonly by: 'owner' | 'committee'
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

export function artefactChange(id: Digest, artefact: ArtefactState) {
  return { key: stateKey.artefact(id), value: encodeArtefactState(artefact) }
}
