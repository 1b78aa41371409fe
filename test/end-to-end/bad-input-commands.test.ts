import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { CliError } from '../../cli/cli-error.ts'
import { openHome, rpcSocketOf } from '../../cli/home/home.ts'
import { readKeyFile } from '../../cli/keys/key-file.ts'
import { RpcClient } from '../../cli/rpc/rpc-client.ts'
import type { Digest } from '../../protocol/digest.ts'
import { canonicalJson } from '../../protocol/encoding/canonical-json.ts'
import { HOME_FILES, userKeyFile } from '../../protocol/home.ts'
import { certificateStatement, signStatement } from '../../protocol/records/build.ts'
import { useTemporaryFolder } from '../cli/support/temporary-folder.ts'
import { accepted } from '../support/records.ts'
import { BadInputNetwork, codeOf } from './bad-input-network.ts'

const HOUR_MS = 3_600_000
const DISK_EXIT = 74

describe('bad input', function () {
  this.timeout(60_000)
  let network: BadInputNetwork
  afterEach(() => network.stopAll())
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)

  beforeEach(async () => {
    network = await BadInputNetwork.create(at('net'), 1)
  })

  const refuses = async (expected: string, exit: number, ...args: readonly string[]) => {
    const run = await network.run(0, ...args)
    assert.deepEqual([codeOf(run), run.code], [expected, exit], args.join(' '))
    assert.doesNotMatch(run.stderr, /^ {4}at |a bug/m, 'a person is shown no stack')
  }

  async function running(): Promise<RpcClient> {
    network.start(0)
    await network.ready(0, 0)
    return new RpcClient(rpcSocketOf(await openHome(network.home(0))), new AbortController().signal)
  }

  async function record(options: {
    chain?: string
    nonce?: number
    expires?: number
    name?: string
  }) {
    const { seed, did } = await readKeyFile(join(network.home(0), userKeyFile('person', 'alice')))
    const { chain = network.chain, nonce = 1, expires = Date.now() + HOUR_MS, name = 'x' } = options
    const artefact = {
      form: 'file',
      name,
      version: '1',
      bytes: 1,
      files: 1,
      share: 'local',
    } as const
    const ledger = { chain: chain as Digest, author: did, nonce, expires }
    const digest = { sha256: 'a'.repeat(64) as Digest }
    return signStatement(
      accepted(certificateStatement('dataset', digest, { ledger, artefact, evidence: [] })),
      seed,
    )
  }

  it('in records gets its own code, here and from the node, which goes on', async () => {
    const rpc = await running()
    const good = await record({})
    for (const [code, bytes] of await badRecords(good, record)) {
      await writeFile(at('record.json'), bytes)
      await refuses(code, 1, 'submit', at('record.json'))
      const answered = rpc.chain(network.chain as Digest).submit(bytes)
      await assert.rejects(
        answered,
        (error) => error instanceof CliError && error.code === code,
        code,
      )
    }
    await writeFile(at('good.json'), good)
    for (let replay = 0; replay < 2; replay++) {
      const run = await network.run(0, 'submit', at('good.json'))
      assert.deepEqual([run.code, run.json().height], [0, 1])
    }
    await writeFile(at('twice.json'), await record({ name: 'y' }))
    await refuses('nonce-used', 1, 'submit', at('twice.json'))
    await writeFile(at('long.json'), new Uint8Array(70_000))
    await refuses('bad-document', 1, 'submit', at('long.json'))
    assert.deepEqual(await readdir(join(network.home(0), HOME_FILES.pending)), [])
  })

  it('in paths and names is told from what is not there', async () => {
    await running()
    const thing = at('thing')
    await writeFile(thing, 'x')
    execFileSync('mkfifo', [at('pipe')])
    for (const place of ['/dev/zero', at('pipe'), folder()]) {
      await refuses('not-a-file', 1, 'submit', place)
      await refuses('not-a-file', 1, 'certify', 'dataset', thing, '--key', place)
      await refuses('not-a-file', 1, 'network', 'create', 'n', '--member', place, '--out', at('g'))
      await refuses('not-a-file', 1, 'network', 'join', place)
      await refuses('not-a-file', 1, 'verify', '--receipt', place, '--genesis', place)
    }
    await refuses('usage', 2, 'certify', 'dataset', '')
    await refuses('usage', 2, 'show', '')
    await refuses('unknown-id', 1, 'show', 'nobody')
    await refuses('unknown-block', 1, 'show', '7')
    await refuses('unknown-block', 1, 'show', '#7')
    assert.equal((await network.run(0, 'certify', 'dataset', thing, '--name', '1234')).code, 0)
    for (const height of ['1', '#1']) {
      assert.equal((await network.run(0, 'show', height)).json().height, 1)
    }
    assert.equal((await network.run(0, 'show', '1234')).json().name, '1234')
  })

  it('in a home ends the start with one sentence and a code', async () => {
    const home = network.home(0)
    await running()
    await startFails(/home-in-use: process \d+ runs the node/, 1)
    await network.stopAll()
    await cp(home, at('sound'), { recursive: true })
    const damages: readonly (readonly [RegExp, number, () => Promise<unknown>])[] = [
      [/storage-damaged: .*move the folder away/, 1, () => damage('node/data/CURRENT')],
      [/secret-missing: .*restore it/, 1, () => rm(join(home, 'node/keys/network.json'))],
      [
        /listen-failed: .*EADDRNOTAVAIL[^\n]*of this machine/,
        1,
        () => listenOn('/ip4/192.0.2.7/tcp/4001'),
      ],
      [/storage-failed: .*EEXIST/, DISK_EXIT, () => replaceByFile('node/data')],
    ]
    for (const [said, code, break_] of damages) {
      await break_()
      await startFails(said, code)
      await rm(home, { recursive: true })
      await cp(at('sound'), home, { recursive: true })
    }
    await refuses('node-not-running', 4, 'status')
  })

  it('in a home of another network, and a port that is taken, are told apart', async () => {
    const home = network.home(0)
    const node = network.start(0)
    await network.ready(0, 0)
    await node.stop()
    const own = await readFile(join(home, HOME_FILES.genesis))
    const identity = join(home, HOME_FILES.identity)
    await network.run(
      0,
      'network',
      'create',
      'other',
      '--member',
      identity,
      '--out',
      at('other.json'),
    )
    await refuses('other-network', 1, 'network', 'join', at('other.json'))
    await cp(at('other.json'), join(home, HOME_FILES.genesis))
    await startFails(/storage-foreign: .*belongs to the network/, 1)
    await writeFile(join(home, HOME_FILES.genesis), own)

    const { listen } = JSON.parse(await readFile(join(home, HOME_FILES.config), 'utf8'))
    const squatter = createServer().listen(Number(String(listen[0]).split('/')[4]), '127.0.0.1')
    await once(squatter, 'listening')
    try {
      await startFails(/port-taken: .*is taken: stop the program/, 1)
    } finally {
      squatter.close()
    }
  })

  it('in identities makes no genesis', async () => {
    const own = JSON.parse(await readFile(join(network.home(0), HOME_FILES.identity), 'utf8'))
    const [first, ...others] = own.keys
    const off = 'did:key:z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP'
    const bad: readonly (readonly [string, string])[] = [
      ['bad-key', JSON.stringify({ ...own, keys: [{ ...first, did: off }, ...others] })],
      [
        'schema-violation',
        JSON.stringify({ ...own, keys: [{ ...first, did: 'did:key:z6Mk' }, ...others] }),
      ],
      ['schema-violation', JSON.stringify({ ...own, extra: 1 })],
      ['duplicate-key', JSON.stringify({ ...own, keys: [...own.keys, own.keys.at(-1)] })],
      ['bad-possession-proof', JSON.stringify({ ...own, organisation: 'other' })],
      ['unknown-version', JSON.stringify({ ...own, format: 'pedigree-identity/9' })],
      ['bad-document', '{'],
    ]
    for (const [code, text] of bad) {
      await writeFile(at('identity.json'), text)
      await refuses(
        code,
        1,
        'network',
        'create',
        'n',
        '--member',
        at('identity.json'),
        '--out',
        at('g'),
      )
    }
    const twice = ['--member', join(network.home(0), HOME_FILES.identity)]
    await refuses(
      'duplicate-organisation',
      1,
      'network',
      'create',
      'n',
      ...twice,
      ...twice,
      '--out',
      at('g'),
    )
  })

  const damage = (name: string) => writeFile(join(network.home(0), name), '{ damaged')

  async function replaceByFile(name: string): Promise<void> {
    await rm(join(network.home(0), name), { recursive: true })
    await writeFile(join(network.home(0), name), 'x')
  }

  async function listenOn(address: string): Promise<void> {
    const path = join(network.home(0), HOME_FILES.config)
    const config = JSON.parse(await readFile(path, 'utf8'))
    await writeFile(path, JSON.stringify({ ...config, listen: [address] }))
  }

  async function startFails(said: RegExp, code: number): Promise<void> {
    const node = network.start(0)
    assert.equal(await node.ended, code, node.said())
    assert.match(node.said(), said)
    assert.doesNotMatch(node.said(), /^ {4}at |a bug/m, 'a person is shown no stack')
  }
})

