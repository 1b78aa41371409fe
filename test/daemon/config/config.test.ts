import assert from 'node:assert/strict'
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { checkNodeKeys, loadConfig } from '../../../daemon/config/config.ts'
import type { NodeKeys } from '../../../daemon/keys/key-file.ts'
import { HOME_FILES, HOME_FORMAT, PEERS_FORMAT } from '../../../protocol/home.ts'
import { testGenesis, testRoleKey } from '../../support/keys.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const { genesis, bytes } = testGenesis(4)
const HOME = {
  format: HOME_FORMAT,
  organisation: 'org02',
  listen: ['/ip4/127.0.0.1/tcp/4101'],
  announce: [],
}

describe('the configuration of a node', () => {
  const file = temporaryFolder()
  const write = async (name: string, content: unknown) => {
    await mkdir(dirname(file(name)), { recursive: true })
    const isBytes = content instanceof Uint8Array || typeof content === 'string'
    await writeFile(file(name), isBytes ? content : JSON.stringify(content))
  }

  beforeEach(async () => {
    await write(HOME_FILES.config, HOME)
    await write(HOME_FILES.genesis, bytes)
  })

  const refused = (code: string, message: RegExp) =>
    assert.rejects(loadConfig(file('')), (error: Error & { code?: string }) => {
      assert.equal(error.code, code)
      assert.match(error.message, message)
      return true
    })

  it('is read from a home: organisation, addresses, genesis, place in the committee', async () => {
    const config = await loadConfig(file(''))
    assert.equal(config.organisation, 'org02')
    assert.equal(config.self, 1)
    assert.equal(config.genesis.chain, genesis.chain)
    assert.deepEqual(config.peers, [])
    assert.deepEqual(Buffer.from(config.genesisBytes), Buffer.from(bytes))
  })

  it('opens the local API on TCP only where it says so, on a port that exists', async () => {
    assert.equal((await loadConfig(file(''))).rpcTcpPort, undefined)
    await write(HOME_FILES.config, { ...HOME, rpcTcpPort: 4100 })
    assert.equal((await loadConfig(file(''))).rpcTcpPort, 4100)
    for (const rpcTcpPort of [0, 65_536, '4100']) {
      await write(HOME_FILES.config, { ...HOME, rpcTcpPort })
      await refused('home-malformed', /rpcTcpPort/)
    }
  })

  it('takes the peers that were added later', async () => {
    await write(HOME_FILES.peers, { format: PEERS_FORMAT, peers: ['/dns4/a.example/tcp/1'] })
    assert.deepEqual((await loadConfig(file(''))).peers, ['/dns4/a.example/tcp/1'])
  })

  it('gives one socket to a home, by whatever way it is reached', async () => {
    await symlink(file(''), file('link'))
    const [straight, linked] = [await loadConfig(file('')), await loadConfig(file('link'))]
    assert.equal(straight.socket, linked.socket)
    assert.equal(straight.home, await realpath(file('')))
  })

  it('names what is missing and the command that makes it', async () => {
    await assert.rejects(loadConfig(file('nowhere')), { code: 'home-missing' })
    await mkdir(file('empty'))
    await assert.rejects(loadConfig(file('empty')), {
      code: 'home-missing',
      message: /pedigree init/,
    })
    await write('half/home.json', HOME)
    await assert.rejects(loadConfig(file('half')), {
      code: 'genesis-missing',
      message: /network join/,
    })
  })

  it('names the field that is wrong', async () => {
    const bad = [
      '{',
      [],
      { ...HOME, listen: [] },
      { ...HOME, more: 1 },
      { ...HOME, organisation: '../x' },
    ]
    for (const content of bad) {
      await write(HOME_FILES.config, content)
      await refused('home-malformed', /home\.json/)
    }
    await write(HOME_FILES.config, HOME)
    await write(HOME_FILES.peers, { format: PEERS_FORMAT, peers: ['no address'] })
    await refused('peers-malformed', /\/peers\/0/)
  })

  it('refuses a genesis that is damaged or of strangers', async () => {
    await write(HOME_FILES.genesis, Buffer.concat([bytes, Buffer.from(' ')]))
    await refused('genesis-invalid', /not-canonical/)
    await write(HOME_FILES.genesis, bytes)
    await write(HOME_FILES.config, { ...HOME, organisation: 'org09' })
    await refused('organisation-not-a-member', /org09/)
  })

  it('refuses files far beyond their size, and what is no file', async () => {
    await write(HOME_FILES.config, ' '.repeat(70_000))
    await refused('file-unreadable', /home\.json/)
    await write(HOME_FILES.config, HOME)
    await mkdir(file(HOME_FILES.peers), { recursive: true })
    await refused('file-unreadable', /peers\.json/)
  })

  it('refuses the keys of another node', async () => {
    const config = await loadConfig(file(''))
    assert.doesNotThrow(() => checkNodeKeys(config, keysOf(1)))
    assert.throws(() => checkNodeKeys(config, keysOf(2)), { code: 'keys-not-in-genesis' })
  })
})

function keysOf(org: number): NodeKeys {
  const key = <C extends keyof NodeKeys>(keyClass: C) => ({
    class: keyClass,
    ...testRoleKey(org, keyClass),
  })
  return { consensus: key('consensus'), record: key('record'), network: key('network') }
}
