import type { Command } from 'commander'
import { COMMITTEE_MEMBERS_MAX } from '../../../protocol/limits.ts'
import type { Context } from '../../context.ts'
import { awaitReady } from '../../devnet/await-ready.ts'
import { type Devnet, prepareDevnet } from '../../devnet/prepare-network.ts'
import { RunningNode } from '../../devnet/running-node.ts'
import { EXIT, type ExitCode } from '../../exit-codes.ts'
import { given } from '../../given.ts'
import { type DeclarationFlags, readDeclarations } from '../../network/declarations.ts'
import { examples, integerOption } from '../options.ts'
import type { Run } from '../run-handler.ts'

interface DevnetOptions extends DeclarationFlags {
  readonly nodes: number
  readonly dir: string
  readonly port?: number
}

const PORT_MAX = 65_535

export function addDevnetCommand(program: Command, run: Run): void {
  program
    .command('devnet')
    .description('a whole network on loopback, one process for each organisation; Ctrl-C stops all')
    .option('--nodes <n>', 'how many organisations', integerOption(1, COMMITTEE_MEMBERS_MAX), 4)
    .option('--dir <dir>', 'their homes: DIR/org1, DIR/org2, …; used again if there', './devnet')
    .option('--port <port>', 'listen on this port and the next ones', integerOption(1, PORT_MAX))
    .option('--types <file>', 'artefact types of this network, as in: network create --help')
    .option('--architecture <file>', 'what it demands of its pipelines, as in: network create')
    .addHelpText(
      'after',
      examples('pedigree devnet', 'pedigree --json devnet --nodes 7 --dir /tmp/net'),
    )
    .action(run(devnet))
}

async function devnet(context: Context, options: DevnetOptions): Promise<ExitCode> {
  const { nodes, dir, port } = options
  const declarations = await readDeclarations(options)
  const network = await prepareDevnet({ dir, nodes, declarations, ...given({ port }) })
  const running: RunningNode[] = []
  // Whatever ends this process: nothing that it started stays behind.
  const killAll = () => {
    for (const node of running) if (node.exitCode === undefined) void node.kill()
  }
  process.once('exit', killAll)
  try {
    for (const home of network.homes) running.push(RunningNode.start(home))
    await awaitReady(running, network.genesis.chain, context.signal)
    announce(context, network, running)
    return await untilStopped(context, running)
  } finally {
    await Promise.all(running.map((node) => node.stop()))
    process.off('exit', killAll)
  }
}

function announce({ output }: Context, network: Devnet, running: readonly RunningNode[]): void {
  const { genesis, genesisPath, dir } = network
  const nodes = running.map(({ home, pid }) => {
    const { organisation, listen } = home.config
    return { organisation, home: home.path, pid: pid ?? null, listen }
  })
  const ready = { ready: true, network: genesis.document.name, chain: genesis.chain }
  const first = network.homes[0]?.path ?? dir
  output.result({ ...ready, dir, genesis: genesisPath, nodes }, [
    `ready: ${nodes.length} nodes of ${ready.network} in ${dir}; Ctrl-C stops them all`,
    ...nodes.map(({ organisation, home, pid }) => `  ${organisation}  pid ${pid}  --home ${home}`),
    `try: pedigree --home ${first} status`,
  ])
}

/** Restarts nothing: a node that ends is reported, and the others go on. */
async function untilStopped(
  { output, signal }: Context,
  running: readonly RunningNode[],
): Promise<ExitCode> {
  for (const { ended, home } of running) {
    void ended.then((code) => {
      if (signal.aborted) return
      output.note(`the node of ${home.config.organisation} ended with code ${code}`)
    })
  }
  const stopped = new Promise<ExitCode>((resolve) => {
    if (signal.aborted) resolve(EXIT.done)
    signal.addEventListener('abort', () => resolve(EXIT.done), { once: true })
  })
  const allEnded = Promise.all(running.map(({ ended }) => ended)).then(() => EXIT.refused)
  return Promise.race([stopped, allEnded])
}
