import assert from 'node:assert/strict'
import { Point } from '@noble/ed25519'
import fc from 'fast-check'
import {
  buildGenesis,
  type Genesis,
  parseGenesis,
  parseIdentity,
} from '../../../protocol/chain/genesis.ts'
import {
  createIdentityKey,
  type Identity,
  type IdentityKey,
} from '../../../protocol/chain/identity.ts'
import { DEFAULT_PARAMETERS } from '../../../protocol/chain/parameters.ts'
import { canonicalJson } from '../../../protocol/encoding/canonical-json.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { GENESIS_BYTES_MAX } from '../../../protocol/limits.ts'
import { didOf } from '../../../protocol/records/did-key.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import {
  seedOf,
  testGenesis,
  testIdentity,
  testOrganisation,
  testRoleKey,
} from '../../support/keys.ts'
import { accepted } from '../../support/records.ts'

const identity = testIdentity(0)
const SALT = '5a'.repeat(32)

function codeOf(result: unknown) {
  return isRejection(result) ? result.rejected : 'accepted'
}

function identityCode(value: object) {
  return codeOf(parseIdentity(canonicalJson(value)))
}

function withKey(index: number, change: Partial<IdentityKey>): Identity {
  const keys = identity.keys.map((key, i) => (i === index ? { ...key, ...change } : key))
  return { ...identity, keys }
}

function genesisCode(members: readonly Identity[]) {
  const content = { name: 'net', salt: SALT, members, parameters: DEFAULT_PARAMETERS }
  return codeOf(buildGenesis(content))
}

describe('identity', () => {
  it('reads back as it was made', () => {
    assert.deepEqual(parseIdentity(canonicalJson(identity)), identity)
  })

  it('has one key in each role of the node', () => {
    for (let role = 0; role < 4; role++) {
      const without = { ...identity, keys: identity.keys.toSpliced(role, 1) }
      assert.equal(identityCode(without), 'schema-violation')
      const extra = createIdentityKey(identity.organisation, {
        class: (identity.keys[role] as IdentityKey).class,
        name: (identity.keys[role] as IdentityKey).name,
        seed: seedOf(77_000),
      })
      assert.equal(
        identityCode({ ...identity, keys: [...identity.keys, extra] }),
        'schema-violation',
      )
    }
  })

  it('needs no person and no data source', () => {
    assert.equal(identityCode({ ...identity, keys: identity.keys.slice(0, 4) }), 'accepted')
  })

  it('is refused when a key serves twice', () => {
    const { seed } = testRoleKey(0, 'record')
    const again = createIdentityKey(identity.organisation, { class: 'person', name: 'eve', seed })
    assert.equal(identityCode({ ...identity, keys: [...identity.keys, again] }), 'duplicate-key')
  })

  it('is refused when a proof is by another key, for another class or organisation', () => {
    const other = createIdentityKey(identity.organisation, {
      class: 'person',
      name: 'x',
      seed: seedOf(77_001),
    })
    assert.equal(identityCode(withKey(4, { possession: other.possession })), 'bad-possession-proof')
    assert.equal(identityCode(withKey(4, { class: 'source' })), 'bad-possession-proof')
    assert.equal(identityCode({ ...identity, organisation: 'stolen' }), 'bad-possession-proof')
  })

  it('is refused when a key is weak', () => {
    const torsion = Point.fromHex(
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    )
    const mixed = Point.BASE.multiply(9n).add(torsion)
    for (const point of [torsion, mixed, Point.ZERO]) {
      assert.equal(identityCode(withKey(4, { did: didOf(point.toBytes()) })), 'bad-key')
    }
    assert.equal(identityCode(withKey(4, { did: didOf(new Uint8Array(32).fill(255)) })), 'bad-key')
  })

  it('is refused when a field is malformed', () => {
    assert.equal(identityCode(withKey(4, { did: 'did:key:z6Mk' })), 'schema-violation')
    assert.equal(identityCode(withKey(4, { name: '\u001b[31m' })), 'schema-violation')
    assert.equal(identityCode({ ...identity, organisation: 'Org One' }), 'schema-violation')
    assert.equal(identityCode({ ...identity, secret: 'x' }), 'schema-violation')
    for (const address of ['127.0.0.1:1', '/ip4/1.2.3.4/udp/1', '/ip4/1.2.3.4/tcp/1/p2p/x']) {
      assert.equal(identityCode({ ...identity, addresses: [address] }), 'schema-violation')
    }
  })

  it('is refused by format when it is another file, or a later version', () => {
    assert.equal(identityCode({ ...identity, format: 'pedigree-identity/2' }), 'unknown-version')
    assert.equal(codeOf(parseIdentity(testGenesis().bytes)), 'unknown-type')
    assert.equal(codeOf(parseIdentity(utf8Encode('7'))), 'unknown-type')
    assert.equal(codeOf(parseIdentity(utf8Encode('secret'))), 'malformed')
    assert.equal(codeOf(parseIdentity(new Uint8Array(GENESIS_BYTES_MAX + 1))), 'too-large')
  })
})

