import { chmod } from 'node:fs/promises'
import { SOCKET_MODE } from '../../protocol/home.ts'
import { isSystemError, isWorldTrouble } from '../system-error.ts'
import { createApp } from './app.ts'
import type { RpcDeps } from './deps.ts'
import type { App } from './fastify-app.ts'
import { guardTcp } from './guard-tcp.ts'
import { releaseSocketPath } from './socket-path.ts'
import { loadToken } from './token-file.ts'

export interface RpcAddresses {
  /** Path of the Unix socket: who may open it may do everything. */
  readonly socket: string
  /** Also on loopback, for those who show the token. */
  readonly tcp?: TcpAddress
}

export interface TcpAddress {
  readonly host: '127.0.0.1' | '::1'
  /** 0 takes any free port. */
  readonly port: number
  /** Holds the bearer token, mode 0600; written when missing. */
  readonly tokenFile: string
}

/** The local API cannot have its TCP port. */
export class TcpPortError extends Error {
  override readonly name = 'TcpPortError'
  readonly code = 'rpc-port-unusable'

  constructor(port: number, cause: unknown) {
    const isTaken = isSystemError(cause, 'EADDRINUSE')
    const why = isTaken ? 'is taken' : `cannot be had (${String(cause)})`
    super(`port ${port} for the local API ${why}: name another with --rpc-tcp`, { cause })
  }
}

export interface RpcServer {
  /**
   * @throws SocketInUseError when another node listens there
   * @throws TcpPortError when the port is taken, or not for this user
   * @throws SecretFileError when others may have read the token
   */
  listen(): Promise<void>
  /** The TCP port, once it listens there. */
  port(): number | undefined
  /** Ends what is under way: clients ask again. */
  close(): Promise<void>
}

export function createRpcServer(deps: RpcDeps, addresses: RpcAddresses): RpcServer {
  const open: App[] = []
  let port: number | undefined
  return {
    listen: async () => {
      open.push(await listenOnSocket(deps, addresses.socket))
      if (addresses.tcp === undefined) return
      const app = await listenOnTcp(deps, addresses.tcp)
      open.push(app)
      port = portOf(app)
    },
    port: () => port,
    close: async () => {
      await Promise.all(open.splice(0).map((app) => app.close()))
    },
  }
}

async function listenOnSocket(deps: RpcDeps, path: string): Promise<App> {
  await releaseSocketPath(path)
  const app = await createApp(deps)
  await app.listen({ path })
  await chmod(path, SOCKET_MODE)
  deps.log.info({ path }, 'the local API listens')
  return app
}

async function listenOnTcp(deps: RpcDeps, { host, port, tokenFile }: TcpAddress): Promise<App> {
  const token = await loadToken(tokenFile)
  const app = await createApp(deps, (bare) => guardTcp(bare, token))
  await app.listen({ host, port }).catch(async (cause: unknown) => {
    await app.close()
    throw isWorldTrouble(cause) ? new TcpPortError(port, cause) : cause
  })
  deps.log.info({ host, port: portOf(app) }, 'the local API listens on TCP')
  return app
}

function portOf(app: App): number | undefined {
  const address = app.server.address()
  return typeof address === 'object' ? address?.port : undefined
}
