import { once } from 'node:events'
import { createServer } from 'node:net'
import { createHost, type Host } from '../../../daemon/network/host.ts'
import {
  type ChainNetwork,
  createChainNetwork,
  type NetworkEvents,
} from '../../../daemon/network/network.ts'
import type { Genesis } from '../../../protocol/chain/genesis.ts'
import { buildGenesis } from '../../../protocol/chain/genesis.ts'
import { testGenesis, testIdentity, testRoleKey } from '../../support/keys.ts'
import { accepted } from '../../support/records.ts'
import { silentLog } from './silent-log.ts'

type Gossip = Parameters<NetworkEvents['gossip']>[0]

/** One member of a chain under test, with everything that it heard. */
export interface TestMember {
  readonly index: number
  readonly host: Host
  readonly network: ChainNetwork
  readonly frames: { readonly from: number; readonly bytes: Uint8Array }[]
  readonly gossip: Gossip[]
  /** `+2` when the stream to member 2 came up, `-2` when it went down. */
  readonly peers: string[]
  readonly dropped: Map<string, number>
  readonly verdicts: string[]
  stop(): Promise<void>
}

const running = new Set<{ stop(): Promise<void> }>()

/** For afterEach: also after a failure. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((one) => one.stop()))
}

/** A chain whose members listen on ports of loopback that were free a moment ago. */
export async function loopbackGenesis(n: number): Promise<Genesis> {
  const ports = await freePorts(n)
  const members = ports.map((port, index) => {
    const { keys, ...identity } = testIdentity(index)
    return { ...identity, keys, addresses: [`/ip4/127.0.0.1/tcp/${port}`] }
  })
  const { name, salt, parameters } = testGenesis(n).genesis.document
  return accepted(buildGenesis({ name, salt, parameters, members })).genesis
}

export function listenAddress(genesis: Genesis, index: number): string {
  const address = genesis.document.members[index]?.addresses[0]
  if (address === undefined) throw new RangeError(`no member ${index}`)
  return address
}

export interface MemberOptions {
  /** Every message gets this verdict at once. */
  readonly verdict?: 'accept' | 'ignore' | 'reject'
  readonly extraAddresses?: readonly string[]
  readonly listen?: string
}

export async function startMember(
  genesis: Genesis,
  index: number,
  options: MemberOptions = {},
): Promise<TestMember> {
  const host = await startHost(genesis, index, options.listen ?? listenAddress(genesis, index))
  const dropped = new Map<string, number>()
  const verdicts: string[] = []
  const network = createChainNetwork({
    host,
    genesis,
    self: index,
    extraAddresses: options.extraAddresses ?? [],
    metrics: {
      streamQueue: () => undefined,
      framesDropped: (name, frames) => dropped.set(name, (dropped.get(name) ?? 0) + frames),
      gossipVerdict: (topic, verdict) => verdicts.push(`${topic} ${verdict}`),
    },
    log: silentLog(),
  })
  const stop = async () => {
    running.delete(member)
    await network.stop()
    await host.stop()
  }
  const member: TestMember = {
    index,
    host,
    network,
    frames: [],
    gossip: [],
    peers: [],
    dropped,
    verdicts,
    stop,
  }
  running.add(member)
  await network.start({
    frame: (from, bytes) => member.frames.push({ from, bytes }),
    gossip: (message) => {
      member.gossip.push(message)
      if (options.verdict !== undefined) network.gossipVerdict(message.ref, options.verdict)
    },
    peer: (other, connected) => member.peers.push(`${connected ? '+' : '-'}${other}`),
  })
  return member
}

/** A host alone; stopped by stopAll unless it was stopped before. */
export async function startHost(genesis: Genesis, index: number, listen: string): Promise<Host> {
  const host = await createHost({
    privateKeySeed: testRoleKey(index, 'network').seed,
    listen: [listen],
    announce: [],
    genesis,
    log: silentLog(),
  })
  running.add({ stop: async () => host.stop() })
  return host
}

/** All members of a new chain, each connected to each. */
export async function startNetwork(n: number, options: MemberOptions = {}): Promise<TestMember[]> {
  const genesis = await loopbackGenesis(n)
  const members = await Promise.all(
    Array.from({ length: n }, (_, index) => startMember(genesis, index, options)),
  )
  await until(() => members.every(({ peers }) => peers.length === n - 1))
  return members
}

/** Every member knows that every other listens to gossip, and has opened its stream. */
export async function gossipReady(members: readonly TestMember[]): Promise<void> {
  const knows = ({ host: { services } }: TestMember) =>
    services.gossip
      .getTopics()
      .every((topic) => services.gossip.getSubscribers(topic).length === members.length - 1)
  await until(() => members.every(knows))
}

const POLL_MS = 5
const PATIENCE_MS = 15_000

export async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`never: ${holds.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** Held together, so that they differ; then let go. */
async function freePorts(n: number): Promise<number[]> {
  const servers = Array.from({ length: n }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('not a TCP server')
    return address.port
  })
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
