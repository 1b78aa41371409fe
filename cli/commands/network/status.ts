import type { Command } from 'commander'
import type { ChainStatus, NodeStatus } from '../../../protocol/api/status.ts'
import type { GenesisDocument } from '../../../protocol/chain/genesis.ts'
import type { Context } from '../../context.ts'
import { given } from '../../given.ts'
import { describeDeclarations } from '../../network/describe-genesis.ts'
import { formatBytes, formatDuration, formatFreshness } from '../../output/format.ts'
import { printable } from '../../output/printable.ts'
import { openSession } from '../../session.ts'
import { examples } from '../options.ts'
import type { Run } from '../run-handler.ts'
import { toleranceWords } from './network.ts'

export function addStatusCommand(program: Command, run: Run): void {
  program
    .command('status')
    .description('height, in sync or behind, committee, peers, faults tolerated, disk')
    .addHelpText('after', examples('pedigree --home ./acme status', 'pedigree --json status'))
    .action(run(status))
}

async function status(context: Context): Promise<undefined> {
  const { rpc, chain, genesis } = await openSession(context)
  const node = await rpc.nodeStatus()
  const state = await chain.status()
  const { version, organisation, peerId, uptimeMs } = node
  const { artefactTypes, architectureRules } = genesis.document
  const declared = given({ artefactTypes, architectureRules })
  const document = { ...state, ...declared, node: { version, organisation, peerId, uptimeMs } }
  const lines = [...linesOf(node, state, Date.now()), ...declarations(genesis.document)]
  context.output.result(document, lines)
  return undefined
}

function linesOf(node: NodeStatus, state: ChainStatus, nowMs: number): readonly string[] {
  const { network, height, headTimeMs, sync, behindBlocks, committee, faultsTolerated } = state
  const freshness = { height, timeMs: headTimeMs, sync, behindBlocks }
  return [
    `${printable(network)}, node of ${printable(node.organisation)}: ${formatFreshness(freshness, nowMs)}`,
    `  committee   ${committee.map(describeMember).join(', ')}`,
    `  ${toleranceWords(faultsTolerated)}; ${signingWords(state)}`,
    `  view        ${state.view}, led by ${printable(state.leader)}`,
    `  peers       ${state.peers} connected`,
    `  waiting     ${state.poolRecords} records`,
    `  disk        ${formatBytes(state.diskBytesFree)} free`,
    `  up          ${formatDuration(node.uptimeMs)}, version ${printable(node.version)}`,
    `  chain       ${state.chain}`,
  ]
}

function signingWords({ maySign, rejoin }: ChainStatus): string {
  if (maySign) return 'this node may sign'
  if (rejoin === undefined) return 'this node signs nothing now: its log says why'
  return rejoin.signsFrom === undefined
    ? 'this node signs nothing: what it has signed before is lost, and `pedigree rejoin` lets it begin again'
    : `this node signs from block ${rejoin.signsFrom} on, once it is started again`
}

function declarations(document: GenesisDocument): readonly string[] {
  return describeDeclarations(document).map((line) => `  ${line}`)
}

function describeMember({ organisation, connected, self }: ChainStatus['committee'][number]) {
  const how = self ? 'this node' : connected ? 'connected' : 'not connected'
  return `${printable(organisation)} (${how})`
}