describe('genesis', () => {
  const { genesis, bytes } = testGenesis(4)

  it('reads back as it was built', () => {
    assert.deepEqual(parseGenesis(bytes), genesis)
    assert.equal(genesis.committee.members.length, 4)
  })

  it('is the same whatever the order of the identities', () => {
    const members = [3, 1, 0, 2].map(testIdentity)
    const content = { name: 'test', salt: SALT, members, parameters: DEFAULT_PARAMETERS }
    assert.deepEqual(accepted(buildGenesis(content)).bytes, bytes)
  })

  it('gives another chain id for another salt, name, member or parameter', () => {
    const base = {
      name: 'test',
      salt: SALT,
      members: [testIdentity(0)],
      parameters: DEFAULT_PARAMETERS,
    }
    const variants = [
      base,
      { ...base, name: 'other' },
      { ...base, salt: 'a5'.repeat(32) },
      { ...base, members: [testIdentity(1)] },
      { ...base, parameters: { ...DEFAULT_PARAMETERS, heartbeatMs: 1 } },
    ]
    const chains = variants.map((one): Genesis => accepted(buildGenesis(one)).genesis)
    assert.equal(new Set(chains.map(({ chain }) => chain)).size, variants.length)
  })

  it('refuses two organisations of one name', () => {
    assert.equal(genesisCode([testIdentity(0), testIdentity(0)]), 'duplicate-organisation')
  })

  it('refuses a key that two members share', () => {
    const organisation = testOrganisation(1)
    const shared = createIdentityKey(organisation, {
      class: 'network',
      name: 'network',
      seed: testRoleKey(0, 'consensus').seed,
    })
    const one = testIdentity(1)
    const keys = one.keys.map((key) => (key.class === 'network' ? shared : key))
    assert.equal(genesisCode([testIdentity(0), { ...one, keys }]), 'duplicate-key')
  })

  it('refuses a member whose identity would be refused alone', () => {
    assert.equal(genesisCode([{ ...identity, organisation: 'stolen' }]), 'bad-possession-proof')
    assert.equal(genesisCode([withKey(4, { did: didOf(Point.ZERO.toBytes()) })]), 'bad-key')
  })

  it('has 1 to 31 members', () => {
    assert.equal(genesisCode([]), 'schema-violation')
    const many = Array.from({ length: 32 }, (_, i) => ({ ...identity, organisation: `o${i}` }))
    assert.equal(genesisCode(many), 'schema-violation')
  })

  it('lists its members in order, in one byte form', () => {
    const members = genesis.document.members.toReversed()
    assert.equal(
      codeOf(parseGenesis(canonicalJson({ ...genesis.document, members }))),
      'not-canonical',
    )
    assert.equal(
      codeOf(parseGenesis(utf8Encode(`${Buffer.from(bytes).toString()}\n`))),
      'not-canonical',
    )
  })

  it('refuses later versions and damaged files', () => {
    const later = canonicalJson({ ...genesis.document, format: 'pedigree-genesis/2' })
    assert.equal(codeOf(parseGenesis(later)), 'unknown-version')
    assert.equal(codeOf(parseGenesis(bytes.subarray(0, -1))), 'malformed')
    assert.equal(codeOf(parseGenesis(canonicalJson(identity))), 'unknown-type')
  })

  it('answers a genesis of another chain or a rejection for any changed byte', () => {
    const { bytes: small, genesis: original } = testGenesis(1)
    fc.assert(
      fc.property(fc.nat(small.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = small.slice()
        changed[at] = (changed[at] as number) ^ flip
        const result = parseGenesis(changed)
        assert.ok(isRejection(result) || result.chain !== original.chain)
      }),
      { numRuns: 100 },
    )
  })
})
