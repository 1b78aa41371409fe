import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { takeLock } from '../../../daemon/storage/lock.ts'
import { temporaryFolder } from '../temporary-folder.ts'

describe('the lock on a home', () => {
  const at = temporaryFolder()

  it('is refused while its process lives, naming it', async () => {
    const release = await takeLock(at('lock'))
    await assert.rejects(takeLock(at('lock')), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'home-in-use')
      assert.match(error.message, new RegExp(`process ${process.pid} `))
      return true
    })
    await release()
  })

  it('can be taken again once it was given back', async () => {
    await (await takeLock(at('lock')))()
    await (await takeLock(at('lock')))()
  })

  for (const [what, content] of [
    ['of a process that is gone', '999999999 1'],
    ['whose process id belongs to another process now', `${process.pid} 1`],
    ['that says nothing', ''],
  ] as const) {
    it(`takes over a lock ${what}`, async () => {
      await writeFile(at('lock'), content)
      const release = await takeLock(at('lock'))
      assert.match(await readFile(at('lock'), 'utf8'), new RegExp(`^${process.pid} `))
      await release()
    })
  }
})
