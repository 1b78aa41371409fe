import assert from 'node:assert/strict'
import { digestOf } from '../../../protocol/digest.ts'
import { EDGES_MAX } from '../../../protocol/limits.ts'
import type { Statement } from '../../../protocol/records/statement.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import {
  signedAdvisory,
  signedApproval,
  signedArtefact,
  signedDataset,
  signedKey,
  signedModel,
  signedPhase,
  signedPipeline,
  signedRawData,
  signedRecall,
  signedRejoin,
  signedRetirement,
  signedStatus,
  signedWithdrawal,
} from '../../support/records.ts'
import { assertRefused, check, withValue } from './changed-statement.ts'

const CID = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi'
const DIGEST = digestOf(new Uint8Array(0))

const dataset = signedDataset()
const records = {
  dataset,
  model: signedModel(),
  'raw-data': signedRawData(),
  pipeline: signedPipeline(),
  artefact: signedArtefact('firmware'),
  event: signedRetirement(dataset),
  phase: signedPhase(dataset, 'requirements', { content: { goal: 'read digits' } }),
  recall: signedRecall(dataset),
  approval: signedApproval(signedRecall(dataset)),
  advisory: signedAdvisory(),
  withdrawal: signedWithdrawal(signedAdvisory()),
  status: signedStatus(dataset, signedRecall(dataset)),
  key: signedKey(),
  rejoin: signedRejoin(),
}

describe('the schema of a record', () => {
  for (const [type, record] of Object.entries(records)) {
    it(`admits a ${type}`, () => {
      assert.equal(check(record.statement), type)
    })

    it(`refuses unknown fields everywhere in a ${type}`, () => {
      for (const path of [
        '/extra',
        '/subject/0/extra',
        '/predicate/extra',
        '/predicate/ledger/extra',
      ]) {
        assertRefused(record, path, 1)
      }
    })

    it(`refuses a ${type} that speaks of no thing, or of two`, () => {
      const [subject] = record.statement.subject
      assertRefused(record, '/subject', [])
      assertRefused(record, '/subject', [subject, subject])
    })

    it(`refuses impossible ledger fields of a ${type}`, () => {
      for (const nonce of [0, -1, 1.5, '1', null, undefined, 2 ** 53]) {
        const path = '/predicate/ledger/nonce'
        assertRefused(record, path, nonce, nonce === undefined ? '/predicate/ledger' : path)
      }
      assertRefused(record, '/predicate/ledger/expires', 0)
      assertRefused(record, '/predicate/ledger/chain', DIGEST.toUpperCase())
      assertRefused(record, '/predicate/ledger/author', 'did:web:example.com')
    })

    it(`dispatches by the exact type and version of a ${type}`, () => {
      const codeOf = (predicateType: unknown) => {
        const result = check(withValue(record, '/predicateType', predicateType))
        return isRejection(result) ? result.rejected : result
      }
      assert.equal(codeOf(`https://pedigree.dev/${type}/v2`), 'unknown-version')
      assert.equal(codeOf(`https://pedigree.dev/${type}/v10`), 'unknown-version')
      assert.equal(codeOf(`https://pedigree.dev/${type}`), 'unknown-version')
      assert.equal(codeOf(`https://pedigree.dev/${type}s/v1`), 'unknown-type')
      assert.equal(codeOf('https://slsa.dev/provenance/v1'), 'unknown-type')
      assert.equal(codeOf('toString'), 'unknown-type')
      assert.equal(codeOf(7), 'schema-violation')
    })
  }

  it('holds names to lowercase slugs, so that none differ by case or normalisation', () => {
    const path = '/predicate/artefact/name'
    for (const name of [
      'Data',
      'ä',
      'a b',
      'a/b',
      'a@b',
      '',
      '.a',
      '-a',
      '../a',
      'a\n',
      'a'.repeat(129),
    ]) {
      assertRefused(dataset, path, name)
    }
  })

  it('keeps control characters out of every text', () => {
    for (const text of ['\u001b[2J', 'a\u0000', '\u009b', '']) {
      assertRefused(dataset, '/predicate/description', text)
      assertRefused(dataset, '/predicate/licence', text)
    }
    assertRefused(dataset, '/predicate/licence', 'two\nlines')
    assert.equal(
      check(withValue(dataset, '/predicate/description', 'two\nlines, ü and 😀')),
      'dataset',
    )
  })

  it('bounds texts by code points, not by what a runtime shows as one character', () => {
    const path = '/predicate/description'
    assert.equal(check(withValue(dataset, path, '😀'.repeat(8_192))), 'dataset')
    assertRefused(dataset, path, '😀'.repeat(8_193))
    assertRefused(dataset, path, `e${'\u0301'.repeat(8_192)}`)
  })

  it('bounds the number of edges', () => {
    const edge = { kind: 'unknown', reason: 'x' }
    assertRefused(records.model, '/predicate/datasets', Array(EDGES_MAX + 1).fill(edge))
    assertRefused(records.model, '/predicate/datasets', [])
    assert.equal(
      check(withValue(records.model, '/predicate/datasets', Array(EDGES_MAX).fill(edge))),
      'model',
    )
  })

  it('knows only the declared relations and kinds of edges', () => {
    const external = { kind: 'external', uri: 'https://huggingface.co/a/b', relation: 'finetune' }
    assert.equal(check(withValue(records.model, '/predicate/parents', [external])), 'model')
    for (const edge of [
      { ...external, relation: 'clone' },
      { ...external, kind: 'other' },
      { ...external, uri: 'no uri' },
      { kind: 'certified', record: DIGEST, relation: 'finetune' },
    ]) {
      assert.ok(isRejection(check(withValue(records.model, '/predicate/parents', [edge]))))
    }
  })

  it('takes CIDs and UUIDs in their one canonical form', () => {
    const shared = withValue(dataset, '/predicate/artefact/share', 'members')
    const withCid = (cid: string) => {
      const artefact = { ...(shared.predicate as { artefact: object }).artefact, cid }
      return check({ ...shared, predicate: { ...shared.predicate, artefact } } as Statement)
    }
    assert.equal(withCid(CID), 'dataset')
    for (const cid of [
      CID.toUpperCase(),
      CID.slice(0, -1),
      `${CID.slice(0, -1)}b`,
      'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG',
    ]) {
      assert.ok(isRejection(withCid(cid)), cid)
    }
    assertRefused(records.model, '/predicate/modelId', '402441d4-677f-4363-84aa-6f5a400a179cc')
    assertRefused(records.model, '/predicate/modelId', '8AD53DD3-4B02-4AF5-A17F-E03D2FABEE1C')
  })
})