type Make = (options: { chain?: string; expires?: number }) => Promise<Uint8Array>

/** Code and bytes; none of them is ever committed. */
async function badRecords(
  good: Uint8Array,
  make: Make,
): Promise<readonly (readonly [string, Uint8Array])[]> {
  const envelope = JSON.parse(Buffer.from(good).toString())
  const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString())
  const [signature] = envelope.signatures
  const stating = (changed: object) => {
    const payload = Buffer.from(canonicalJson({ ...statement, ...changed })).toString('base64')
    return canonicalJson({ ...envelope, payload })
  }
  const forged = Buffer.from(signature.sig, 'base64')
  forged.writeUInt8(forged.readUInt8(5) ^ 1, 5)
  const sig = forged.toString('base64')
  return [
    ['malformed', new Uint8Array(0)],
    ['malformed', good.subarray(0, good.length - 9)],
    ['not-canonical', Buffer.from(JSON.stringify(envelope, null, 1))],
    ['schema-violation', canonicalJson({ ...envelope, extra: 1 })],
    ['schema-violation', stating({ extra: 1 })],
    ['unknown-type', stating({ predicateType: 'https://pedigree.dev/spell/v1' })],
    ['unknown-version', stating({ predicateType: 'https://pedigree.dev/dataset/v9' })],
    ['bad-signature', canonicalJson({ ...envelope, signatures: [{ ...signature, sig }] })],
    ['wrong-chain', await make({ chain: 'c'.repeat(64) })],
    ['expired', await make({ expires: Date.now() - HOUR_MS })],
  ]
}
