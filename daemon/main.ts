import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ConfigError } from './config/config.ts'
import { KeyFileError } from './keys/key-file.ts'
import { SecretFileError } from './keys/secret-file.ts'
import { HostError } from './network/host.ts'
import { TcpPortError } from './rpc/server.ts'
import { SocketFolderError, SocketInUseError } from './rpc/socket-path.ts'
import { type RunningNode, type StartOptions, startNode } from './start.ts'
import { type StorageCode, StorageError, storageFailure } from './storage/storage-error.ts'
import { isWorldTrouble } from './system-error.ts'

/** What a person, or whatever starts nodes for them, is told by the exit code. */
const EXIT = { stopped: 0, refused: 1, usage: 2, bug: 70, disk: 74 } as const
const PORT_MAX = 65_535
const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const

/** World trouble with a code and a sentence: no stack helps whoever reads it. */
const KNOWN = [
  ConfigError,
  KeyFileError,
  SecretFileError,
  StorageError,
  HostError,
  SocketInUseError,
  SocketFolderError,
  TcpPortError,
]

const DISK_CODES: ReadonlySet<StorageCode> = new Set(['disk-full', 'storage-failed'])

await main()

async function main(): Promise<void> {
  const asked = readArguments()
  if (asked === undefined) {
    return end(EXIT.usage, 'usage: node daemon/main.ts --home DIR [--rpc-tcp PORT]')
  }
  process.on('uncaughtException', (error) => fail(error))
  // What nobody waited for harms nobody: a connection that broke is no reason to leave the network.
  process.on('unhandledRejection', (error) => say(`nobody heard: ${describe(error)}`))
  const signals = watchSignals()
  try {
    const node = await startNode({ ...asked, fatal: fail })
    announce(node)
    await signals.asked
    await node.stop()
    process.exit(EXIT.stopped)
  } catch (error) {
    fail(error)
  }
}

/** Undefined for what is no command line of ours. */
function readArguments(): Pick<StartOptions, 'home' | 'rpcTcpPort'> | undefined {
  try {
    const options = { home: { type: 'string' }, 'rpc-tcp': { type: 'string' } } as const
    const { home, 'rpc-tcp': port } = parseArgs({ options }).values
    if (home === undefined) return undefined
    if (port === undefined) return { home }
    return isPort(port) ? { home, rpcTcpPort: Number(port) } : undefined
  } catch {
    return undefined
  }
}

function isPort(text: string): boolean {
  return /^[0-9]{1,5}$/.test(text) && Number(text) <= PORT_MAX
}

/** One line, so that whoever started the node knows when and where it answers. */
function announce(node: RunningNode): void {
  const { organisation, chain, height, socket, listen, rpcTcpPort } = node
  const ready = { ready: true, organisation, chain, height, socket, listen, rpcTcpPort }
  process.stdout.write(`${JSON.stringify(ready)}\n`)
}

/** The first signal asks, the second does not wait. One that comes during the start counts as well. */
function watchSignals(): { readonly asked: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  let count = 0
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (++count > 1) process.exit(128 + SIGNAL_NUMBERS[signal])
      resolve()
    })
  }
  return { asked: promise }
}

/** What the operating system refuses is trouble with the disk, wherever it arises. */
function fail(raised: unknown): void {
  const error =
    isWorldTrouble(raised) && !isKnown(raised) ? storageFailure('the node', raised) : raised
  end(exitCodeOf(error), describe(error))
}

function exitCodeOf(error: unknown): number {
  if (!isKnown(error)) return EXIT.bug
  const isDisk = error instanceof StorageError && DISK_CODES.has(error.code)
  return isDisk ? EXIT.disk : EXIT.refused
}

function isKnown(error: unknown): boolean {
  return KNOWN.some((kind) => error instanceof kind)
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as { readonly code?: unknown }
  return isKnown(error)
    ? `${String(code)}: ${error.message}`
    : `a bug: ${error.stack ?? error.message}`
}

/** Where it goes may be the disk that is full: then the exit code alone has to tell. */
function say(line: string): void {
  try {
    writeSync(process.stderr.fd, `pedigree: ${line}\n`)
  } catch {}
}

function end(code: number, line: string): void {
  say(line)
  process.exit(code)
}
