import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openHome, rpcSocketOf } from '../../../cli/home/home.ts'
import { writeKeyFile } from '../../../cli/keys/key-file.ts'
import { createRpcServer, type RpcServer } from '../../../daemon/rpc/server.ts'
import type { Genesis } from '../../../protocol/chain/genesis.ts'
import { HOME_FILES, HOME_FORMAT, userKeyFile } from '../../../protocol/home.ts'
import { parseEnvelope } from '../../../protocol/records/envelope.ts'
import { isRejection, type Rejection } from '../../../protocol/rejection.ts'
import type { SubmitAnswer } from '../../../protocol/replica/effect.ts'
import { type FakeNode, startFakeNode, stopFakeNodes } from '../../daemon/rpc/fake-node.ts'
import { SampleLedger } from '../../protocol/queries/sample-ledger.ts'
import { testOrganisation, testRoleKey } from '../../support/keys.ts'
import { runHere } from './in-process.ts'
import type { CliRun } from './run-cli.ts'

/**
 * A chain of four organisations on which every record is a block at once: the real rules, queries and
 * local API behind the real command line, without the consensus in between.
 */
export class LiveLedger {
  readonly ledger: SampleLedger
  readonly node: FakeNode
  readonly #folder: string
  readonly #servers: RpcServer[] = []

  private constructor(folder: string, ledger: SampleLedger, node: FakeNode) {
    this.#folder = folder
    this.ledger = ledger
    this.node = node
    node.driver.submit = async (envelope) => this.#submit(envelope)
  }

  /**
   * @param folder where the homes go
   * @param genesis what the nodes go by, where it is another one than that of the homes
   */
  static async start(folder: string, genesis?: Genesis): Promise<LiveLedger> {
    // Records of the command line expire an hour from now; blocks lie a second apart.
    const ledger = new SampleLedger(4, Date.now() - 60_000)
    if (genesis !== undefined) Object.assign(ledger, { genesis })
    const live = new LiveLedger(await realpath(folder), ledger, await startFakeNode(ledger))
    for (let org = 1; org <= 4; org++) await live.#makeHome(org)
    return live
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) await server.close()
    await stopFakeNodes()
  }

  /** @param org 1 to 4 */
  home(org: number): string {
    return join(this.#folder, testOrganisation(org - 1))
  }

  /** With --json. */
  run(org: number, ...args: readonly string[]): Promise<CliRun> {
    return runHere(['--home', this.home(org), '--json', ...args])
  }

  /** As people see it. */
  say(org: number, ...args: readonly string[]): Promise<CliRun> {
    return runHere(['--home', this.home(org), ...args])
  }

  async #makeHome(org: number): Promise<void> {
    const home = this.home(org)
    const organisation = testOrganisation(org - 1)
    await mkdir(join(home, HOME_FILES.userKeys), { recursive: true, mode: 0o700 })
    const config = { format: HOME_FORMAT, organisation, listen: [], announce: [] }
    await writeFile(join(home, HOME_FILES.config), JSON.stringify(config))
    await writeFile(join(home, HOME_FILES.genesis), this.ledger.genesisBytes)
    for (const keyClass of ['person', 'admin'] as const) {
      const name = keyClass === 'admin' ? 'admin' : `person${org}`
      const { did, seed } = testRoleKey(org - 1, keyClass)
      await writeKeyFile(join(home, userKeyFile(keyClass, name)), {
        class: keyClass,
        name,
        did,
        seed,
      })
    }
    const socket = rpcSocketOf(await openHome(home))
    await mkdir(dirname(socket), { recursive: true })
    const server = createRpcServer({ ...this.node.deps, organisation }, { socket })
    await server.listen()
    this.#servers.push(server)
  }

  #submit(envelope: Uint8Array): SubmitAnswer {
    const record = parseEnvelope(envelope)
    if (isRejection(record)) return { status: 'refused', rejection: record }
    try {
      const { height, timeMs } = this.ledger.commit(record)
      const { headId } = this.node.driver.status()
      const block = { height, id: headId, timeMs, view: 0, records: [record.id] }
      this.node.driver.tell({ kind: 'block', block })
      return { status: 'committed', record: record.id, height }
    } catch (error) {
      return { status: 'refused', rejection: JSON.parse((error as Error).message) as Rejection }
    }
  }
}
