import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { noise } from '@chainsafe/libp2p-noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { EXIT } from '../../cli/exit-codes.ts'
import { parseGenesis } from '../../protocol/chain/genesis.ts'
import { HOME_FILES } from '../../protocol/home.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { protocolId } from '../../protocol/wire/gossip.ts'
import { testKey } from '../support/keys.ts'
import { type LedgerClient, until } from './ledger-client.ts'
import { TestNetwork } from './network.ts'
import { Person } from './person.ts'

const DAY_MS = 86_400_000
const utf8 = new TextEncoder()

describe('what strangers and liars send to four real processes', function () {
  this.timeout(180_000)
  let network: TestNetwork
  let client: LedgerClient
  let person: Person

  before(async () => {
    network = await TestNetwork.start()
    client = await network.client(1)
    person = await Person.ofHome(network.home(1), network.chain)
  })

  after(async () => network?.stop())

  async function assertGoesOn(): Promise<void> {
    const { id, envelope } = person.certify()
    assert.equal((await client.submit(envelope)).status, 200)
    await client.committed(id)
  }

  /** A statement put in another way, and signed by its author as it then is. */
  function resigned(change: (text: string) => string): Uint8Array {
    const statement = new TextDecoder().decode(person.statement())
    return person.seal(utf8.encode(change(statement)))
  }

  it('is refused record by record, each with its own code, and the node goes on', async () => {
    await assertGoesOn()
    const good = person.certify()
    const text = new TextDecoder().decode(good.envelope)
    const key = { ...testKey(9_999), class: 'person', name: 'stranger' } as const
    const stranger = new Person(key, network.chain)
    const cases: readonly (readonly [string, string, Uint8Array])[] = [
      ['too long', 'too-large', utf8.encode(text.padEnd(70_000, ' '))],
      ['cut short', 'malformed', good.envelope.subarray(0, 200)],
      ['empty', 'malformed', new Uint8Array(0)],
      ['not UTF-8', 'malformed', Uint8Array.of(0xff, 0xfe, 0x00)],
      ['nested too deeply', 'too-deep', utf8.encode('['.repeat(100) + ']'.repeat(100))],
      ['with a space', 'not-canonical', utf8.encode(text.replace(':', ': '))],
      ['with one field more', 'schema-violation', utf8.encode(text.replace(/}$/, ',"zzz":1}'))],
      [
        'of another type',
        'unknown-type',
        resigned((said) => said.replace('/dataset/v1', '/recipe/v1')),
      ],
      [
        'of a later version',
        'unknown-version',
        resigned((said) => said.replace('/dataset/v1', '/dataset/v9')),
      ],
      [
        'saying more',
        'schema-violation',
        resigned((said) => said.replace('"evidence":[]', '"evidence":[],"extra":1')),
      ],
      ['wrongly signed', 'bad-signature', withOtherSignature(text)],
      ['for another chain', 'wrong-chain', person.certify({ chain: 'ab'.repeat(32) }).envelope],
      ['expired', 'expired', person.certify({ expires: Date.now() - 60_000 }).envelope],
      [
        'living too long',
        'lifetime-too-long',
        person.certify({ expires: Date.now() + 3 * DAY_MS }).envelope,
      ],
      ['too far ahead', 'nonce-out-of-window', person.certify({ nonce: 1_000_000 }).envelope],
      ['by a stranger', 'unknown-author', stranger.certify().envelope],
    ]
    for (const [what, code, envelope] of cases) {
      const { status, body } = await client.submit(envelope)
      assert.ok(status >= 400 && status < 500, `${what}: ${status}`)
      assert.equal(body['code'], code, `${what}: ${String(body['detail'])}`)
    }
    await assertGoesOn()
  })

  it('is on the ledger once, however often it is sent, and its nonce is used up', async () => {
    const { id, envelope } = person.certify({ nonce: 500 })
    await client.submit(envelope)
    const height = await client.committed(id)
    for (const node of await network.clients(1, 2, 3, 4)) {
      await node.committed(id)
      const { status, body } = await node.submit(envelope)
      assert.deepEqual(
        [status, body['status'], body['record'], body['height']],
        [200, 'committed', id, height],
      )
    }
    const other = await client.submit(person.certify({ nonce: 500 }).envelope)
    assert.equal(other.body['code'], 'nonce-used')
    const records = await client.recordIds()
    assert.equal(records.filter((record) => record === id).length, 1)
  })

  it('never arrives from an outsider, who has a key but is no member (T-P2)', async () => {
    const genesis = parseGenesis(new Uint8Array(await readFile(network.genesis)))
    assert.ok(!isRejection(genesis))
    const [member] = genesis.document.members
    const peerId = genesis.committee.members[0]?.peerId
    const outsider = await createLibp2p({
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
    })
    try {
      const address = multiaddr(`${member?.addresses[0]}/p2p/${peerId}`)
      await assert.rejects(async () => {
        const stream = await outsider.dialProtocol(address, protocolId(genesis.chain))
        stream.send(Uint8Array.of(1, 2, 3))
      })
      await until('the connection is closed', async () =>
        outsider.getConnections().length === 0 ? true : undefined,
      )
    } finally {
      await outsider.stop()
    }
    assert.equal((await client.status()).peers, 3)
    await assertGoesOn()
  })

  /** Files of a node's store that contain these bytes. */
  async function blocksWith(organisation: number, marker: string): Promise<readonly string[]> {
    const folder = join(network.home(organisation), HOME_FILES.blocks)
    const found: string[] = []
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      if ((await readFile(path)).includes(marker)) found.push(path)
    }
    return found
  }

  it('is never handed out as the artefact, when bytes change in a store (T-P4)', async () => {
    const path = network.path('model.bin')
    await writeFile(path, 'weights of a model')
    const unknown = ['--dataset', 'unknown', '--reason', 'a test'] as const
    const certified = await network.cli(
      2,
      'certify',
      'model',
      path,
      ...unknown,
      '--share',
      'members',
    )
    assert.equal(certified.code, EXIT.done, certified.stderr)
    const [block, ...others] = await blocksWith(2, 'weights of a model')
    assert.ok(block)
    assert.deepEqual(others, [])
    await writeFile(block, 'weights of a mobel')
    const out = network.path('own.bin')
    const own = await network.cli(2, 'get', 'org2/model.bin@1', '--out', out)
    const { code, detail } = own.json()['error'] as {
      readonly code: string
      readonly detail: string
    }
    assert.deepEqual([own.code, code], [EXIT.refused, 'content-mismatch'])
    const named = new Set(detail.match(/[0-9a-f]{64}/g))
    assert.equal(named.size, 2, `both digests are named: ${detail}`)
    assert.ok(named.has(String(certified.json()['sha256'])))
    await assert.rejects(readFile(out), { code: 'ENOENT' })
  })

  it('does not include what stays local: nobody can fetch it, and no store has it (G14)', async () => {
    const path = network.path('private.txt')
    await writeFile(path, 'a secret that stays at home')
    const certified = await network.cli(1, 'certify', 'dataset', path, '--name', 'private')
    assert.equal(certified.code, EXIT.done, certified.stderr)
    const { id, cid } = certified.json()
    assert.equal(cid, null)
    for (const organisation of [1, 2, 3, 4]) {
      const node = await network.client(organisation)
      await node.committed(String(id))
      const { status, body } = await node.ask('GET', `/artefacts/${String(id)}/content`)
      assert.deepEqual([status, body['code']], [409, 'not-shared'])
      assert.deepEqual(await blocksWith(organisation, 'a secret that stays'), [])
    }
    const got = await network.cli(2, 'get', 'org1/private@1', '--out', network.path('stolen'))
    const { code } = got.json()['error'] as { readonly code: string }
    assert.deepEqual([got.code, code], [EXIT.refused, 'not-shared'])
  })
})

/** The same statement under a signature with one digit changed. */
function withOtherSignature(text: string): Uint8Array {
  const first = /"sig":"(.)/.exec(text)?.[1]
  return utf8.encode(text.replace(/"sig":"./, `"sig":"${first === 'A' ? 'B' : 'A'}`))
}
