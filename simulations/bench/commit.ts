import type { Digest } from '../../protocol/digest.ts'
import type { NodeClient } from './node-client.ts'

const COMMIT_MS_MAX = 60_000

/**
 * Submits a record to the first of the nodes, and waits until all of them have it.
 *
 * @throws Error when the network does not take it
 */
export async function commit(
  { id, envelope }: { readonly id: Digest; readonly envelope: Uint8Array },
  clients: readonly NodeClient[],
): Promise<void> {
  await clients[0]?.submit(envelope)
  for (const client of clients) {
    const { status } = await client.record(id, COMMIT_MS_MAX)
    if (status !== 'committed') throw new Error(`the artefact is ${status}`)
  }
}
