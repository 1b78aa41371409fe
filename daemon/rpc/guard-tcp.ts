import { createHash, timingSafeEqual } from 'node:crypto'
import type { App } from './fastify-app.ts'
import { fail } from './problem-error.ts'

const NAMES = ['127.0.0.1', '[::1]', 'localhost']

/**
 * What TCP needs and a Unix socket does not. Any web page can make a browser send requests to
 * loopback: a foreign Host header betrays a rebound name, and the token is what no page knows.
 */
export function guardTcp(app: App, token: string): void {
  const expected = digest(`Bearer ${token}`)
  app.addHook('onRequest', async ({ headers, socket }) => {
    const hosts = NAMES.map((name) => `${name}:${socket.localPort}`)
    if (headers.host === undefined || !hosts.includes(headers.host.toLowerCase())) {
      throw fail('host-refused', 'ask for 127.0.0.1, [::1] or localhost, with the port')
    }
    // Digests have one length, so that the comparison takes one time.
    if (!timingSafeEqual(digest(headers.authorization ?? ''), expected)) {
      throw fail('unauthorized', 'send the token of the token file as a bearer token')
    }
  })
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
