import assert from 'node:assert/strict'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LiveLedger } from '../../support/live-ledger.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

const UNKNOWN = ['--dataset', 'unknown', '--reason', 'a test'] as const
const SENTENCE = /the same bytes were registered by org01 as original\.bin@1 in block \d+, earlier/

describe('bytes that somebody else registered before (T-M6)', () => {
  const folder = useTemporaryFolder()
  let live: LiveLedger
  let original: string
  let copy: string

  beforeEach(async () => {
    live = await LiveLedger.start(folder())
    original = join(folder(), 'original.bin')
    copy = join(folder(), 'renamed.bin')
    await writeFile(original, 'weights')
    await copyFile(original, copy)
  })
  afterEach(() => live.stop())

  async function certify(org: number, path: string, ...flags: readonly string[]) {
    const run = await live.run(org, 'certify', 'model', path, ...UNKNOWN, ...flags)
    return { ...run, id: String(run.json()['id']) }
  }

  it('are not signed unasked, and whoever wants to is told whose they are', async () => {
    await certify(1, original)
    const { code, stderr, json } = await certify(2, copy)
    assert.equal(code, 1)
    assert.equal((json()['error'] as { code: string }).code, 'declined')
    assert.match(stderr, SENTENCE)
  })

  it('are signed with --yes, and every view of the later one names the first', async () => {
    const first = await certify(1, original)
    const later = await certify(2, copy, '--yes')
    assert.equal(later.code, 0)
    const shown = await live.say(3, 'show', later.id)
    assert.match(shown.stdout, SENTENCE)
    assert.match((await live.say(3, 'show', later.id, '--full')).stdout, SENTENCE)
    const verified = await live.say(3, 'verify', copy, '--against', later.id)
    assert.deepEqual([verified.code, SENTENCE.test(verified.stdout)], [0, true])
    assert.match((await live.say(3, 'verify', copy)).stdout, SENTENCE)
    for (const view of [
      await live.say(3, 'show', first.id),
      await live.say(3, 'verify', original, '--against', first.id),
    ]) {
      assert.equal(view.code, 0)
      assert.doesNotMatch(view.stdout, /the same bytes/)
    }
  })

  it('do not count against who had them first, however often others copied them', async () => {
    await certify(1, original)
    await certify(2, copy, '--yes')
    const again = await certify(1, original, '--name', 'original@2')
    assert.equal(again.code, 0)
    assert.doesNotMatch((await live.say(3, 'show', again.id)).stdout, /the same bytes/)
  })

  it('are not cleared of a recall by registering them again', async () => {
    const first = await certify(1, original)
    await live.run(1, 'recall', first.id, '--reason', 'poisoned')
    const sentence = /the same bytes are org01\/original\.bin@1 \([0-9a-f]{12}\), recalled since/
    const unasked = await certify(1, original, '--name', 'original@2')
    assert.equal(unasked.code, 1)
    assert.match(unasked.stderr, new RegExp(`FLAGGED: ${sentence.source}`))
    const again = await certify(1, original, '--name', 'original@2', '--yes')
    assert.equal(again.code, 0)
    // What is expected here is the second one, which nobody recalled.
    const expected = await live.say(1, 'verify', original)
    assert.deepEqual([expected.code, sentence.test(expected.stdout)], [0, true], expected.stdout)
    assert.equal((await live.say(3, 'verify', original)).code, 1)
  })

  it('are recognised behind the salt of a copy, by who signs it and by who has both', async () => {
    await certify(1, original)
    assert.match((await certify(2, copy, '--salted')).stderr, SENTENCE)
    const later = await certify(2, copy, '--salted', '--yes')
    assert.equal(later.code, 0)
    assert.match((await live.say(2, 'verify', copy)).stdout, SENTENCE)
    assert.doesNotMatch((await live.say(3, 'show', later.id)).stdout, /the same bytes/)
  })
})

describe('a directory whose files somebody certified under other names (T-M6)', () => {
  const folder = useTemporaryFolder()
  const at = (...parts: readonly string[]) => join(folder(), ...parts)
  let live: LiveLedger

  const write = async (name: string, files: Readonly<Record<string, string>>) => {
    await mkdir(at(name))
    for (const [file, text] of Object.entries(files)) await writeFile(at(name, file), text)
  }
  const verify = async (name: string, ...flags: readonly string[]) =>
    live.say(1, 'verify', at(name), ...flags)

  beforeEach(async () => {
    live = await LiveLedger.start(folder())
    await write('original', { a: 'one', b: 'two', c: 'two' })
    const { code } = await live.run(1, 'certify', 'dataset', at('original'))
    assert.equal(code, 0)
  })
  afterEach(() => live.stop())

  it('stays unknown, and names the one it may be a copy of', async () => {
    await write('copy', { x: 'two', y: 'one', z: 'two' })
    const { code, stdout } = await verify('copy')
    assert.equal(code, 1)
    assert.match(stdout, /^unknown: /)
    assert.match(
      stdout,
      /\? the same files under other names as org01\/original@1 \([0-9a-f]{12}\), registered by person1 \(org01\) in block 1: a copy\?\n/,
    )
  })

  it('is no copy with one file more, one changed, or one twice in place of another', async () => {
    await write('more', { x: 'two', y: 'one', z: 'two', e: '' })
    await write('other', { x: 'two', y: 'one', z: 'owt' })
    await write('twice', { x: 'one', y: 'one', z: 'two' })
    for (const name of ['more', 'other', 'twice']) {
      const { code, stdout } = await verify(name)
      assert.deepEqual([code, /same files/.test(stdout)], [1, false], name)
    }
  })

  it('is told from a changed one where the original is expected', async () => {
    await write('copy', { x: 'two', y: 'one', z: 'two' })
    const { code, stdout } = await verify('copy', '--against', 'original@1')
    assert.equal(code, 1)
    assert.match(stdout, /^modified: .*\? the same files, under other names\n/s)
  })
})

describe('a name that an artefact of the organisation has already', () => {
  const folder = useTemporaryFolder()
  let live: LiveLedger

  beforeEach(async () => {
    live = await LiveLedger.start(folder())
  })
  afterEach(() => live.stop())

  it('is told before it means several things, and not where another version is named', async () => {
    const path = join(folder(), 'set.csv')
    const certify = async (text: string, ...flags: readonly string[]) => {
      await writeFile(path, text)
      const run = await live.run(1, 'certify', 'dataset', path, ...flags)
      assert.equal(run.code, 0, run.stderr)
      return run
    }
    const first = await certify('1')
    assert.doesNotMatch(first.stderr, /NOTE/)
    const short = String(first.json()['id']).slice(0, 12)
    assert.match(
      (await certify('2')).stderr,
      new RegExp(`NOTE: org01/set\\.csv@1 is the name of ${short} too.*--name set\\.csv@VERSION`),
    )
    assert.doesNotMatch((await certify('3', '--name', 'set.csv@2')).stderr, /NOTE/)
  })
})
