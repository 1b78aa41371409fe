import assert from 'node:assert/strict'
import { Value } from 'typebox/value'
import { RegistrationsAnswer } from '../../../protocol/api/registrations.ts'
import { subjectDigest, subjectOf } from '../../../protocol/records/subject.ts'
import { sampleFamily } from '../../protocol/queries/sample-ledger.ts'
import { ask } from './ask.ts'
import { type FakeNode, startFakeNode, stopFakeNodes } from './fake-node.ts'

const family = sampleFamily()

describe('asking over the local API who registered some content', () => {
  let node: FakeNode
  beforeEach(async () => {
    node = await startFakeNode(family.ledger)
  })
  afterEach(stopFakeNodes)

  const get = async (digest: string) => {
    const path = `${node.base}/contents/${digest}/registrations`
    return ask({ socket: node.socket, path })
  }

  it('names them in an answer of the declared shape', async () => {
    const { status, json } = await get(subjectDigest(subjectOf(family.digits.statement)))
    assert.equal(status, 200)
    assert.ok(Value.Check(RegistrationsAnswer, json))
    assert.deepEqual(
      json.registrations.map(({ record }) => record),
      [family.digits.id],
    )
  })

  it('answers an empty list for other content, and refuses what is no digest', async () => {
    const { json } = await get('cd'.repeat(32))
    assert.deepEqual([json['registrations'], json['total']], [[], 0])
    assert.equal((await get('nonsense')).status, 400)
  })
})
