import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HOME_FILES } from '../../protocol/home.ts'
import { CLI_MAIN, endChild, TestNetwork } from './network.ts'

describe('a node whose disk was lost (W11)', function () {
  this.timeout(180_000)
  let network: TestNetwork
  const LOST = 2

  before(async () => {
    network = await TestNetwork.start()
  })

  after(async () => network?.stop())

  async function certify(organisation: number, name: string): Promise<void> {
    await writeFile(network.path(name), name)
    const { code, stderr } = await network.cli(
      organisation,
      'certify',
      'dataset',
      network.path(name),
    )
    assert.equal(code, 0, stderr)
  }

  async function loseDisk(...more: readonly 'keyUse'[]): Promise<void> {
    for (const file of ['data', 'wal', 'guard', 'blocks', ...more] as const) {
      const path = join(network.home(LOST), HOME_FILES[file])
      await rm(path, { recursive: true, force: true })
    }
  }

  async function statusOf(organisation: number) {
    return (await network.client(organisation)).status()
  }

  it('has the ledger again, and signs nothing', async () => {
    await certify(LOST, 'before')
    await network.kill(LOST)
    await loseDisk()
    await network.start(LOST, { signs: false })
    const { rejoin, height } = await statusOf(LOST)
    assert.match(rejoin?.nonce ?? '', /^[0-9a-f]{64}$/)
    assert.equal(height, (await statusOf(1)).height)
    assert.equal((await statusOf(1)).rejoin, undefined)
  })

  it('draws another nonce whenever it is started: what was signed for an older one is of no use', async () => {
    const before = (await statusOf(LOST)).rejoin?.nonce
    await network.halt(LOST)
    await network.start(LOST, { signs: false })
    const after = (await statusOf(LOST)).rejoin?.nonce
    assert.ok(after !== undefined && after !== before)
  })

  it('rejoins by the word of its admin, and signs after the next start', async () => {
    const { code, stderr, json } = await network.cli(LOST, 'rejoin', '--yes')
    assert.equal(code, 0, stderr)
    const { height, signsFrom } = json()
    assert.equal(signsFrom, Number(height) + 1)
    assert.equal((await statusOf(LOST)).maySign, false)
    const again = await network.cli(LOST, 'rejoin', '--yes')
    assert.equal(again.code, 1)
    assert.match(again.stderr, /has rejoined \[nothing-to-rejoin\]\n {2}try: start it again/)
    await network.halt(LOST)
    await network.start(LOST)
    assert.equal((await statusOf(LOST)).rejoin, undefined)
  })

  it('is needed again: with another member gone, the others decide with its votes', async () => {
    await network.kill(4)
    await certify(LOST, 'after')
    await certify(1, 'and one more')
    const { maySign, height } = await statusOf(LOST)
    assert.deepEqual([maySign, height], [true, (await statusOf(1)).height])
    for (const organisation of [1, LOST, 3]) {
      assert.doesNotMatch(await network.log(organisation), /someone broke a rule/)
    }
  })

  it('restored with a key that does not know of its first start, notices that it has signed before', async () => {
    await network.start(4)
    await network.kill(LOST)
    await loseDisk('keyUse')
    const home = network.home(LOST)
    const child = spawn(process.execPath, [CLI_MAIN, '--home', home, 'start'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    try {
      const [code] = (await once(child, 'close')) as [number]
      assert.equal(code, 1)
    } finally {
      await endChild(child)
    }
    assert.match(said, /key-used-elsewhere: the consensus key of this home has signed block \d+/)
    await network.start(LOST, { signs: false })
    assert.ok((await statusOf(LOST)).rejoin)
  })

  it('where nothing is lost, there is nothing to rejoin', async () => {
    const { code, stderr } = await network.cli(1, 'rejoin', '--yes')
    assert.equal(code, 1)
    assert.match(
      stderr,
      /the node of org1 has not lost its guard: it may sign \[nothing-to-rejoin\]/,
    )
  })
})
