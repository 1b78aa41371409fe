import assert from 'node:assert/strict'
import { compareBytes } from '../../../../protocol/bytes.ts'
import { utf8Encode } from '../../../../protocol/encoding/utf8.ts'
import {
  ADVISORY_PACKAGES_MAX,
  FLAG_PACKAGES_MAX,
  FLAG_USES_MAX,
  INDEX_PAGE_ENTRIES,
  SOFTWARE_MAX,
} from '../../../../protocol/limits.ts'
import { runQuery, type Scan, type ScanningReader } from '../../../../protocol/queries/query.ts'
import { flagsOf } from '../../../../protocol/queries/recalls/flags.ts'
import type { LedgerRecord } from '../../../../protocol/records/record.ts'
import {
  edgeTo,
  signedAdvisory,
  signedEvent,
  signedModel,
  signedPhase,
} from '../../../support/records.ts'
import { SampleLedger } from '../sample-ledger.ts'

const TORCH = 'pkg:pypi/torch'
const BAD_TORCH = { purl: TORCH, versions: ['2.3.0'] }

/** Phases that fill a page of packages. */
const page = Math.ceil(INDEX_PAGE_ENTRIES / SOFTWARE_MAX)

const ranWith = (purls: readonly string[]) => ({
  content: { hyperparameters: {}, software: purls.map((purl) => ({ purl })) },
})

