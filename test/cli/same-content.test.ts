import assert from 'node:assert/strict'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LiveLedger } from './live-ledger.ts'
import { useTemporaryFolder } from './temporary-folder.ts'

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

  it('are recognised behind the salt of a copy, by who signs it and by who has both', async () => {
    await certify(1, original)
    assert.match((await certify(2, copy, '--salted')).stderr, SENTENCE)
    const later = await certify(2, copy, '--salted', '--yes')
    assert.equal(later.code, 0)
    assert.match((await live.say(2, 'verify', copy)).stdout, SENTENCE)
    assert.doesNotMatch((await live.say(3, 'show', later.id)).stdout, /the same bytes/)
  })
})
