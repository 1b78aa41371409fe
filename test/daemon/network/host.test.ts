import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { noise } from '@chainsafe/libp2p-noise'
import type { Libp2p } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { type ArtefactStore, openArtefactStore } from '../../../daemon/artefacts/artefact-store.ts'
import { memberAddresses } from '../../../daemon/network/member-addresses.ts'
import { testGenesis } from '../../support/keys.ts'
import { silentLog } from './silent-log.ts'
import {
  listenAddress,
  loopbackGenesis,
  startHost,
  startMember,
  startNetwork,
  stopAll,
  until,
} from './test-network.ts'

const ANY_PORT = '/ip4/127.0.0.1/tcp/0'

async function withOutsider(use: (outsider: Libp2p) => Promise<void>): Promise<void> {
  const outsider = await createLibp2p({
    addresses: { listen: [ANY_PORT] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  })
  try {
    await use(outsider)
  } finally {
    await outsider.stop()
  }
}

describe('a host', () => {
  afterEach(stopAll)

  it('has the peer id that genesis names for its member', async () => {
    const { genesis } = testGenesis(4)
    const host = await startHost(genesis, 2, ANY_PORT)
    assert.equal(host.peerId.toString(), genesis.committee.members[2]?.peerId)
  })

  it('names the address when its port is taken', async () => {
    const genesis = await loopbackGenesis(2)
    const address = listenAddress(genesis, 0)
    await startHost(genesis, 0, address)
    await assert.rejects(startHost(genesis, 1, address), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'port-taken')
      assert.ok(error.message.startsWith(`${address} is taken`))
      return true
    })
  })

  it('says that it cannot listen where it has no address', async () => {
    const { genesis } = testGenesis(4)
    await assert.rejects(startHost(genesis, 0, '/ip4/192.0.2.1/tcp/0'), { code: 'listen-failed' })
  })

  it('refuses a peer that is no member', async () => {
    const [a] = await startNetwork(2)
    assert.ok(a)
    await withOutsider(async (outsider) => {
      const dialled = outsider.dial(a.host.getMultiaddrs())
      // The Noise handshake may look done to the caller before it is refused.
      await dialled
        .then((connection) => until(() => connection.status !== 'open'))
        .catch(() => undefined)
      await assert.rejects(outsider.dialProtocol(a.host.peerId, '/ipfs/id/1.0.0'))
      assert.deepEqual(a.host.getConnections(outsider.peerId), [])
      assert.equal(a.host.getConnections().length, 1)
    })
  })

  it('never calls a peer that is no member', async () => {
    const { genesis } = testGenesis(4)
    const host = await startHost(genesis, 0, ANY_PORT)
    await withOutsider(async (outsider) => {
      await assert.rejects(host.dial(outsider.getMultiaddrs()))
      const [address] = outsider.getMultiaddrs()
      assert.ok(address)
      const unnamed = multiaddr(address.toString().split('/p2p/')[0])
      await assert.rejects(host.dial(unnamed))
      assert.deepEqual(outsider.getConnections(), [])
    })
  })

  it('carries bitswap between members', async () => {
    const [a, b] = await startNetwork(2)
    assert.ok(a && b)
    const folder = await mkdtemp(join(tmpdir(), 'pedigree-host-'))
    const stores: ArtefactStore[] = []
    try {
      for (const { host, index } of [a, b]) {
        const options = { folder: join(folder, String(index)), host, idleMs: 8_000 }
        stores.push(await openArtefactStore(options))
      }
      const [from, to] = stores
      assert.ok(from && to)
      const bytes = Buffer.alloc(3_000_000, 'pedigree')
      const { cid } = await from.addBlob(Readable.from([bytes]))
      const read = await Readable.from(to.read(cid, { bytes: bytes.length })).toArray()
      assert.ok(Buffer.concat(read).equals(bytes))
    } finally {
      for (const store of stores) await store.stop()
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('has no services that ask strangers', async () => {
    const { genesis } = testGenesis(4)
    const host = await startHost(genesis, 0, ANY_PORT)
    assert.deepEqual(Object.keys(host.services).toSorted(), ['gossip', 'identify', 'ping'])
    await assert.rejects(host.peerRouting.findPeer(host.peerId))
  })
})

describe('the connections of a chain', () => {
  afterEach(stopAll)

  it('tell that a member went down, and that it is back on the same port', async () => {
    const genesis = await loopbackGenesis(3)
    const a = await startMember(genesis, 0)
    const b = await startMember(genesis, 1)
    const c = await startMember(genesis, 2)
    await until(() => [a, b, c].every(({ peers }) => peers.length === 2))
    await b.stop()
    await until(() => a.peers.at(-1) === '-1' && c.peers.at(-1) === '-1')
    a.network.send(1, Uint8Array.of(1))
    assert.equal(a.dropped.get('org02'), 1)
    const again = await startMember(genesis, 1)
    await until(
      () => a.peers.at(-1) === '+1' && c.peers.at(-1) === '+1' && again.peers.length === 2,
    )
    a.network.send(1, Uint8Array.of(2))
    again.network.send(2, Uint8Array.of(3))
    await until(() => again.frames.length === 1 && c.frames.length === 1)
    assert.deepEqual(again.frames, [{ from: 0, bytes: Uint8Array.of(2) }])
    assert.deepEqual(c.frames, [{ from: 1, bytes: Uint8Array.of(3) }])
  })

  it('are found by an address of the operator, with or without the peer id', async () => {
    for (const named of [true, false]) {
      const genesis = await loopbackGenesis(2)
      // Member 1 has moved away from the address in genesis, and does not know where member 0 is now.
      const a = await startMember(genesis, 0, { listen: ANY_PORT })
      const found = a.host.getMultiaddrs()[0]?.toString() ?? ''
      const address = named ? found : (found.split('/p2p/')[0] ?? '')
      const b = await startMember(genesis, 1, { listen: ANY_PORT, extraAddresses: [address] })
      await until(() => a.peers.includes('+1') && b.peers.includes('+0'))
    }
  })

  it('do not depend on addresses that are no addresses, or of others', async () => {
    const { genesis } = testGenesis(2)
    const stranger = '/ip4/127.0.0.1/tcp/1/p2p/12D3KooWGC6TvWhfapngX6wvJHaYjHWKa8qFvHgJTvNmBgDdMZ2b'
    const addresses = memberAddresses(
      genesis,
      ['nonsense', '/ip4/300.1.1.1/tcp/1', stranger],
      silentLog(),
    )
    const [, peer] = genesis.committee.members
    assert.deepEqual(addresses[1]?.map(String), [`/ip4/127.0.0.1/tcp/4101/p2p/${peer?.peerId}`])
  })

  it('are limited for each member', async () => {
    const genesis = await loopbackGenesis(2)
    const a = await startHost(genesis, 0, listenAddress(genesis, 0))
    const b = await startHost(genesis, 1, ANY_PORT)
    for (let i = 0; i < 8; i++)
      await b.dial(a.getMultiaddrs(), { force: true }).catch(() => undefined)
    await until(() => b.getConnections().length === a.getConnections().length)
    assert.equal(a.getConnections().length, 4)
  })
})
