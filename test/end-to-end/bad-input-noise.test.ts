import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { loadConfig } from '../../daemon/config/config.ts'
import { readNodeKeys } from '../../daemon/keys/key-file.ts'
import { createMetrics } from '../../daemon/metrics.ts'
import { createHost } from '../../daemon/network/host.ts'
import { createChainNetwork } from '../../daemon/network/network.ts'
import { HOME_FILES } from '../../protocol/home.ts'
import { Random } from '../../simulations/random.ts'
import { useTemporaryFolder } from '../cli/support/temporary-folder.ts'
import { silentLog } from '../daemon/network/silent-log.ts'
import { BadInputNetwork } from './bad-input-network.ts'
import { until } from './ledger-client.ts'

const SEED = 'bad-input-noise-1'
const REQUESTS = 600
const RAW_CONNECTIONS = 40
const FRAMES = 3_000
const GOSSIP = 300
const NOISE_BYTES_MAX = 2_000
const LIAR = 3
const VICTIM = 0

/** What a node may answer to nonsense: never that it is broken. */
const ALLOWED = (status: number) => status < 500 || status === 503 || status === 504

describe('noise', function () {
  this.timeout(60_000)
  let network: BadInputNetwork | undefined
  const ends: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
    await network?.stopAll()
  })
  const folder = useTemporaryFolder()

  it('in every route and on every stream harms no node: it goes on committing', async () => {
    const made = await BadInputNetwork.create(join(folder(), 'net'), 4)
    network = made
    const nodes = [0, 1, 2].map((index) => made.start(index))
    await Promise.all([0, 1, 2].map((index) => made.ready(index, 2)))
    const home = made.home(VICTIM)
    const random = new Random(SEED)

    const liar = await startLiar(made.home(LIAR))
    ends.push(liar.stop)
    await until('the liar reaches all', async () => liar.connected() === 3 || undefined)
    const before = await made.run(VICTIM, 'certify', 'dataset', join(home, 'home.json'))
    assert.equal(before.code, 0, before.stderr)

    const told = liar.speak(random.fork('frames'))
    const answers = await shout(home, random.fork('requests'))
    await mumble(home, random.fork('raw'))
    await told
    for (const { status, asked } of answers) assert.ok(ALLOWED(status), `${status} for ${asked}`)
    const kinds = new Set(answers.map(({ status }) => status))
    for (const kind of [400, 404]) assert.ok(kinds.has(kind), `nothing was answered with ${kind}`)

    for (const index of [0, 1, 2]) {
      const run = await made.run(
        index,
        'certify',
        'dataset',
        join(made.home(index), 'identity.json'),
      )
      assert.equal(run.code, 0, `seed ${SEED}: ${run.stderr}`)
    }
    for (const node of nodes) assert.doesNotMatch(node.said(), /a bug|nobody heard|"level":60/)
  })
})

/** A member with its own keys, at whose place no node runs: whatever it says arrives. */
async function startLiar(path: string) {
  const { genesis, self, listen, peers, home } = await loadConfig(path)
  const keys = await readNodeKeys(home)
  const log = silentLog()
  const privateKeySeed = keys.network.seed
  const host = await createHost({ privateKeySeed, listen, announce: [], genesis, log })
  const metrics = createMetrics().ofChain(genesis.chain)
  const chain = createChainNetwork({ host, genesis, self, extraAddresses: peers, metrics, log })
  const heard: Uint8Array[] = []
  const up = new Set<number>()
  await chain.start({
    frame: (_from, bytes) => void heard.push(bytes),
    gossip: ({ ref, bytes }) => {
      heard.push(bytes)
      chain.gossipVerdict(ref, 'accept')
    },
    peer: (member, connected) => void (connected ? up.add(member) : up.delete(member)),
  })
  return {
    connected: () => up.size,
    speak: async (random: Random) => {
      for (let i = 0; i < FRAMES; i++) {
        chain.send(random.below(3), invented(random, heard))
        if (i % (FRAMES / GOSSIP) === 0) {
          chain.gossip(random.chance(0.5) ? 'records' : 'blocks', invented(random, heard))
        }
        if (i % 50 === 0) await new Promise(setImmediate)
      }
    },
    stop: async () => {
      await chain.stop()
      await host.stop()
    },
  }
}