/** Scans as the store does, and fast: the ledger is not written to any more. */
function snapshotOf({ reader }: SampleLedger): ScanningReader {
  const keys = [...reader.map.keys()]
    .map((key) => ({ key, bytes: utf8Encode(key) }))
    .sort((a, b) => compareBytes(a.bytes, b.bytes))
    .map(({ key }) => key)
  const firstFrom = (start: string) => {
    let [low, high] = [0, keys.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareBytes(utf8Encode(keys[middle] ?? ''), utf8Encode(start)) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
  const scan = ({ prefix, after = '', limit }: Scan) => {
    const found = []
    for (let at = firstFrom(after > prefix ? after : prefix); found.length < limit; at++) {
      const key = keys[at]
      if (key === undefined || !key.startsWith(prefix)) break
      const value = reader.get(key)
      if (key !== after && value !== undefined) found.push({ key, value })
    }
    return found
  }
  return { get: (key) => reader.get(key), scan }
}

/** A model of org01 made with torch 2.3.0; org02, who was invited, adds phases to it. */
class Flooded {
  readonly ledger = new SampleLedger()
  readonly model: LedgerRecord
  #nonce = 0

  /** @param parents how many it was made from, each of another organisation with as many packages in phases */
  constructor(parents = 0) {
    const edges = Array.from({ length: parents }, (_, at) => this.#floodedParent(at))
    const software = [{ purl: `${TORCH}@2.3.0` }]
    this.model = signedModel({ nonce: 1, name: 'model', parents: edges, more: { software } })
    const invited = signedEvent(this.model, 'invited', { nonce: 2, details: { to: 'org02' } })
    this.ledger.commit(this.model, invited)
  }

  #floodedParent(at: number) {
    const nonce = 10 * (at + 1)
    const model = signedModel({ org: 3, nonce, name: `parent${at}` })
    const phases = Array.from({ length: page }, (_, phase) => {
      const purls = Array.from({ length: SOFTWARE_MAX }, (_, i) => `pkg:a/own${at}-${phase}-${i}@1`)
      return signedPhase(model, 'training', { org: 3, nonce: nonce + phase + 1, ...ranWith(purls) })
    })
    this.ledger.commit(model, ...phases)
    const { record, digest } = edgeTo(model)
    return { kind: 'certified', record, digest, relation: 'finetune' } as const
  }

  /** As many packages as fit into each of so many phases. */
  flood(phases: number, purlOf = (i: number) => `pkg:a/flood${i}@1`): void {
    const records = Array.from({ length: phases }, (_, phase) => {
      const purls = Array.from({ length: SOFTWARE_MAX }, (_, i) => purlOf(phase * SOFTWARE_MAX + i))
      return this.#phase(purls)
    })
    for (let at = 0; at < phases; at += 8) this.ledger.commit(...records.slice(at, at + 8))
  }

  add(purl: string): void {
    this.ledger.commit(this.#phase([purl]))
  }

  warn(org: number, nonce: number, packages: Parameters<typeof signedAdvisory>[0]) {
    const advisory = signedAdvisory({ org, nonce, ...packages })
    this.ledger.commit(advisory)
    return advisory
  }

  flags(from?: readonly string[]) {
    const found = runQuery(flagsOf(this.ledger, this.model.id, from), snapshotOf(this.ledger))
    assert.ok(found !== undefined)
    const { advisories, advisoriesComplete } = found
    return { found: advisories.map(({ record }) => record), complete: advisoriesComplete }
  }

  #phase(purls: readonly string[]) {
    return signedPhase(this.model, 'training', { org: 1, nonce: ++this.#nonce, ...ranWith(purls) })
  }
}

describe('a flood of packages by an invited contributor', function () {
  this.timeout(120_000)

  it('hides nothing of what the certificate names, and leaves the verdict decided', () => {
    const flooded = new Flooded()
    flooded.flood(page + 1)
    assert.deepEqual(flooded.flags(), { found: [], complete: true })
    const warning = flooded.warn(2, 1, { packages: [BAD_TORCH] })
    assert.deepEqual(flooded.flags(), { found: [warning.id], complete: true })
    assert.deepEqual(flooded.flags(['org04']), { found: [], complete: true })
  })

  it('hides nothing of what a phase names either', () => {
    const flooded = new Flooded()
    flooded.flood(Math.ceil(FLAG_PACKAGES_MAX / SOFTWARE_MAX) + 1)
    flooded.add('pkg:pypi/zlib@1.0')
    flooded.add('pkg:pypi/zlib-ng')
    const elsewhere = { purl: 'pkg:pypi/zlib', versions: ['2.0'] }
    flooded.warn(2, 1, { packages: [elsewhere] })
    assert.deepEqual(flooded.flags(), { found: [], complete: true })
    const zlib = flooded.warn(2, 2, { packages: [{ purl: 'pkg:pypi/zlib', versions: ['1.0'] }] })
    const other = { purl: 'pkg:pypi/zlib-ng', versions: ['1.0'] }
    const unsure = flooded.warn(2, 3, { packages: [other] })
    assert.deepEqual(flooded.flags(), { found: [zlib.id, unsure.id], complete: true })
  })

  it('hides nothing in a whole family of those that were flooded', () => {
    const parents = FLAG_USES_MAX / INDEX_PAGE_ENTRIES + 1
    const flooded = new Flooded(Math.ceil(parents))
    flooded.flood(page + 1)
    flooded.add('pkg:pypi/zlib@1.0')
    const zlib = flooded.warn(2, 1, { packages: [{ purl: 'pkg:pypi/zlib', versions: ['1.0'] }] })
    assert.deepEqual(flooded.flags(), { found: [zlib.id], complete: true })
  })

  it('of versions of what is warned of cannot be decided, and what the certificate names still is', () => {
    const flooded = new Flooded()
    const warning = flooded.warn(2, 1, { packages: [BAD_TORCH] })
    flooded.flood(FLAG_USES_MAX / SOFTWARE_MAX + 1, (i) => `${TORCH}@1.${i}`)
    assert.deepEqual(flooded.flags(), { found: [warning.id], complete: false })
  })

  it('together with one of advisories cannot be decided, and what the certificate names still is', () => {
    const flooded = new Flooded()
    flooded.flood(page + 1)
    const warning = flooded.warn(2, 1, { packages: [BAD_TORCH] })
    for (let nonce = 1; nonce <= FLAG_PACKAGES_MAX / ADVISORY_PACKAGES_MAX + 1; nonce++) {
      const packages = Array.from({ length: ADVISORY_PACKAGES_MAX }, (_, i) => ({
        purl: `pkg:b/flood${nonce}-${i}`,
        versions: ['1'],
      }))
      flooded.warn(3, nonce, { packages })
    }
    assert.deepEqual(flooded.flags(), { found: [warning.id], complete: false })
    assert.deepEqual(flooded.flags(['org03']), { found: [warning.id], complete: true })
  })
})
