import assert from 'node:assert/strict'
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readNodeKeys } from '../../../daemon/keys/key-file.ts'
import { KEY_FORMAT, nodeKeyFile } from '../../../protocol/home.ts'
import { type TestRole, testRoleKey } from '../../support/keys.ts'
import { temporaryFolder } from '../temporary-folder.ts'

type NodeRole = Extract<TestRole, 'consensus' | 'record' | 'network'>
const ROLES: readonly NodeRole[] = ['consensus', 'record', 'network']

function keyFile(role: NodeRole, more: object = {}): string {
  const { did, seed } = testRoleKey(0, role)
  const secret = Buffer.from(seed).toString('base64')
  return JSON.stringify({ format: KEY_FORMAT, class: role, name: role, did, secret, ...more })
}

describe('the key files of a node', () => {
  const file = temporaryFolder()
  const path = (role: NodeRole) => file(nodeKeyFile(role))

  beforeEach(async () => {
    await mkdir(dirname(path('consensus')), { recursive: true })
    for (const role of ROLES) await writeFile(path(role), keyFile(role), { mode: 0o600 })
  })

  it('are read with their secrets', async () => {
    const keys = await readNodeKeys(file(''))
    for (const role of ROLES) {
      assert.equal(keys[role].did, testRoleKey(0, role).did)
      assert.deepEqual(Buffer.from(keys[role].seed), Buffer.from(testRoleKey(0, role).seed))
    }
  })

  it('are refused when others may have read them', async () => {
    for (const mode of [0o640, 0o604, 0o660, 0o777]) {
      await chmod(path('record'), mode)
      await assert.rejects(readNodeKeys(file('')), { code: 'secret-permissions' })
    }
  })

  it('are refused when they are missing, links, folders, or far too long', async () => {
    await rm(path('network'))
    await assert.rejects(readNodeKeys(file('')), { code: 'secret-missing' })
    await symlink(path('record'), path('network'))
    await assert.rejects(readNodeKeys(file('')), { code: 'secret-unreadable' })
    await rm(path('network'))
    await mkdir(path('network'))
    await assert.rejects(readNodeKeys(file('')), { code: 'secret-unreadable' })
    await rm(path('network'), { recursive: true })
    await writeFile(path('network'), ' '.repeat(5_000), { mode: 0o600 })
    await assert.rejects(readNodeKeys(file('')), { code: 'secret-unreadable' })
  })

  it('are refused when they are no key files, without a word of the secret', async () => {
    const secret = testRoleKey(0, 'consensus').seed
    const text = Buffer.from(secret).toString('base64')
    const bad = [
      '',
      '{',
      '[]',
      keyFile('consensus', { format: 'pedigree-key/2' }),
      keyFile('consensus', { x: 1 }),
      keyFile('consensus', { secret: text.slice(4) }),
    ]
    for (const content of bad) {
      await writeFile(path('consensus'), content)
      await assert.rejects(readNodeKeys(file('')), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'key-malformed')
        assert.ok(!error.message.includes(text.slice(4, 20)))
        return true
      })
    }
  })

  it('are refused when the secret is of another key or another role', async () => {
    await writeFile(
      path('consensus'),
      keyFile('consensus', { did: testRoleKey(1, 'consensus').did }),
    )
    await assert.rejects(readNodeKeys(file('')), { code: 'key-mismatch' })
    await writeFile(path('consensus'), keyFile('record'))
    await assert.rejects(readNodeKeys(file('')), { code: 'key-mismatch' })
  })
})
