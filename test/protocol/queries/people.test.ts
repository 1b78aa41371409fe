import assert from 'node:assert/strict'
import { peopleNamed } from '../../../protocol/queries/people.ts'
import { runQuery } from '../../../protocol/queries/query.ts'
import { testKey, testPerson } from '../../support/keys.ts'
import { signedKey } from '../../support/records.ts'
import { SampleLedger } from './sample-ledger.ts'

describe('people by their name', () => {
  const ledger = new SampleLedger()
  const found = (organisation: string, name: string) => {
    const people = runQuery(peopleNamed(ledger, organisation, name), ledger.reader)
    return people.map(({ did }) => did)
  }

  it('are those of genesis and those whom a record registered, of one organisation', () => {
    ledger.commit(signedKey({ key: 90_001 }))
    assert.deepEqual(found('org01', 'person1'), [testPerson(0).did])
    assert.deepEqual(found('org01', 'grace'), [testKey(90_001).did])
    assert.deepEqual(found('org02', 'grace'), [])
    assert.deepEqual(found('org02', 'person1'), [])
  })

  it('are several where one name was given twice, and no data sources', () => {
    ledger.commit(signedKey({ key: 90_002, nonce: 2 }))
    const both = [testKey(90_001).did, testKey(90_002).did]
    assert.deepEqual(found('org01', 'grace').toSorted(), both.toSorted())
    assert.deepEqual(found('org01', 'camera1'), [])
    assert.deepEqual(found('org01', 'grac'), [])
    assert.deepEqual(found('constructor', '__proto__'), [])
  })
})
