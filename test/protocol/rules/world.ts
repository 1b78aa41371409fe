import assert from 'node:assert/strict'
import type { Genesis, GenesisDocument } from '../../../protocol/chain/genesis.ts'
import type { LedgerRecord } from '../../../protocol/records/record.ts'
import { isRejection, type Rejection } from '../../../protocol/rejection.ts'
import { type ArtefactState, readArtefact } from '../../../protocol/rules/artefact-state.ts'
import { genesisState } from '../../../protocol/rules/genesis-state.ts'
import { applyRecord } from '../../../protocol/rules/rule-book.ts'
import type { RuleContext } from '../../../protocol/rules/rule-context.ts'
import { testGenesis } from '../../support/keys.ts'
import { TEST_TIME_MS } from '../../support/records.ts'

/** The test chain, as if its genesis had declared this too. */
export function declaring(
  declared: Pick<GenesisDocument, 'artefactTypes' | 'architectureRules'>,
): Genesis {
  const { genesis } = testGenesis(4)
  return { ...genesis, document: { ...genesis.document, ...declared } }
}

/** A ledger of nothing but its state. */
export class World {
  readonly genesis: Genesis
  readonly values: Map<string, Uint8Array>
  height = 1

  constructor(genesis: Genesis = testGenesis(4).genesis) {
    this.genesis = genesis
    this.values = new Map(genesisState(genesis).map(({ key, value }) => [key, value]))
  }

  get(key: string): Uint8Array | undefined {
    return this.values.get(key)
  }

  /** `accepted`, or the code of the refusal. */
  apply(record: LedgerRecord, change: Partial<RuleContext> = {}): string {
    const refused = this.refusal(record, change)
    return refused === undefined ? 'accepted' : refused.rejected
  }

  /** Applies a record unless it is refused; then nothing changes. */
  refusal(record: LedgerRecord, change: Partial<RuleContext> = {}): Rejection | undefined {
    const context = { genesis: this.genesis, height: this.height, timeMs: TEST_TIME_MS, ...change }
    const result = applyRecord(record, context, this)
    if (isRejection(result)) return result
    for (const { key, value } of result) this.values.set(key, value)
    return undefined
  }

  /** Applies records that the test needs: none may be refused. */
  must(...records: readonly LedgerRecord[]): void {
    for (const record of records) assert.equal(this.refusal(record), undefined)
  }

  artefact(record: Pick<LedgerRecord, 'id'>): ArtefactState {
    const artefact = readArtefact(this, record.id)
    assert.ok(artefact !== undefined)
    return artefact
  }
}
