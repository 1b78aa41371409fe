import { setTimeout as sleep } from 'node:timers/promises'
import type { Digest } from '../../protocol/digest.ts'
import { CliError, cliError } from '../cli-error.ts'
import { rpcSocketOf } from '../home/home.ts'
import { RpcClient } from '../rpc/rpc-client.ts'
import type { RunningNode } from './running-node.ts'

const POLL_MS = 100
const READY_MS_MAX = 90_000

/**
 * Waits until every node answers, sees all the others and may sign: from then on the network commits.
 *
 * @throws CliError `node-failed` with its last words when one ends, `timed-out`
 */
export async function awaitReady(
  nodes: readonly RunningNode[],
  chain: Digest,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + READY_MS_MAX
  const waiting = new Set(nodes)
  while (waiting.size > 0) {
    for (const node of waiting) {
      if (node.exitCode !== undefined) throw await ended(node)
      if (await isReady(node, chain, nodes.length, signal)) waiting.delete(node)
    }
    if (waiting.size === 0) return
    if (performance.now() > deadline) throw late([...waiting])
    await sleep(POLL_MS, undefined, { signal })
  }
}

async function isReady(
  { home }: RunningNode,
  chain: Digest,
  members: number,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const status = await new RpcClient(rpcSocketOf(home), signal).chain(chain).status()
    return status.peers >= members - 1 && status.maySign && status.sync !== 'behind'
  } catch (error) {
    // A node that is just starting refuses connections, or does not know its chain yet.
    if (error instanceof CliError) return false
    throw error
  }
}

async function ended(node: RunningNode): Promise<Error> {
  const { organisation } = node.home.config
  const words = await node.lastWords()
  return cliError(
    'node-failed',
    `the node of ${organisation} ended with code ${node.exitCode}:\n${words}`,
    { hint: 'is another network running in this folder, or is its port taken?' },
  )
}

function late(nodes: readonly RunningNode[]): Error {
  const names = nodes.map(({ home }) => home.config.organisation).join(', ')
  return cliError('timed-out', `not ready after ${READY_MS_MAX / 1_000} s: ${names}`, {
    hint: 'their logs are in DIR/ORG/node/node.log',
  })
}
