import type { ActorName } from '../faults.ts'
import type { MakeActor } from './actor.ts'
import { certificateForger } from './certificate-forger.ts'
import { clockLiar } from './clock-liar.ts'
import { doubleVoter } from './double-voter.ts'
import { equivocatingLeader } from './equivocating-leader.ts'
import { falseAccountant } from './false-accountant.ts'
import { falseJustifier } from './false-justifier.ts'
import { lockSplitter } from './lock-splitter.ts'
import { mutatingRelay } from './mutating-relay.ts'
import { silentLeader } from './silent-leader.ts'
import { slowLeader } from './slow-leader.ts'
import { spammer } from './spammer.ts'
import { syncLiar } from './sync-liar.ts'
import { usurper } from './usurper.ts'
import { withheldBody } from './withheld-body.ts'

/** Who plays which part. Twins need no actor: both nodes are honest, and that there are two is the lie. */
export const CAST: Readonly<Record<ActorName, MakeActor | undefined>> = {
  'equivocating leader': equivocatingLeader,
  'double voter': doubleVoter,
  'silent leader': silentLeader,
  'slow leader': slowLeader,
  'withheld body': withheldBody,
  'mutating relay': mutatingRelay,
  'sync liar': syncLiar,
  spammer,
  'certificate forger': certificateForger,
  'false accountant': falseAccountant,
  'false justifier': falseJustifier,
  'lock splitter': lockSplitter,
  usurper,
  'clock liar': clockLiar,
  twins: undefined,
}
