import { ChainParams, RecordParams } from '../../../protocol/api/common.ts'
import { RecordAnswer, RecordQuery, SubmitResult } from '../../../protocol/api/records.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { base64Encode } from '../../../protocol/encoding/base64.ts'
import { ENVELOPE_BYTES_MAX } from '../../../protocol/limits.ts'
import { readCommittedEnvelope } from '../../../protocol/queries/read-record.ts'
import { refuse } from '../../../protocol/rejection.ts'
import type { ChainContext, Chains } from '../chains.ts'
import type { RpcDeps } from '../deps.ts'
import type { App } from '../fastify-app.ts'
import { asOf } from '../freshness.ts'
import { refused } from '../problem-error.ts'
import { noteRefusal } from '../refusals.ts'
import { ledgerOf } from '../run-query.ts'

/** @param scope an instance of its own: here a JSON body means its exact bytes */
export function recordRoutes(scope: App, deps: RpcDeps, chains: Chains): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )

  scope.post(
    '/v1/chains/:chain/records',
    { schema: { params: ChainParams, response: { 200: SubmitResult } } },
    ({ params, body }) => submit(deps, chains.of(params.chain), body),
  )

  scope.get(
    '/v1/chains/:chain/records/:id',
    {
      schema: { params: RecordParams, querystring: RecordQuery, response: { 200: RecordAnswer } },
    },
    ({ params, query }) => recordAnswer(chains.of(params.chain), params.id, query.waitMs ?? 0),
  )
}

async function submit(deps: RpcDeps, chain: ChainContext, body: unknown): Promise<SubmitResult> {
  const envelope = Buffer.isBuffer(body) ? new Uint8Array(body) : new Uint8Array(0)
  if (envelope.length > ENVELOPE_BYTES_MAX) {
    const size = `${envelope.length} bytes, at most ${ENVELOPE_BYTES_MAX}`
    throw refused(refuse('too-large', size))
  }
  const answer = await chain.driver.submit(envelope)
  if (answer.status === 'refused') {
    noteRefusal(deps, chain.genesis.chain, { envelope, rejection: answer.rejection })
    throw refused(answer.rejection)
  }
  if (answer.status === 'committed') return answer
  chain.pending.add(answer.record, envelope)
  return answer
}

async function recordAnswer(
  chain: ChainContext,
  id: Digest,
  waitMs: number,
): Promise<RecordAnswer> {
  const before = committedAnswer(chain, id)
  if (before !== undefined) return before
  const outcome = await chain.driver.waitSettled(id, waitMs)
  const after = committedAnswer(chain, id)
  if (after !== undefined) return after
  const fresh = { id, asOf: asOf(chain) }
  if (outcome?.status === 'refused') {
    const { rejected, detail } = outcome.rejection
    return { ...fresh, status: 'refused', rejection: { rejected, detail } }
  }
  if (outcome?.status === 'expired') return { ...fresh, status: 'expired' }
  return { ...fresh, status: chain.pending.has(id) ? 'pending' : 'unknown' }
}

function committedAnswer(chain: ChainContext, id: Digest): RecordAnswer | undefined {
  const found = readCommittedEnvelope(ledgerOf(chain), id)
  if (found === undefined) return undefined
  const { position, envelope } = found
  const { height, logIndex, timeMs } = position
  return {
    id,
    status: 'committed',
    height,
    logIndex,
    timeMs,
    envelope: base64Encode(envelope),
    asOf: asOf(chain),
  }
}
