import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomically, writeError } from '../../../cli/home/atomic-write.ts'
import { expect, expectationOf } from '../../../cli/home/expectations.ts'
import { withFileLock } from '../../../cli/home/file-lock.ts'
import type { Home } from '../../../cli/home/home.ts'
import { reserveNonce } from '../../../cli/home/nonces.ts'
import { forgetPending, pendingWithIntent, savePending } from '../../../cli/home/pending.ts'
import { generateKey, readKeyFile, writeKeyFile } from '../../../cli/keys/key-file.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { digestOf } from '../../../protocol/digest.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { PENDING_FORMAT, socketFolder, socketPath } from '../../../protocol/home.ts'
import { rejectsWith } from '../support/rejects-with.ts'
import { useTemporaryFolder } from '../support/temporary-folder.ts'

const CHAIN = 'c'.repeat(64) as Digest
const RECORD = 'a'.repeat(64) as Digest

function homeIn(path: string): Home {
  const config = {
    format: 'pedigree-home/1',
    organisation: 'acme',
    listen: [],
    announce: [],
  } as const
  return { path, config, own: join(path, 'user') }
}

describe('the files of a home', () => {
  const folder = useTemporaryFolder()
  const home = () => homeIn(folder())
  const at = (name: string) => join(folder(), name)

  beforeEach(async () => {
    await mkdir(at('user/pending'), { recursive: true })
  })

  it('are written whole, and leave no draft behind', async () => {
    await writeAtomically(at('file'), 'one')
    await writeAtomically(at('file'), 'two')
    assert.equal(await readFile(at('file'), 'utf8'), 'two')
    assert.deepEqual((await readdir(folder())).sort(), ['file', 'user'])
  })

  it('are never overwritten where that is asked for', async () => {
    await writeAtomically(at('file'), 'one')
    await rejectsWith(writeAtomically(at('file'), 'two', { exclusive: true }), 'path-exists')
    assert.equal(await readFile(at('file'), 'utf8'), 'one')
  })

  it('say when the disk refuses', async () => {
    await rejectsWith(
      writeAtomically(at('no/such/folder'), 'x'),
      'write-failed',
      /there is no folder .*no\/such$/,
    )
    await rejectsWith(writeAtomically('/dev/full/x', 'x'), 'write-failed', /ENOTDIR/)
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' })
    await rejectsWith(Promise.reject(writeError('/data/x', full)), 'disk-full', /\/data\/x/)
  })

  it('reserve each nonce once, also for commands at the same time', async () => {
    const wanted = Array.from({ length: 8 }, () => reserveNonce(home(), CHAIN, 'did:key:z1', 3))
    const nonces = (await Promise.all(wanted)).sort((a, b) => a - b)
    assert.deepEqual(nonces, [3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('follow the ledger where it is ahead, and keep authors and chains apart', async () => {
    assert.equal(await reserveNonce(home(), CHAIN, 'did:key:z1', 0), 1)
    assert.equal(await reserveNonce(home(), CHAIN, 'did:key:z1', 40), 40)
    assert.equal(await reserveNonce(home(), CHAIN, 'did:key:z1', 0), 41)
    assert.equal(await reserveNonce(home(), CHAIN, 'did:key:z2', 0), 1)
    assert.equal(await reserveNonce(home(), RECORD, 'did:key:z1', 0), 1)
  })

  it('say that they are damaged, and do not start over', async () => {
    await writeFile(at('user/nonces.json'), '{"format":"pedigree-nonces/1",')
    await rejectsWith(reserveNonce(home(), CHAIN, 'did:key:z1', 0), 'home-damaged', /not JSON/)
    await writeFile(at('user/nonces.json'), '{"format":"pedigree-nonces/9"}')
    await rejectsWith(reserveNonce(home(), CHAIN, 'did:key:z1', 0), 'home-damaged', /format/)
  })

  it('take over the lock of a process that is gone', async () => {
    await writeFile(at('lock'), '999999999')
    assert.equal(await withFileLock(at('lock'), async () => 'done'), 'done')
    assert.deepEqual(await readdir(folder()), ['user'])
  })

  it('find a pending record by what it was meant to say', async () => {
    const pending = {
      format: PENDING_FORMAT,
      record: RECORD,
      chain: CHAIN,
      intent: 'certify x',
      expires: 1,
      envelope: 'e30=',
    } as const
    await savePending(home(), pending)
    assert.deepEqual(await pendingWithIntent(home(), CHAIN, 'certify x'), pending)
    assert.equal(await pendingWithIntent(home(), CHAIN, 'certify y'), undefined)
    assert.equal(await pendingWithIntent(home(), RECORD, 'certify x'), undefined)
    await forgetPending(home(), RECORD)
    assert.equal(await pendingWithIntent(home(), CHAIN, 'certify x'), undefined)
  })

  it('remember what is expected of a path, and of no other', async () => {
    const expectation = { chain: CHAIN, record: RECORD, sha256: RECORD, form: 'file' } as const
    await expect(home(), '/data/model', expectation)
    assert.deepEqual(await expectationOf(home(), '/data/model'), expectation)
    assert.equal(await expectationOf(home(), 'toString'), undefined)
  })
})

describe('key files', () => {
  const folder = useTemporaryFolder()
  const path = () => join(folder(), 'key.json')

  it('keep a key for its owner alone', async () => {
    const key = generateKey('person', 'alice')
    await writeKeyFile(path(), key)
    assert.equal((await stat(path())).mode & 0o777, 0o600)
    assert.deepEqual(await readKeyFile(path()), key)
  })

  it('are never overwritten', async () => {
    await writeKeyFile(path(), generateKey('person', 'alice'))
    await rejectsWith(writeKeyFile(path(), generateKey('person', 'bob')), 'key-exists')
  })

  it('are refused when others may read them', async () => {
    await writeFile(path(), '{}', { mode: 0o644 })
    await rejectsWith(readKeyFile(path()), 'key-exposed', /others on this machine/)
  })

  it('are refused when secret and name do not belong together', async () => {
    const key = generateKey('person', 'alice')
    await writeKeyFile(path(), { ...key, did: generateKey('person', 'bob').did })
    await rejectsWith(readKeyFile(path()), 'key-damaged')
  })

  it('are refused when they are cut short', async () => {
    await writeKeyFile(path(), generateKey('person', 'alice'))
    const text = await readFile(path(), 'utf8')
    await writeFile(path(), text.slice(0, -20))
    await rejectsWith(readKeyFile(path()), 'key-damaged')
  })

  it('are named when they are missing', async () => {
    await rejectsWith(readKeyFile(path()), 'key-missing', /key\.json/)
  })
})

describe('the socket of a home', () => {
  const digest = digestOf(utf8Encode('x'))

  it('lies in the home', () => {
    assert.equal(socketPath('/srv/acme', digest, '/tmp'), '/srv/acme/rpc.sock')
  })

  it('moves to a short path, in bytes, for a home that is too deep', () => {
    const exact = `/${'h'.repeat(90)}`
    const own = socketFolder('/tmp', 1000)
    assert.equal(socketPath(exact, digest, own), `${exact}/rpc.sock`)
    const short = `/tmp/pedigree-1000/${digest.slice(0, 24)}.sock`
    assert.equal(socketPath(`${exact}x`, digest, own), short)
    assert.equal(socketPath(`/${'é'.repeat(46)}`, digest, own), short)
  })
})
