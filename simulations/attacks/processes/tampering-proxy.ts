import { cp, mkdir } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { HOME_FILES } from '../../../protocol/home.ts'
import type { ProcessStage } from './stage.ts'

/** Words of one length: the one stands where the other stood. */
interface Tampering {
  readonly find: string
  readonly replace: string
}

interface ProxiedHome {
  readonly home: string
  /** How often something was replaced. */
  readonly replaced: () => number
  readonly close: () => Promise<void>
}

/** A home whose node answers through somebody who changes what it says. */
export async function homeBehindProxy(
  stage: ProcessStage,
  organisation: number,
  tampering: Tampering,
): Promise<ProxiedHome> {
  const own = stage.homeOf(organisation)
  const home = stage.path(`proxied-${organisation}`)
  await mkdir(home)
  for (const name of [HOME_FILES.config, HOME_FILES.identity, HOME_FILES.genesis, 'user']) {
    await cp(join(own, name), join(home, name), { recursive: true })
  }
  let count = 0
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const node = connect(join(own, HOME_FILES.socket))
    for (const socket of [client, node]) {
      sockets.add(socket)
      socket.on('error', () => client.destroy())
    }
    // What the node has said still reaches the client; whom the client left, the node needs not serve.
    client.on('close', () => node.destroy())
    client.pipe(node)
    node.pipe(replacing(tampering, () => count++)).pipe(client)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(join(home, HOME_FILES.socket), resolve)
  })
  return {
    home,
    replaced: () => count,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

function replacing({ find, replace }: Tampering, onReplaced: () => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const at = chunk.indexOf(find)
      if (at >= 0) {
        chunk.write(replace, at, 'latin1')
        onReplaced()
      }
      done(null, chunk)
    },
  })
}
