import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { artefactSpeed } from './bench/artefact-speed.ts'
import { captureOverhead } from './bench/capture-overhead.ts'
import { Author, ENVELOPE_BYTES } from './bench/certificates.ts'
import { residentBytes } from './bench/counters.ts'
import { type Devnet, startDevnet } from './bench/devnet.ts'
import { lineageSpeed } from './bench/lineage-speed.ts'
import { type Network, runLoad } from './bench/load.ts'
import type { BenchReport } from './bench/measured.ts'
import { NodeClient } from './bench/node-client.ts'
import { stateTreeCost } from './bench/state-tree-cost.ts'
import { tableOf } from './bench/table.ts'

const USAGE = `Measures a network of four real processes on this machine.

  npm run bench                         everything, in about a minute
                -- --seconds N          so long for each load (default 15)
                   --skip-artefacts     no files
                   --skip-lineage       no family trees of 100,000 artefacts
                   --skip-capture       no commands under 'pedigree run'
                   --json FILE          the report for programs
`
const OPTIONS = {
  seconds: { type: 'string', default: '15' },
  'skip-artefacts': { type: 'boolean', default: false },
  'skip-lineage': { type: 'boolean', default: false },
  'skip-capture': { type: 'boolean', default: false },
  json: { type: 'string' },
} as const
const SECONDS_MAX = 120
const WARM_UP_SECONDS = 3
const CLIENTS = 64
/** Signed ahead by each organisation for each second of load. */
const AHEAD_PER_SECOND = 700

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS })
  const seconds = Number(values.seconds)
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > SECONDS_MAX) {
    process.stderr.write(USAGE)
    return 2
  }
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'pedigree-bench-')))
  try {
    // Before the network starts: it is one process that reads from its own disk.
    if (!values['skip-lineage']) say('lineages among 100,000 artefacts')
    const lineage = values['skip-lineage']
      ? {}
      : { lineage: await lineageSpeed(join(folder, 'lineage')) }
    const measured = await measure(folder, { seconds, artefacts: !values['skip-artefacts'] })
    if (!values['skip-capture']) say('commands under `pedigree run`')
    const capture = values['skip-capture']
      ? {}
      : { capture: await captureOverhead(join(folder, 'capture')) }
    const report: BenchReport = { ...measured, ...lineage, ...capture }
    process.stdout.write(tableOf(report))
    if (values.json !== undefined)
      await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`)
    return 0
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Plan {
  readonly seconds: number
  readonly artefacts: boolean
}

async function measure(folder: string, plan: Plan): Promise<BenchReport> {
  say('four nodes start')
  const devnet = await startDevnet(join(folder, 'net'))
  const interrupt = () => void devnet.stop()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  const { nodes, chain } = devnet
  const clients = nodes.map(({ home }) => new NodeClient(home, chain, CLIENTS))
  try {
    say('the certificates are signed')
    const authors = await signAhead(devnet, plan.seconds)
    return await measureNetwork(folder, plan, { nodes, clients, authors })
  } finally {
    for (const client of clients) client.close()
    await devnet.stop()
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

async function signAhead({ nodes, chain }: Devnet, seconds: number): Promise<readonly Author[]> {
  const authors: Author[] = []
  for (const { home } of nodes) {
    const author = await Author.ofHome(home, chain)
    author.signAhead((seconds + WARM_UP_SECONDS) * AHEAD_PER_SECOND)
    authors.push(author)
  }
  return authors
}

async function measureNetwork(folder: string, plan: Plan, network: Network): Promise<BenchReport> {
  const { seconds } = plan
  const total = seconds + WARM_UP_SECONDS
  const common = { seconds, warmUpSeconds: WARM_UP_SECONDS }
  say(`one client, ${total} s`)
  const lone = await runLoad(network, { ...common, clients: 1 })
  say(`${CLIENTS} clients, ${total} s`)
  const load = await runLoad(network, { ...common, clients: CLIENTS })
  const memory = []
  for (const { organisation, pid } of network.nodes) {
    memory.push({ organisation, residentBytes: await residentBytes(pid) })
  }
  say('the state tree')
  const stateTreeMicrosPerRecord = stateTreeCost()
  if (plan.artefacts) say('a file of 256 MiB, a directory of 5,000 files')
  const artefacts = plan.artefacts ? await artefactSpeed(network, join(folder, 'file')) : undefined
  const [cpu] = cpus()
  return {
    format: 'pedigree-bench/1',
    machine: { cpus: cpus().length, model: cpu?.model ?? 'unknown', node: process.version },
    nodes: network.nodes.length,
    envelopeBytes: ENVELOPE_BYTES,
    load,
    lone,
    stateTreeMicrosPerRecord,
    memory,
    ...(artefacts === undefined ? {} : { artefacts }),
  }
}

function say(text: string): void {
  process.stderr.write(`bench: ${text}\n`)
}

process.exitCode = await main()
