import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

const runFile = promisify(execFile)

/** Users without a name: nothing else on the machine runs as them. */
const FIRST_USER = 64_101

/** One machine of its own, as far as the network and the file system can tell. */
export interface Host {
  /** IPv4 address that the others can reach. */
  readonly address: string
  /** Numeric id of the user, who owns the home. */
  readonly user: number
  /** A command line that runs another in this host. */
  command(args: readonly string[]): readonly string[]
}

/** Hosts on one bridge. */
export class Namespaces {
  readonly hosts: readonly Host[]
  readonly #bridge: string
  readonly #names: readonly string[]

  private constructor(count: number) {
    const tag = randomBytes(2).toString('hex')
    this.#bridge = `pgb${tag}`
    this.#names = Array.from({ length: count }, (_, index) => `pgn${tag}${index + 1}`)
    this.hosts = this.#names.map((name, index) => ({
      address: `10.213.77.${index + 1}`,
      user: FIRST_USER + index,
      command: (args) => ['ip', 'netns', 'exec', name, ...asUser(FIRST_USER + index), ...args],
    }))
  }

  /** @returns why it cannot be done here; undefined when it can */
  static async obstacle(): Promise<string | undefined> {
    if (process.getuid?.() !== 0) return 'it takes root'
    const probe = `pgp${randomBytes(2).toString('hex')}`
    try {
      await runFile('setpriv', ['--version'])
      await runFile('ip', ['netns', 'add', probe])
      await runFile('ip', ['link', 'add', probe, 'type', 'bridge'])
      return undefined
    } catch (error) {
      return `this machine refuses: ${String(error)}`
    } finally {
      await runFile('ip', ['link', 'del', probe]).catch(() => undefined)
      await runFile('ip', ['netns', 'del', probe]).catch(() => undefined)
    }
  }

  static async create(count: number): Promise<Namespaces> {
    const namespaces = new Namespaces(count)
    try {
      await namespaces.#build()
      return namespaces
    } catch (error) {
      await namespaces.remove()
      throw error
    }
  }

  async #build(): Promise<void> {
    await ip('link', 'add', this.#bridge, 'type', 'bridge')
    await ip('link', 'set', this.#bridge, 'up')
    for (const [index, name] of this.#names.entries()) {
      const { address } = this.hosts[index] as Host
      const outside = `pgv${name.slice(3)}`
      await ip('netns', 'add', name)
      await ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
      await ip('link', 'set', outside, 'master', this.#bridge, 'up')
      await ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', 'eth0')
      await ip('-n', name, 'link', 'set', 'eth0', 'up')
      await ip('-n', name, 'link', 'set', 'lo', 'up')
    }
  }

  /** The ends of the cables go with the namespaces. */
  async remove(): Promise<void> {
    for (const name of this.#names) await ip('netns', 'del', name).catch(() => undefined)
    await ip('link', 'del', this.#bridge).catch(() => undefined)
  }
}

function ip(...args: readonly string[]): Promise<unknown> {
  return runFile('ip', args)
}

function asUser(user: number): readonly string[] {
  return ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--no-new-privs']
}
