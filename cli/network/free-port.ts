import { createServer } from 'node:net'
import { cliError, systemCode } from '../cli-error.ts'

/**
 * A TCP port that is free now, on a host of this machine.
 *
 * @param port the one that is wanted; 0 lets the system choose
 * @throws CliError `no-free-port`
 */
export async function freePort(host: string, port = 0): Promise<number> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port, exclusive: true }, resolve)
    })
  } catch (error) {
    const code = systemCode(error)
    const why = code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${code})`
    throw cliError('no-free-port', `port ${port} on ${host} ${why}`, {
      cause: error,
      hint: 'name another with --listen or --port',
    })
  }
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address === 'object' && address !== null) return address.port
  throw cliError('no-free-port', `the system names no port on ${host}`)
}
