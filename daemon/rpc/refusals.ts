import type { Digest } from '../../protocol/digest.ts'
import { parseEnvelope } from '../../protocol/records/envelope.ts'
import { isRejection, type Rejection, type RejectionCode } from '../../protocol/rejection.ts'
import type { RpcDeps } from './deps.ts'

/** Refusals that say how busy the node is, and nothing about who tried what. */
const BUSY: ReadonlySet<RejectionCode> = new Set(['pool-full', 'rate-limited'])

/**
 * Keeps the trace of a record that this node refused: who signed it, and why not. The author of a
 * forged one is only whom it names.
 */
export function noteRefusal(
  { metrics, log }: Pick<RpcDeps, 'metrics' | 'log'>,
  chain: Digest,
  { envelope, rejection }: { readonly envelope: Uint8Array; readonly rejection: Rejection },
): void {
  const { rejected, detail } = rejection
  metrics.ofChain(chain).recordRefused(rejected)
  if (BUSY.has(rejected)) return
  const record = parseEnvelope(envelope)
  const what = isRejection(record)
    ? {}
    : { author: record.ledger.author, record: record.id, type: record.type }
  log.warn({ chain, rejected, detail, ...what }, 'a submitted record was refused')
}
