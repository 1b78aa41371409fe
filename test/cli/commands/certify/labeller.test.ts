import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StoryAnswer } from '../../../../protocol/api/story.ts'
import { testKey, testPerson, testRoleKey } from '../../../support/keys.ts'
import { signedKey } from '../../../support/records.ts'
import { LiveLedger } from '../../support/live-ledger.ts'
import type { CliRun } from '../../support/run-cli.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

describe('who labelled', function () {
  this.timeout(30_000)
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  let live: LiveLedger

  beforeEach(async () => {
    live = await LiveLedger.start(folder())
    await writeFile(at('base'), 'weights')
    const made = ['--dataset', 'unknown', '--reason', 'old']
    assert.equal((await live.run(1, 'certify', 'model', at('base'), ...made)).code, 0)
  })
  afterEach(() => live.stop())

  async function label(person: string): Promise<CliRun> {
    const software = 'pkg:pypi/label-studio@1.20.0'
    const content = { method: 'by hand', instructions: 'look twice', software, person }
    await writeFile(at('labelling.json'), JSON.stringify(content))
    return live.say(
      1,
      'phase',
      'add',
      'base',
      '--phase',
      'labelling',
      '--from',
      at('labelling.json'),
    )
  }

  it('is found by ORG/NAME, signed as the key, and shown by name to everyone (M30)', async () => {
    const { did } = testPerson(1)
    const { code, stderr } = await label('org02/person2')
    assert.equal(code, 0, stderr)
    const line = `by       person2 (org02), ${did}`
    assert.ok(stderr.includes(`${line}, as named by whoever signs this\n`), stderr)
    for (const command of [
      ['show', 'org01/base', '--full'],
      ['phase', 'list', 'org01/base'],
    ]) {
      const { stdout } = await live.say(3, ...command)
      assert.ok(stdout.includes(`${line}, as named by person1 (org01)\n`), stdout)
    }
    const { records } = (
      await live.run(3, 'show', 'org01/base', '--full')
    ).json() as unknown as StoryAnswer
    assert.deepEqual(records[0]?.labeller, { organisation: 'org02', name: 'person2' })
    const { stdout } = await live.say(4, 'show', String(records[0].id))
    assert.ok(stdout.includes(`${line}, as named by the author of this record\n`), stdout)
  })

  it('is told to have signed only where it was the one who signed', async () => {
    const { did } = testPerson(0)
    assert.equal((await label('org01/person1')).code, 0)
    const { stdout } = await live.say(3, 'show', 'org01/base', '--full')
    assert.ok(stdout.includes(`by       person1 (org01), ${did}, who signed this\n`), stdout)
  })

  it('is one whom a record registered, by name and by key', async () => {
    const expires = Date.now() + 600_000
    live.ledger.commit(signedKey({ key: 90_001, expires }))
    const { did } = testKey(90_001)
    for (const person of ['org01/grace', did]) {
      const { code, stderr } = await label(person)
      assert.equal(code, 0, stderr)
      assert.ok(stderr.includes(`grace (org01), ${did}`) || person === did, stderr)
    }
    const list = await live.run(2, 'phase', 'list', 'org01/base')
    const phases = list.json()['phases'] as readonly { records: readonly object[] }[]
    assert.equal(phases[3]?.records.length, 1, 'what was said before is found')
    live.ledger.commit(signedKey({ key: 90_002, nonce: 2, expires }))
    const twice = await label('org01/grace')
    assert.equal(twice.code, 2)
    assert.match(twice.stderr, /registered 2 keys for grace:(\s+did:key:z6Mk\w+){2}/)
  })

  it('may be a plain name, which is told to be registered nowhere', async () => {
    const { code, stderr } = await label('Carol Example')
    assert.equal(code, 0, stderr)
    const { stdout } = await live.say(4, 'show', 'org01/base', '--full')
    const line = /by {7}Carol Example \(not registered: a name that the signer wrote down\)/
    assert.match(stderr, line)
    assert.match(stdout, line)
  })

  it('is refused before anything is signed where nobody is registered so', async () => {
    const stranger = testKey(90_009).did
    const source = testRoleKey(0, 'source').did
    for (const person of ['org01/nobody', 'org99/carol', 'org01/camera1', stranger, source]) {
      const { code, stderr } = await label(person)
      assert.equal(code, 1, person)
      assert.match(stderr, /unknown-person/, person)
      assert.doesNotMatch(stderr, /the phase labelling/, 'nothing was shown to be signed')
    }
    const half = await label('did:key:z6Mk')
    assert.notEqual(half.code, 0)
  })
})
