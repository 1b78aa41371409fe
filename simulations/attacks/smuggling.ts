import { parseEnvelope } from '../../protocol/records/envelope.ts'
import type { LedgerRecord } from '../../protocol/records/record.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { substitutingLeader } from '../byzantine/substituting-leader.ts'
import { type SignedRecord, signDataset } from '../records.ts'
import { type Finding, finding } from './attack.ts'
import { Stage } from './stage.ts'

/** The insider of these scenarios: it runs a modified node for organisation 0. */
export const INSIDER = 0
const BLOCKS = 5
const BLOCK_WITHIN_MS = 30_000

/** A stage whose insider also puts one forbidden record into every block that it proposes. */
export class SmugglersStage extends Stage {
  readonly #contraband: LedgerRecord[]

  constructor() {
    const contraband: LedgerRecord[] = []
    const liar = substitutingLeader((records) => [...contraband, ...records])
    super({ liars: new Map([[INSIDER, liar]]) })
    this.#contraband = contraband
  }

  /**
   * Tries every way in that an insider has: the RPC of honest nodes, gossip and direct streams, and a
   * block of its own, while the others keep the chain moving.
   *
   * @param code the refusal that every honest node must give
   * @param following what the insider puts into its blocks right behind it
   */
  tryEverything(
    { envelope, id }: SignedRecord,
    code: string,
    following: readonly SignedRecord[] = [],
  ): Finding[] {
    const answers = this.world.honest.map(({ member }) => this.submit(member, envelope))
    this.forward(INSIDER, envelope)
    for (const smuggled of [envelope, ...following.map((record) => record.envelope)]) {
      const record = parseEnvelope(smuggled)
      if (!isRejection(record)) this.#contraband.push(record)
    }
    const moved = this.#moveOn()
    this.#contraband.length = 0
    return [
      finding(
        answers.every((answer) => answer === code),
        `every honest node answers ${[...new Set(answers)].join(' / ')}`,
      ),
      finding(
        this.nobodyHas(id),
        'it is on no honest ledger, though the insider proposed it in its blocks',
      ),
      finding(moved, 'the others go on certifying'),
      finding(this.poolsAreEmpty(), 'it waits in no pool'),
    ]
  }

  /** Enough blocks for the insider to have been leader. */
  #moveOn(): boolean {
    const heights = Array.from({ length: BLOCKS }, (_, i) => {
      const author = this.person(1 + (i % 3))
      const record = signDataset(this.signing(author), `honest-${this.world.queue.nowMs}-${i}`)
      return this.commit(1 + (i % 3), record, BLOCK_WITHIN_MS)
    })
    return heights.every(Boolean)
  }
}
