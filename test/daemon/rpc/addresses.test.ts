import assert from 'node:assert/strict'
import { chmod, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createRpcServer } from '../../../daemon/rpc/server.ts'
import { releaseSocketPath } from '../../../daemon/rpc/socket-path.ts'
import { loadToken } from '../../../daemon/rpc/token-file.ts'
import { SampleLedger } from '../../protocol/queries/sample-ledger.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { ask } from './ask.ts'
import { startFakeNode, stopFakeNodes } from './fake-node.ts'

const ledger = new SampleLedger()

describe('the socket of the local API', () => {
  afterEach(stopFakeNodes)
  const file = temporaryFolder()

  it('may be opened by the owner and the group', async () => {
    const node = await startFakeNode(ledger)
    assert.equal((await stat(node.socket)).mode & 0o777, 0o660)
  })

  it('is gone after a clean stop, and the node forgets its listeners', async () => {
    const node = await startFakeNode(ledger)
    await node.server.close()
    await assert.rejects(stat(node.socket), { code: 'ENOENT' })
    assert.equal(node.driver.listeners.size, 0)
  })

  it('takes the place of one that a killed node left behind', async () => {
    const path = file('rpc.sock')
    await leaveStaleSocket(path)
    assert.ok((await stat(path)).isSocket())
    await releaseSocketPath(path)
    await assert.rejects(stat(path), { code: 'ENOENT' })
  })

  it('never takes the place of a node that listens, or of a file', async () => {
    const node = await startFakeNode(ledger)
    const second = createRpcServer(node.deps, { socket: node.socket })
    await assert.rejects(second.listen(), { code: 'socket-in-use' })
    assert.equal((await ask({ socket: node.socket, path: '/v1/status' })).status, 200)
    await writeFile(file('precious'), 'text')
    await assert.rejects(releaseSocketPath(file('precious')), { code: 'socket-in-use' })
    assert.equal(await readFile(file('precious'), 'utf8'), 'text')
  })
})

/** A socket file that nobody listens on: renamed away before its server closes. */
async function leaveStaleSocket(path: string): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(`${path}.live`, resolve))
  await rename(`${path}.live`, path)
  await new Promise((resolve) => server.close(resolve))
}

describe('the local API on TCP', () => {
  afterEach(stopFakeNodes)
  const file = temporaryFolder()

  async function startTcp() {
    const node = await startFakeNode(ledger, { tcp: true })
    const port = node.server.port() ?? 0
    const token = (await readFile(join(node.home, 'token'), 'utf8')).trim()
    const good = { host: `127.0.0.1:${port}`, authorization: `Bearer ${token}` }
    const get = async (headers: Record<string, string>, path = '/v1/status') => {
      const { status, json, headers: got } = await ask({ port, path, headers })
      return { status, code: json['code'], headers: got }
    }
    return { node, port, token, good, get }
  }

  it('answers who shows the token and asks for loopback', async () => {
    const { good, get, port } = await startTcp()
    assert.equal((await get(good)).status, 200)
    assert.equal((await get({ ...good, host: `localhost:${port}` })).status, 200)
    assert.equal((await get({ ...good, host: `[::1]:${port}` })).status, 200)
  })

  it('refuses a missing or wrong token, on every route', async () => {
    const { good, get, token, node } = await startTcp()
    const bad = [
      '',
      'Bearer ',
      `Bearer ${token}0`,
      `Bearer ${token.slice(1)}`,
      `Basic ${token}`,
      token,
    ]
    for (const authorization of bad) {
      const { status, code } = await get({ ...good, authorization })
      assert.deepEqual([status, code], [401, 'unauthorized'])
    }
    const paths = [
      '/metrics',
      '/openapi.json',
      '/nowhere',
      `${node.base}/records/${'a'.repeat(64)}`,
    ]
    for (const path of paths) assert.equal((await get({ host: good.host }, path)).status, 401, path)
  })

  it('refuses a foreign Host even with the token: a rebound name', async () => {
    const { good, get, port } = await startTcp()
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', '127.0.0.1:1']) {
      const { status, code } = await get({ ...good, host })
      assert.deepEqual([status, code], [403, 'host-refused'], host)
    }
  })

  it('lets no page of another origin read its answers', async () => {
    const { good, get, port, node } = await startTcp()
    const { headers } = await get({ ...good, origin: 'https://evil.example' })
    assert.equal(headers['access-control-allow-origin'], undefined)
    const preflight = {
      ...good,
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
    }
    const path = `${node.base}/records`
    const { status, headers: got } = await ask({
      port,
      path,
      method: 'OPTIONS',
      headers: preflight,
    })
    assert.equal(status, 404)
    assert.equal(got['access-control-allow-methods'], undefined)
  })

  it('keeps one token, in a file that nobody else can read', async () => {
    const token = await loadToken(file('token'))
    assert.match(token, /^[0-9a-f]{64}$/)
    assert.equal((await stat(file('token'))).mode & 0o777, 0o600)
    assert.equal(await loadToken(file('token')), token)
    await chmod(file('token'), 0o644)
    await assert.rejects(loadToken(file('token')), { code: 'secret-permissions' })
  })

  it('takes nothing for a token that is none', async () => {
    await writeFile(file('token'), 'short', { mode: 0o600 })
    await assert.rejects(loadToken(file('token')), { code: 'secret-unreadable' })
  })
})