/** Noise; or something that was heard: as it was, cut short, or with some bytes changed. */
function invented(random: Random, heard: readonly Uint8Array[]): Uint8Array {
  const known = heard[random.below(Math.max(1, heard.length))]
  if (known === undefined || random.chance(0.2)) return noise(random)
  const bytes = Uint8Array.from(known.subarray(0, NOISE_BYTES_MAX * 4))
  if (random.chance(0.3)) return bytes.subarray(0, 1 + random.below(bytes.length))
  for (let n = random.below(4); n > 0; n--) bytes[random.below(bytes.length)] = random.below(256)
  return bytes
}

function noise(random: Random): Uint8Array {
  return Uint8Array.from({ length: 1 + random.below(NOISE_BYTES_MAX) }, () => random.below(256))
}

interface Answer {
  readonly asked: string
  readonly status: number
}

/** Every route of the node's own description, with arguments and bodies that are hardly any. */
async function shout(home: string, random: Random): Promise<readonly Answer[]> {
  const routes = await routesOf(home)
  const chain = (JSON.parse((await ask(home, 'GET', '/v1/status')).body) as NodeStatus).chains[0]
    ?.chain
  const envelope = await readFile(join(home, HOME_FILES.genesis))
  const answers: Answer[] = []
  for (let i = 0; i < REQUESTS; i++) {
    const { method, path } = routes[i % routes.length] ?? { method: 'GET', path: '/' }
    if (path.endsWith('/events')) continue
    const filled = path.replace(/\{chain\}/, random.chance(0.8) ? String(chain) : word(random))
    const url = `${filled.replace(/\{\w+\}/g, () => word(random))}${query(random)}`
    const body = method === 'POST' ? invented(random, [envelope]) : undefined
    const type = random.chance(0.7) ? 'application/json' : 'application/octet-stream'
    const { status } = await ask(home, method, url, { body, type })
    answers.push({ asked: `${method} ${url}`, status })
  }
  return answers
}

interface NodeStatus {
  readonly chains: readonly { readonly chain: string }[]
}

async function routesOf(home: string) {
  const { body } = await ask(home, 'GET', '/openapi.json')
  const { paths } = JSON.parse(body) as { paths: Record<string, Record<string, unknown>> }
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  )
  assert.ok(routes.length > 12, 'the description names the routes')
  return routes
}

const WORDS = [
  '0',
  '-1',
  '9'.repeat(15),
  'a'.repeat(64),
  'f'.repeat(63),
  '%00',
  '%ff',
  '..',
  '__proto__',
  'org1',
]

function word(random: Random): string {
  if (random.chance(0.5)) return WORDS[random.below(WORDS.length)] ?? ''
  return encodeURIComponent(Buffer.from(noise(random).subarray(0, 80)).toString('latin1'))
}

function query(random: Random): string {
  const names = ['q', 'depth', 'waitMs', 'limit', 'after', 'name', 'ancestors', 'organisation']
  const count = random.below(3)
  const pairs = Array.from({ length: count }, () => {
    const name = names[random.below(names.length)]
    // A number that is allowed here means a wait, and there is nothing to wait for.
    return `${name}=${name === 'waitMs' ? '1' : word(random)}`
  })
  return count === 0 ? '' : `?${pairs.join('&')}`
}

async function ask(
  home: string,
  method: string,
  path: string,
  { body, type }: { readonly body?: Uint8Array | undefined; readonly type?: string } = {},
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const headers = type === undefined ? {} : { 'content-type': type }
    const options = {
      socketPath: join(home, HOME_FILES.socket),
      method,
      path,
      headers,
      agent: false,
    }
    const outgoing = request(options, (answer) => {
      text(answer).then((said) => resolve({ status: answer.statusCode ?? 0, body: said }), reject)
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

/** Bytes on the bare socket, that are no HTTP. */
async function mumble(home: string, random: Random): Promise<void> {
  for (let i = 0; i < RAW_CONNECTIONS; i++) {
    const socket = connect(join(home, HOME_FILES.socket))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => undefined).resume()
    socket.end(noise(random))
    await closed
  }
}
