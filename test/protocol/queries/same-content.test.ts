import assert from 'node:assert/strict'
import type { Digest } from '../../../protocol/digest.ts'
import { INDEX_PAGE_ENTRIES, REGISTRATIONS_MAX } from '../../../protocol/limits.ts'
import { runQuery } from '../../../protocol/queries/query.ts'
import { registrationsOf } from '../../../protocol/queries/same-content.ts'
import { encodeFamilyEntry } from '../../../protocol/replica/blocks/family-entry.ts'
import { storageKey } from '../../../protocol/storage-keys.ts'
import { signedDataset, signedModel } from '../../support/records.ts'
import { SampleLedger } from './sample-ledger.ts'

const CONTENT = 'ab'.repeat(32) as Digest

const COPY = {
  type: 'model',
  version: '1',
  organisation: 'org02',
  signer: 'person2',
  author: 'did:key:of-nobody',
  digest: CONTENT,
  height: 2,
  edges: [],
  unknown: [],
} as const

function askedOf(ledger: SampleLedger) {
  const { reader, genesis } = ledger
  return runQuery(registrationsOf({ reader, genesis }, CONTENT), reader)
}

describe('the registrations of one content', () => {
  it('are none for content that nobody registered', () => {
    const ledger = new SampleLedger()
    ledger.commit(signedDataset({ name: 'other' }))
    assert.deepEqual(askedOf(ledger), { registrations: [], total: 0, complete: true })
  })

  it('name the first before a copy of it, whatever the copy is called and of whatever type', () => {
    const ledger = new SampleLedger()
    const digest = { sha256: CONTENT }
    const unknown = [{ kind: 'unknown', reason: 'not said' }] as const
    const first = signedModel({ org: 0, name: 'mine', digest, datasets: unknown })
    const copy = signedDataset({ org: 1, name: 'better-than-mine', digest })
    ledger.commit(first)
    ledger.commit(copy)
    const { registrations, total } = askedOf(ledger)
    assert.equal(total, 2)
    assert.deepEqual(
      registrations.map(({ record, name, organisation, height, type }) => {
        return [record, name, organisation, height, type]
      }),
      [
        [first.id, 'org01/mine@1', 'org01', 1, 'model'],
        [copy.id, 'org02/better-than-mine@1', 'org02', 2, 'dataset'],
      ],
    )
  })

  it('keep the first, however many copies have smaller record ids', () => {
    const ledger = new SampleLedger()
    const digest = { sha256: CONTENT }
    const first = signedDataset({ org: 0, name: 'mine', digest })
    ledger.commit(first)
    const copies = Array.from({ length: 60 }, (_, i) =>
      signedDataset({ org: 1, nonce: i + 1, name: `copy-${i}`, digest }),
    )
    assert.ok(copies.some(({ id }) => id < first.id))
    ledger.commit(...copies)
    const { registrations, total, complete } = askedOf(ledger)
    assert.deepEqual([registrations.length, total, complete], [REGISTRATIONS_MAX, 61, true])
    assert.equal(registrations[0]?.record, first.id)
    assert.equal(registrations[1]?.record, copies[0]?.id)
  })

  it('keep the first, also where it stands on the last of several pages', () => {
    const ledger = new SampleLedger()
    const count = INDEX_PAGE_ENTRIES + 50
    for (let i = 0; i < count; i++) {
      const id = i.toString(16).padStart(64, '0') as Digest
      // The smaller the id, the later it was registered.
      const entry = { ...COPY, name: `copy-${i}`, logIndex: count - i }
      ledger.reader.apply([
        { key: storageKey.family(id), value: encodeFamilyEntry(entry) },
        { key: storageKey.artefactDigest(CONTENT, id), value: new Uint8Array() },
      ])
    }
    const { registrations, total, complete } = askedOf(ledger)
    assert.deepEqual([total, complete], [count, true])
    assert.deepEqual(
      registrations.map(({ name }) => name),
      Array.from({ length: REGISTRATIONS_MAX }, (_, i) => `org02/copy-${count - 1 - i}@1`),
    )
  })

  it('tell a salted digest from a plain one of the same digits', () => {
    const ledger = new SampleLedger()
    const salted = { 'pedigree-salted-sha256': CONTENT }
    ledger.commit(signedDataset({ org: 0, name: 'secret', digest: salted }))
    ledger.commit(signedDataset({ org: 1, name: 'decoy', digest: { sha256: CONTENT } }))
    const { registrations } = askedOf(ledger)
    assert.deepEqual(
      registrations.map(({ salted: isSalted }) => isSalted === true),
      [true, false],
    )
  })
})
