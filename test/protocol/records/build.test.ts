import assert from 'node:assert/strict'
import { digestOf } from '../../../protocol/digest.ts'
import { certificateStatement, signStatement } from '../../../protocol/records/build.ts'
import type { DatasetPredicate } from '../../../protocol/records/certificates/certificates.ts'
import { parseEnvelope, recordIdOf } from '../../../protocol/records/envelope.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { testPerson } from '../../support/keys.ts'
import {
  accepted,
  edgeTo,
  signedDataset,
  signedKey,
  signedModel,
  signedRetirement,
} from '../../support/records.ts'

describe('builders of statements', () => {
  it('give for every type what parses as that type', () => {
    const dataset = signedDataset()
    assert.equal(dataset.type, 'dataset')
    assert.equal(signedModel({ datasets: [edgeTo(dataset)] }).type, 'model')
    assert.equal(signedRetirement(dataset).type, 'event')
    assert.equal(signedKey().type, 'key')
  })

  it('refuse what every node would refuse', () => {
    const predicate = signedDataset().statement.predicate as DatasetPredicate
    const bad = { ...predicate, artefact: { ...predicate.artefact, name: 'Not A Slug' } }
    const result = certificateStatement('dataset', { sha256: digestOf() }, bad)
    assert.equal(isRejection(result) && result.rejected, 'schema-violation')
  })

  it('give an id before anything is signed, and the same envelope each time', () => {
    const predicate = signedDataset().statement.predicate as DatasetPredicate
    const statement = accepted(
      certificateStatement('dataset', { sha256: digestOf(new Uint8Array(1)) }, predicate),
    )
    const { seed } = testPerson(0)
    const record = accepted(parseEnvelope(signStatement(statement, seed)))
    assert.equal(record.id, recordIdOf(statement))
    assert.deepEqual(signStatement(statement, seed), record.envelope)
  })
})
