import assert from 'node:assert/strict'
import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import {
  committeeOf,
  faultsTolerated,
  peerIdOf,
  quorum,
} from '../../../protocol/chain/committee.ts'
import { testIdentity, testOrganisation, testRoleKey } from '../../support/keys.ts'

describe('committee', () => {
  const identities = [2, 0, 3, 1].map(testIdentity)
  const committee = committeeOf(identities)

  it('lists its members by organisation, whatever the order they came in', () => {
    assert.deepEqual(
      committee.members.map((member) => member.organisation),
      [0, 1, 2, 3].map(testOrganisation),
    )
    assert.equal(committeeOf(identities.toReversed()).hash, committee.hash)
  })

  it('knows each member by its consensus key and the peer id of its network key', () => {
    for (const [i, member] of committee.members.entries()) {
      assert.deepEqual(member.consensusKey, testRoleKey(i, 'consensus').publicKey)
      assert.equal(member.peerId, peerIdOf(testRoleKey(i, 'network').publicKey))
    }
  })

  it('derives peer ids as libp2p does', () => {
    for (let i = 0; i < 4; i++) {
      const key = testRoleKey(i, 'network').publicKey
      assert.equal(peerIdOf(key), peerIdFromPublicKey(publicKeyFromRaw(key)).toString())
    }
  })

  it('has another hash when a member, a key or a name is another', () => {
    const hashes = new Set([
      committee.hash,
      committeeOf(identities.slice(1)).hash,
      committeeOf([...identities.slice(1), testIdentity(9)]).hash,
      committeeOf(identities.map((one, i) => (i === 0 ? { ...one, organisation: 'x' } : one))).hash,
    ])
    assert.equal(hashes.size, 4)
  })

  it('has quorums of which any two share an honest member, and which the honest alone can make', () => {
    for (let n = 1; n <= 31; n++) {
      const f = faultsTolerated(n)
      assert.ok(2 * quorum(n) - n > f, `n = ${n}`)
      assert.ok(quorum(n) <= n - f, `n = ${n}`)
    }
  })
})
