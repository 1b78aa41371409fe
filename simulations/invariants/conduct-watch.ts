import type { Evidence } from '../../protocol/consensus/evidence.ts'
import { POOL_BYTES_MAX, POOL_RECORDS_MAX, VERIFY_JOBS_MAX } from '../../protocol/limits.ts'
import { parseEnvelope } from '../../protocol/records/envelope.ts'
import { isRejection } from '../../protocol/rejection.ts'
import type { ReplicaEffect } from '../../protocol/replica/effect.ts'
import type { Observed, Observer } from '../observer.ts'
import { hold } from '../violation.ts'

/** Who may be accused in one world. */
export interface Culprits {
  readonly members: ReadonlySet<number>
  /** did:key of authors that use a nonce twice. */
  readonly authors: ReadonlySet<string>
}

/** Entries in the log of one height, and effects of one input, beyond which something runs away. */
const LOG_ENTRIES_MAX = 50_000
const STEP_EFFECTS_MAX = 5_000
const STATUS_EVERY_STEPS = 16

/** Watches that nobody honest is accused, and that nothing grows without bound. */
export class ConductWatch implements Observer {
  readonly #culprits: Culprits
  #effects = 0
  #steps = 0

  constructor(culprits: Culprits) {
    this.#culprits = culprits
  }

  effect(node: Observed, effect: ReplicaEffect): void {
    if (node.faulty) return
    this.#effects++
    if (effect.kind === 'accuse') this.#justified(node, effect.evidence)
    if (effect.kind === 'alarm') {
      const harmless = effect.alarm === 'state-root-mismatch' && this.#culprits.members.size > 0
      hold(harmless, 'agreement', () => `${node.name} raises ${effect.alarm}: ${effect.detail}`)
    }
  }

  stepped(node: Observed): void {
    const effects = this.#effects
    this.#effects = 0
    if (node.faulty) return
    hold(
      effects <= STEP_EFFECTS_MAX,
      'bounds',
      () => `${node.name} asks for ${effects} effects in one step`,
    )
    hold(
      node.verifying <= VERIFY_JOBS_MAX,
      'bounds',
      () => `${node.name} has ${node.verifying} verify jobs open`,
    )
    const { logEntries } = node.disk
    hold(
      logEntries <= LOG_ENTRIES_MAX,
      'bounds',
      () => `${node.name} has ${logEntries} entries in the log of one height`,
    )
    if (this.#steps++ % STATUS_EVERY_STEPS !== 0) return
    const status = node.status()
    if (status === undefined) return
    const { poolRecords, poolBytes } = status
    const bounded = poolRecords <= POOL_RECORDS_MAX && poolBytes <= POOL_BYTES_MAX
    hold(
      bounded,
      'bounds',
      () => `${node.name} has ${poolRecords} records, ${poolBytes} bytes in its pool`,
    )
  }

  #justified(node: Observed, evidence: Evidence): void {
    if (evidence.kind === 'nonce-reuse') {
      const record = parseEnvelope(evidence.second)
      const guilty = !isRejection(record) && this.#culprits.authors.has(record.ledger.author)
      return hold(
        guilty,
        'no honest node accused',
        () => `${node.name} accuses an honest author of using a nonce twice`,
      )
    }
    const { member } = evidence.kind === 'equivocation' ? evidence.first : evidence.commit
    hold(this.#culprits.members.has(member), 'no honest node accused', () => {
      return `${node.name} accuses honest member ${member} of ${evidence.kind}`
    })
  }
}
