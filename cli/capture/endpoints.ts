import { networkInterfaces } from 'node:os'
import { ENDPOINTS_MAX } from './bounds.ts'

/**
 * Where a command got something from over a network. What its own processes listened on is left out: a
 * worker that talks to its parent brings in nothing from elsewhere.
 */
export class Endpoints {
  readonly #connected = new Set<string>()
  readonly #own = new Set<string>()
  #missed = 0

  /** How many went beyond the bound. */
  get missed(): number {
    return this.#missed
  }

  /** @param address `1.2.3.4:80`, `[::1]:80`, `name:80` or the path of a socket */
  connected(address: string): void {
    if (this.#connected.has(address)) return
    if (this.#connected.size < ENDPOINTS_MAX) this.#connected.add(address)
    else this.#missed++
  }

  /** An address that a process of the command took for itself. */
  bound(address: string): void {
    if (this.#own.size < ENDPOINTS_MAX) this.#own.add(plainAddress(address))
  }

  /** Of others, in the order in which they were first seen. */
  ofOthers(): readonly string[] {
    const hosts = hostsOfThisMachine()
    return [...this.#connected].filter((address) => !this.#isOwn(plainAddress(address), hosts))
  }

  /** Whoever listens on all addresses of a machine is reached by each of them. */
  #isOwn(address: string, hosts: ReadonlySet<string>): boolean {
    if (this.#own.has(address)) return true
    const [, host, port] = /^(.*):(\d+)$/.exec(address) ?? []
    if (host === undefined || !(hosts.has(host) || host.startsWith('127.'))) return false
    return ANY_ADDRESS.some((any) => this.#own.has(`${any}:${port}`))
  }
}

const ANY_ADDRESS = ['0.0.0.0', '::']

function hostsOfThisMachine(): ReadonlySet<string> {
  const cards = Object.values(networkInterfaces()).flatMap((card) => card ?? [])
  return new Set(['localhost', '::1', ...ANY_ADDRESS, ...cards.map(({ address }) => address)])
}

/** Without brackets, and an IPv4 address as such wherever it was written as one of IPv6. */
function plainAddress(address: string): string {
  return address.replace(/^\[(.*)\]/, '$1').replace(/^::ffff:(?=\d+\.)/i, '')
}
