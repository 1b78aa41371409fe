import type { NemesisParts } from './nemesis-parts.ts'
import type { SimulatedNode } from './node.ts'

/** How long a person takes to come with another disk, or with the admin key. */
const OPERATOR_MEAN_MS = 1_500

/** A member that loses its disk, and the operator who brings it back (W11). */
export class LostDisks {
  readonly #parts: NemesisParts
  #active = true
  #asked: string | undefined

  constructor(parts: NemesisParts) {
    this.#parts = parts
  }

  stop(): void {
    this.#active = false
  }

  /** One that has not rejoined yet has nothing more to lose. */
  lose(node: SimulatedNode): void {
    if (node.disk.guardIsLost) return
    node.loseDisk()
    this.#after(() => node.start())
  }

  /** Looks after the node from time to time: signs for its nonce, and starts it again when it has rejoined. */
  tend(node: SimulatedNode): void {
    this.#after(() => {
      this.#look(node)
      this.tend(node)
    })
  }

  #look(node: SimulatedNode): void {
    const { rejoinNonce: nonce, disk } = node
    if (!node.alive || nonce === undefined) return
    if (!disk.guardIsLost) {
      node.crash()
      node.start()
    } else if (nonce !== this.#asked) {
      this.#asked = nonce
      this.#parts.letSign(node.member, nonce)
    }
  }

  #after(action: () => void): void {
    const { queue, random } = this.#parts
    queue.after(random.exponential(OPERATOR_MEAN_MS), () => {
      if (this.#active) action()
    })
  }
}
