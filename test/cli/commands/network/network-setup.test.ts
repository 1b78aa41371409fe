import assert from 'node:assert/strict'
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { parseGenesis, parseIdentity } from '../../../../protocol/chain/genesis.ts'
import { isRejection } from '../../../../protocol/rejection.ts'
import { runHere } from '../../support/in-process.ts'
import type { CliRun } from '../../support/run-cli.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

describe('a network made by hand', function () {
  this.timeout(60_000)
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  const inHome = (home: string, ...args: string[]) => runHere(['--home', at(home), ...args])

  async function initAndExport(name: string): Promise<void> {
    assert.equal((await inHome(name, 'init', '--org', name, '--person', 'alice')).code, 0)
    assert.equal((await inHome(name, 'identity', '--out', at(`${name}.json`))).code, 0)
  }

  const create = (out: string, ...names: string[]): Promise<CliRun> =>
    runHere([
      '--json',
      'network',
      'create',
      'digits',
      '--out',
      at(out),
      ...names.flatMap((name) => ['--member', at(`${name}.json`)]),
    ])

  it('begins with a home that keeps its secrets and its port', async () => {
    const { code, json, stderr } = await inHome(
      'acme',
      '--json',
      'init',
      '--org',
      'acme',
      '--person',
      'alice',
    )
    assert.equal(code, 0, stderr)
    const identity = json()
    assert.equal(identity.organisation, 'acme')
    const stored = await readFile(at('acme/identity.json'))
    assert.ok(!isRejection(parseIdentity(new Uint8Array(stored))), 'the identity is canonical')
    assert.equal((await stat(at('acme'))).mode & 0o777, 0o750)
    for (const folderName of ['node/keys', 'user/keys']) {
      assert.equal((await stat(at(`acme/${folderName}`))).mode & 0o777, 0o700)
      for (const name of await readdir(at(`acme/${folderName}`))) {
        assert.equal((await stat(at(`acme/${folderName}/${name}`))).mode & 0o777, 0o600, name)
      }
    }
    const config = JSON.parse(await readFile(at('acme/home.json'), 'utf8'))
    assert.match(config.listen[0], /^\/ip4\/127\.0\.0\.1\/tcp\/[1-9][0-9]*$/)
    assert.deepEqual(identity.addresses, config.listen)
    assert.deepEqual(await readdir(folder()), ['acme'])
  })

  it('creates no home over another', async () => {
    await initAndExport('acme')
    const before = await readFile(at('acme/identity.json'), 'utf8')
    const again = await inHome('acme', '--json', 'init', '--org', 'acme')
    assert.equal(again.code, 1)
    assert.equal((again.json().error as { code: string }).code, 'home-exists')
    assert.equal(await readFile(at('acme/identity.json'), 'utf8'), before)
  })

  it('creates no home with a name or an address that the others could not use', async () => {
    assert.equal((await inHome('x', 'init', '--org', 'Acme GmbH')).code, 2)
    assert.equal((await inHome('x', 'init', '--org', 'x', '--listen', 'localhost:1')).code, 2)
    const vague = await inHome('x', 'init', '--org', 'x', '--listen', '/ip4/0.0.0.0/tcp/4001')
    assert.equal(vague.code, 2)
    assert.match(vague.stderr, /--announce/)
    assert.deepEqual(await readdir(folder()), [])
  })

  it('goes from four identities to one genesis that all can join', async () => {
    for (const name of ['delta', 'acme', 'gamma', 'beta']) await initAndExport(name)
    const created = await create('genesis.json', 'delta', 'acme', 'gamma', 'beta')
    assert.equal(created.code, 0, created.stderr)
    const { fingerprint, members, faultsTolerated } = created.json()
    assert.deepEqual(members, ['acme', 'beta', 'delta', 'gamma'])
    assert.equal(faultsTolerated, 1)
    const genesis = parseGenesis(new Uint8Array(await readFile(at('genesis.json'))))
    assert.ok(!isRejection(genesis))
    assert.equal(fingerprint, genesis.chain)
    for (const name of ['acme', 'beta']) {
      const joined = await inHome(name, 'network', 'join', at('genesis.json'))
      assert.equal(joined.code, 0, joined.stderr)
      const grouped = genesis.chain.match(/.{4}/g)?.slice(0, 8).join(' ') ?? ''
      assert.ok(joined.stdout.includes(grouped), joined.stdout)
      assert.deepEqual(
        await readFile(at(`${name}/genesis.json`)),
        await readFile(at('genesis.json')),
      )
    }
    const repeated = await inHome(
      'acme',
      'network',
      'join',
      at('genesis.json'),
      '--peer',
      '/ip4/10.0.0.2/tcp/4001',
    )
    assert.equal(repeated.code, 0, 'joining the same network again changes nothing')
    const peers = JSON.parse(await readFile(at('acme/node/peers.json'), 'utf8'))
    assert.deepEqual(peers.peers, ['/ip4/10.0.0.2/tcp/4001'])
  })

  it('never overwrites a genesis', async () => {
    await initAndExport('acme')
    await writeFile(at('genesis.json'), 'precious')
    assert.equal((await create('genesis.json', 'acme')).code, 1)
    assert.equal(await readFile(at('genesis.json'), 'utf8'), 'precious')
  })

  it('refuses a home that belongs to another network', async () => {
    await initAndExport('acme')
    await create('one.json', 'acme')
    await create('two.json', 'acme')
    assert.equal((await inHome('acme', 'network', 'join', at('one.json'))).code, 0)
    const other = await inHome('acme', '--json', 'network', 'join', at('two.json'))
    assert.equal(other.code, 1)
    assert.equal((other.json().error as { code: string }).code, 'other-network')
    assert.deepEqual(await readFile(at('acme/genesis.json')), await readFile(at('one.json')))
  })

  it('refuses a home that is no member, or whose keys are not those in genesis', async () => {
    for (const name of ['acme', 'beta']) await initAndExport(name)
    await create('genesis.json', 'acme')
    const stranger = await inHome('beta', '--json', 'network', 'join', at('genesis.json'))
    assert.equal((stranger.json().error as { code: string }).code, 'not-a-member')
    assert.equal((await inHome('twin', 'init', '--org', 'acme', '--person', 'eve')).code, 0)
    const twin = await inHome('twin', '--json', 'network', 'join', at('genesis.json'))
    assert.equal((twin.json().error as { code: string }).code, 'not-a-member')
  })

  it('refuses a genesis with two members of one name, one key twice, or a forged proof', async () => {
    for (const name of ['acme', 'beta']) await initAndExport(name)
    const codeOf = async (...names: string[]) => {
      const { code, json } = await create('genesis.json', ...names)
      assert.equal(code, 1)
      return (json().error as { code: string }).code
    }
    assert.equal(await codeOf('acme', 'acme'), 'duplicate-organisation')
    const identity = JSON.parse(await readFile(at('acme.json'), 'utf8'))
    await writeFile(at('copy.json'), JSON.stringify({ ...identity, organisation: 'copy' }))
    assert.equal(await codeOf('acme', 'copy'), 'bad-possession-proof')
    const [first, ...others] = identity.keys
    const weak = { ...first, did: 'did:key:z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP' }
    await writeFile(at('weak.json'), JSON.stringify({ ...identity, keys: [weak, ...others] }))
    assert.equal(await codeOf('weak'), 'bad-key')
    await writeFile(at('torn.json'), '{"format":"pedigree-identity/1"')
    assert.equal(await codeOf('torn'), 'bad-document')
    assert.ok(!(await readdir(folder())).includes('genesis.json'))
  })

  it('takes persons and data sources into the identity before genesis', async () => {
    await initAndExport('acme')
    const added = await inHome('acme', '--json', 'person', 'add', 'camera-7', '--source')
    assert.equal(added.code, 0, added.stderr)
    const identity = (await inHome('acme', '--json', 'identity')).json()
    const keys = identity.keys as { name: string; class: string; did: string }[]
    assert.deepEqual(
      keys.slice(-1).map((key) => [key.class, key.name, key.did]),
      [['source', 'camera-7', added.json().did]],
    )
    assert.equal((await stat(at('acme/user/keys/source-camera-7.json'))).mode & 0o777, 0o600)
    const again = await inHome('acme', '--json', 'person', 'add', 'camera-7', '--source')
    assert.equal(again.json().did, added.json().did, 'repeated, it changes nothing')
    const { length } = (await inHome('acme', '--json', 'identity')).json().keys as unknown[]
    assert.equal(length, keys.length)
  })

  it('says that a port is taken', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = server.address() as { port: number }
      const args = ['--json', 'devnet', '--nodes', '1', '--dir', at('net'), '--port', String(port)]
      const taken = await runHere(args)
      assert.equal(taken.code, 1)
      assert.equal((taken.json().error as { code: string }).code, 'no-free-port')
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })

  it('says that a home is damaged', async () => {
    await mkdir(at('acme'))
    await writeFile(at('acme/home.json'), '{"format":"pedigree-home/2"}')
    const damaged = await inHome('acme', '--json', 'status')
    assert.equal((damaged.json().error as { code: string }).code, 'home-damaged')
  })

  it('finds a home that was moved', async () => {
    await initAndExport('acme')
    await cp(at('acme'), at('moved'), { recursive: true })
    assert.equal((await inHome('moved', 'identity')).code, 0)
  })
})
