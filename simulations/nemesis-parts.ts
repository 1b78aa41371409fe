import type { Digest } from '../protocol/digest.ts'
import type { EventQueue } from './clock/event-queue.ts'
import type { FaultRates } from './faults.ts'
import type { Network } from './network.ts'
import type { SimulatedNode } from './node.ts'
import type { Random } from './random.ts'
import type { Story } from './story.ts'

export interface NemesisParts {
  readonly rates: FaultRates
  readonly queue: EventQueue
  readonly random: Random
  readonly story: Story
  readonly network: Network
  readonly nodes: readonly SimulatedNode[]
  /** Member that loses its disks. */
  readonly loser: number | undefined
  /** The admin of a member signs a rejoin that names the nonce. */
  readonly letSign: (member: number, nonce: Digest) => void
}
