import assert from 'node:assert/strict'
import { digestOf } from '../../../protocol/digest.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { guardAfterRejoin } from '../../../protocol/replica/durability/rejoining.ts'
import { readRejoin } from '../../../protocol/rules/rejoin-rules.ts'
import { testPerson, testRoleKey } from '../../support/keys.ts'
import { signedRejoin } from '../../support/records.ts'
import { World } from './world.ts'

const nonceOf = (text: string) => digestOf(utf8Encode(text))
const consensusKey = testRoleKey(1, 'consensus').did

describe('a rejoin (W11)', () => {
  it('is signed by the admin of the organisation whose node it is, and by nobody else', () => {
    const world = new World()
    assert.equal(world.apply(signedRejoin({ org: 1 })), 'accepted')
    assert.equal(world.apply(signedRejoin({ org: 0, of: 1 })), 'not-allowed')
    assert.equal(world.apply(signedRejoin({ org: 1, signer: testPerson(1) })), 'not-allowed')
    assert.equal(
      world.apply(signedRejoin({ org: 1, signer: testRoleKey(1, 'consensus') })),
      'not-allowed',
    )
  })

  it('names a consensus key, and no other key of the organisation', () => {
    const world = new World()
    const { did } = testRoleKey(1, 'record')
    const admin = testRoleKey(1, 'admin')
    assert.match(
      world.refusal(signedRejoin({ org: 1, signer: admin, key: did }))?.detail ?? '',
      /is no consensus key of org02$/,
    )
  })

  it('leaves the newest nonce and its block in the state', () => {
    const world = new World()
    world.must(signedRejoin({ org: 1, nonce: 1, nonceOfNode: nonceOf('first') }))
    world.height = 7
    world.must(signedRejoin({ org: 1, nonce: 2, nonceOfNode: nonceOf('second') }))
    assert.deepEqual(readRejoin(world, consensusKey), { nonce: nonceOf('second'), height: 7 })
  })

  it('begins the guard of the node that drew the nonce after its block, and of no other', () => {
    const world = new World()
    world.height = 7
    world.must(signedRejoin({ org: 1, nonceOfNode: nonceOf('mine') }))
    const guard = guardAfterRejoin(world, consensusKey, nonceOf('mine'))
    assert.deepEqual(guard, { height: 8, view: 0, prePrepare: null, prepare: null, commit: null })
    assert.equal(guardAfterRejoin(world, consensusKey, nonceOf('of an older start')), undefined)
    const other = testRoleKey(2, 'consensus').did
    assert.equal(guardAfterRejoin(world, other, nonceOf('mine')), undefined)
  })
})