describe('the parts of a statement agree', () => {
  it('names its subject after the artefact', () => {
    assertRefused(dataset, '/subject/0/name', 'other@1')
  })

  it('counts one file where the artefact is a file', () => {
    assertRefused(dataset, '/predicate/artefact/files', 2)
  })

  it('gives a CID exactly when the artefact is shared', () => {
    assertRefused(dataset, '/predicate/artefact/share', 'members', '/predicate/artefact/cid')
    assertRefused(dataset, '/predicate/artefact/cid', CID)
    assertRefused(dataset, '/predicate/artefact/manifestCid', CID)
  })

  it('salts no artefact whose CID is public', () => {
    const shared = signedDataset({ artefact: { share: 'members', cid: CID } })
    assertRefused(shared, '/subject/0/digest', { 'pedigree-salted-sha256': DIGEST })
    assert.equal(
      check(withValue(dataset, '/subject/0/digest', { 'pedigree-salted-sha256': DIGEST })),
      'dataset',
    )
  })

  it('names a record once among datasets and among parents', () => {
    const edge = { kind: 'certified', record: DIGEST, digest: DIGEST }
    const parent = { ...edge, relation: 'merge' }
    assertRefused(records.model, '/predicate/datasets', [edge, edge])
    assertRefused(records.model, '/predicate/parents', [
      parent,
      { ...parent, relation: 'finetune' },
    ])
  })

  it('carries a payload without stray bits', () => {
    assertRefused(dataset, '/predicate/payload', 'AB==')
    assert.equal(
      check(withValue(dataset, '/predicate/payload', 'exde4UOIQvV/f4bwZ59bhg==')),
      'dataset',
    )
  })

  it('names the subject of an event by its record id', () => {
    assertRefused(records.event, '/subject/0/name', 'data@1')
  })

  it('names the subject of a key record by name and by the digest of the key', () => {
    assertRefused(records.key, '/subject/0/name', 'ada')
    assertRefused(records.key, '/subject/0/digest', { sha256: DIGEST })
  })
})
