import { DEFAULT_PARAMETERS } from '../../../protocol/chain/parameters.ts'
import type { ConsensusEffect } from '../../../protocol/consensus/effect.ts'
import type { ConsensusInput } from '../../../protocol/consensus/input.ts'
import type { ConsensusMessage, Draft, Vote } from '../../../protocol/consensus/message.ts'
import {
  createHeight,
  type HeightContext,
  type HeightState,
} from '../../../protocol/consensus/state.ts'
import { stepHeight } from '../../../protocol/consensus/step.ts'
import { type Digest, domainDigest, ZERO_DIGEST } from '../../../protocol/digest.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { NO_VIEW } from '../../../protocol/signables.ts'

export const HEIGHT = 5
export const NOW_MS = 1_000_000

export function block(name: string): Digest {
  return domainDigest('test', utf8Encode(name))
}

/** A machine of four members whose leader of view v is member v mod 4. */
export function machine(self: number | null, context: Partial<HeightContext> = {}): HeightState {
  return createHeight({
    chain: ZERO_DIGEST,
    height: HEIGHT,
    size: 4,
    self,
    proposer: (view) => view % 4,
    parameters: DEFAULT_PARAMETERS,
    parentTimeMs: NOW_MS - 10_000,
    ...context,
  })
}

/** Nobody looks at it: signatures are checked before the machine hears of a message. */
const SIGNATURE = new Uint8Array(64)

export function signed(draft: Draft): ConsensusMessage {
  return { ...draft, signature: SIGNATURE }
}

export function hears(message: ConsensusMessage, blockTimeMs = NOW_MS): ConsensusInput {
  return { kind: 'message', message, receivedMs: NOW_MS, blockTimeMs }
}

export function proposal(
  member: number,
  view: number,
  of: Digest,
  validView = NO_VIEW,
): ConsensusInput {
  return hears(signed({ kind: 'pre-prepare', height: HEIGHT, view, block: of, validView, member }))
}

export function prepare(
  member: number,
  view: number,
  of: Digest | null,
  validView = NO_VIEW,
): Vote {
  return signed({ kind: 'prepare', height: HEIGHT, view, block: of, validView, member }) as Vote
}

export function commit(member: number, view: number, of: Digest | null): Vote {
  return signed({ kind: 'commit', height: HEIGHT, view, block: of, member }) as Vote
}

export function checked(of: Digest, valid = true): ConsensusInput {
  return { kind: 'checked', block: of, valid }
}

export function timeout(
  timer: 'propose' | 'prepare' | 'commit' | 'rebroadcast',
  view: number,
): ConsensusInput {
  return { kind: 'timeout', timer, view }
}

/** Gives inputs one after the other; own messages come back signed, as the replica does it. */
export function run(
  state: HeightState,
  ...inputs: readonly (ConsensusInput | Vote)[]
): ConsensusEffect[] {
  const all: ConsensusEffect[] = []
  const queue = inputs.map((input) => ('member' in input ? hears(input) : input))
  for (let input = queue.shift(); input !== undefined; input = queue.shift()) {
    const effects = stepHeight(state, input)
    all.push(...effects)
    queue.unshift(
      ...effects.flatMap((effect) => (effect.kind === 'say' ? [hears(signed(effect.draft))] : [])),
    )
  }
  return all
}

/** What a machine said, in short: "PREPARE(0, a1b2c3)". */
export function said(effects: readonly ConsensusEffect[]): string[] {
  return effects.flatMap((effect) => (effect.kind === 'say' ? [describe(effect.draft)] : []))
}

export function describe(draft: Draft): string {
  const justified =
    draft.kind !== 'commit' && draft.validView !== NO_VIEW ? ` by ${draft.validView}` : ''
  return `${draft.kind}(${draft.view}, ${draft.block?.slice(0, 6) ?? 'nil'}${justified})`
}

export function decided(effects: readonly ConsensusEffect[]): Digest | undefined {
  return effects.find((effect) => effect.kind === 'decide')?.proof.block
}
