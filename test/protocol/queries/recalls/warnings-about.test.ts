import assert from 'node:assert/strict'
import { FLAGS_MAX, PACKAGE_ADVISORIES_MAX } from '../../../../protocol/limits.ts'
import { runQuery } from '../../../../protocol/queries/query.ts'
import { flagsOf } from '../../../../protocol/queries/recalls/flags.ts'
import type { AffectedPackage } from '../../../../protocol/records/events/recalls.ts'
import type { LedgerRecord } from '../../../../protocol/records/record.ts'
import { signedAdvisory, signedDataset, signedWithdrawal } from '../../../support/records.ts'
import { SampleLedger } from '../sample-ledger.ts'

const BLOCK_RECORDS = 500
const PURL = 'pkg:npm/left-pad'
const ELSEWHERE: AffectedPackage = { purl: PURL, versions: ['9.9.9'] }
const HERE: AffectedPackage = { purl: PURL, versions: ['1.2.0'] }
/** Nobody can say what is between these. */
const ANYWHERE: AffectedPackage = { purl: PURL, ranges: [{ introduced: 'spring', fixed: 'fall' }] }

/** A dataset that was made with a package, and how its flags are asked for. */
class Flooded {
  readonly ledger = new SampleLedger()
  readonly data = signedDataset({
    org: 0,
    nonce: 1,
    name: 'data',
    more: { software: [{ purl: `${PURL}@1.2.0` }] },
  })
  readonly #nonces = new Map([[0, 1]])

  constructor() {
    this.ledger.commit(this.data)
  }

  publish(org: number, count: number, about: AffectedPackage): readonly LedgerRecord[] {
    return this.#commit(org, count, (nonce) => signedAdvisory({ org, nonce, packages: [about] }))
  }

  withdraw(org: number, advisories: readonly LedgerRecord[]): void {
    const left = [...advisories]
    this.#commit(org, left.length, (nonce) =>
      signedWithdrawal(left.pop() as LedgerRecord, { org, nonce }),
    )
  }

  flags(from?: readonly string[]) {
    const found = runQuery(flagsOf(this.ledger, this.data.id, from), this.ledger.reader)
    assert.ok(found !== undefined)
    return found
  }

  #commit(
    org: number,
    count: number,
    sign: (nonce: number) => LedgerRecord,
  ): readonly LedgerRecord[] {
    const before = this.#nonces.get(org) ?? 0
    const records = Array.from({ length: count }, (_, i) => sign(before + i + 1))
    this.#nonces.set(org, before + count)
    for (let at = 0; at < count; at += BLOCK_RECORDS) {
      this.ledger.commit(...records.slice(at, at + BLOCK_RECORDS))
    }
    return records
  }
}

describe('a flood of advisories about one package', function () {
  this.timeout(120_000)

  it('fills no place with what was withdrawn, nor with what does not count for whoever asks', () => {
    const flooded = new Flooded()
    const flood = flooded.publish(3, PACKAGE_ADVISORIES_MAX + 2, ELSEWHERE)
    const [warning] = flooded.publish(1, 1, HERE)
    assert.equal(flooded.flags().advisoriesComplete, false)
    const counted = flooded.flags(['org02'])
    assert.equal(counted.advisoriesComplete, true)
    assert.deepEqual(
      counted.advisories.map(({ record }) => record),
      [warning?.id],
    )
    assert.deepEqual(flooded.flags(['org03']).advisories, [])
    flooded.withdraw(3, flood.slice(0, 2))
    assert.equal(flooded.flags().advisoriesComplete, false)
    flooded.withdraw(3, flood.slice(2, 3))
    const after = flooded.flags()
    assert.equal(after.advisoriesComplete, true)
    assert.deepEqual(
      after.advisories.map(({ record }) => record),
      [warning?.id],
    )
  })

  it('names what is affected for certain first, and says so when there are more than it names', () => {
    const flooded = new Flooded()
    flooded.publish(3, FLAGS_MAX, ANYWHERE)
    const all = flooded.flags()
    assert.deepEqual([all.advisoriesComplete, all.moreAdvisories], [true, undefined])
    const [warning] = flooded.publish(1, 1, HERE)
    const { advisories, advisoriesComplete, moreAdvisories } = flooded.flags()
    assert.deepEqual([advisoriesComplete, moreAdvisories], [true, true])
    assert.equal(advisories.length, FLAGS_MAX)
    assert.deepEqual([advisories[0]?.record, advisories[0]?.certainty], [warning?.id, 'affected'])
    flooded.publish(3, FLAGS_MAX, HERE)
    assert.equal(flooded.flags().advisoriesComplete, false)
  })

  it('reads an advisory about many packages of a family once, as the worst that it says', () => {
    const ledger = new SampleLedger()
    const data = signedDataset({
      org: 1,
      nonce: 1,
      name: 'two',
      more: { software: [{ purl: `${PURL}@1.2.0` }, { purl: 'pkg:npm/right-pad@1.0.0' }] },
    })
    const right = { purl: 'pkg:npm/right-pad', versions: ['1.0.0'] }
    const advisory = signedAdvisory({ org: 2, nonce: 1, packages: [ANYWHERE, right] })
    ledger.commit(data, advisory)
    const flags = runQuery(flagsOf(ledger, data.id), ledger.reader)
    assert.deepEqual(
      flags?.advisories.map(({ purl, certainty }) => [purl, certainty]),
      [['pkg:npm/right-pad@1.0.0', 'affected']],
    )
  })
})
