import assert from 'node:assert/strict'
import { chmod, chown, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CliError } from '../../cli/cli-error.ts'
import { checkSocketFolder } from '../../cli/home/socket-folder.ts'
import { ownSocketFolder } from '../../daemon/rpc/socket-path.ts'
import { itWhere, NOT_ROOT } from '../support/where.ts'
import { useTemporaryFolder } from './support/temporary-folder.ts'

describe('the folder for sockets of deep homes', () => {
  const folder = useTemporaryFolder()
  const place = () => join(folder(), 'sockets')
  const isForbidden = (error: unknown) =>
    error instanceof CliError && error.code === 'node-forbidden'

  it('is made by the node for its user alone, and used again', async () => {
    checkSocketFolder(folder(), place())
    await ownSocketFolder(place())
    await ownSocketFolder(place())
    checkSocketFolder(folder(), place())
  })

  const traps: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['is open to others', () => mkdir(place()).then(() => chmod(place(), 0o755))],
    ['is a link', () => symlink(folder(), place())],
    ['is a file', () => writeFile(place(), '', { mode: 0o600 })],
  ]
  for (const [what, lay] of traps) {
    it(`is used by neither side when it ${what}`, async () => {
      await lay()
      await assert.rejects(ownSocketFolder(place()), { code: 'socket-folder-unsafe' })
      assert.throws(() => checkSocketFolder(folder(), place()), isForbidden)
    })
  }

  itWhere(NOT_ROOT, 'is used by neither side when it belongs to another user', async () => {
    await mkdir(place(), { mode: 0o700 })
    await chown(place(), 64_243, 64_243)
    await assert.rejects(ownSocketFolder(place()), { code: 'socket-folder-unsafe' })
    assert.throws(() => checkSocketFolder(folder(), place()), isForbidden)
  })

  itWhere(NOT_ROOT, 'serves nobody but the owner of the home', async () => {
    const home = join(folder(), 'home')
    await mkdir(home)
    await chown(home, 64_243, 64_243)
    assert.throws(() => checkSocketFolder(home, place()), isForbidden)
  })
})
