import { statfs } from 'node:fs/promises'
import {
  AuthorAnswer,
  AuthorParams,
  PeopleAnswer,
  PeopleQuery,
} from '../../../protocol/api/authors.ts'
import { ChainParams } from '../../../protocol/api/common.ts'
import { ResolveAnswer, ResolveQuery } from '../../../protocol/api/resolve.ts'
import { ChainStatus, type CommitteeMember, NodeStatus } from '../../../protocol/api/status.ts'
import { faultsTolerated } from '../../../protocol/chain/committee.ts'
import { peopleNamed } from '../../../protocol/queries/people.ts'
import { stateView } from '../../../protocol/queries/read-record.ts'
import { resolveQuery } from '../../../protocol/queries/resolve.ts'
import {
  isKeyValidAt,
  type KeyHistory,
  readKeyHistory,
} from '../../../protocol/rules/key-history.ts'
import { decodeNonceWindow } from '../../../protocol/rules/nonce-window.ts'
import { stateKey } from '../../../protocol/storage-keys.ts'
import type { ChainContext, Chains } from '../chains.ts'
import type { RpcDeps } from '../deps.ts'
import type { App } from '../fastify-app.ts'
import { asOf } from '../freshness.ts'
import { fail } from '../problem-error.ts'
import { runQuery } from '../run-query.ts'

/** The node, its chains, and who is who on them. */
export function statusRoutes(app: App, deps: RpcDeps, chains: Chains): void {
  const startedMs = performance.now()
  app.get('/v1/status', { schema: { response: { 200: NodeStatus } } }, (): NodeStatus => {
    const { version, organisation, peerId } = deps
    const followed = deps.chains.map(({ genesis }) => ({
      chain: genesis.chain,
      name: genesis.document.name,
    }))
    const uptimeMs = Math.round(performance.now() - startedMs)
    return { version, organisation, peerId, chains: followed, uptimeMs }
  })

  app.get(
    '/v1/chains/:chain/status',
    { schema: { params: ChainParams, response: { 200: ChainStatus } } },
    ({ params }) => chainStatus(chains.of(params.chain), deps.home),
  )

  app.get(
    '/v1/chains/:chain/authors/:did',
    { schema: { params: AuthorParams, response: { 200: AuthorAnswer } } },
    ({ params }) => authorAnswer(chains.of(params.chain), params.did),
  )

  app.get(
    '/v1/chains/:chain/people',
    {
      schema: { params: ChainParams, querystring: PeopleQuery, response: { 200: PeopleAnswer } },
    },
    async ({ params, query: { organisation, name } }): Promise<PeopleAnswer> => {
      const chain = chains.of(params.chain)
      const fresh = asOf(chain)
      const found = await runQuery(chain, (ledger) => peopleNamed(ledger, organisation, name))
      const people = found.map(({ did, history }) => keyAnswer(did, history, fresh.height))
      return { people, asOf: fresh }
    },
  )

  app.get(
    '/v1/chains/:chain/resolve',
    {
      schema: { params: ChainParams, querystring: ResolveQuery, response: { 200: ResolveAnswer } },
    },
    async ({ params, query }): Promise<ResolveAnswer> => {
      const chain = chains.of(params.chain)
      const { q, organisation = deps.organisation } = query
      const matches = await runQuery(chain, (ledger) => resolveQuery(ledger, q, organisation))
      return { query: q, matches }
    },
  )

  app.get(
    '/v1/chains/:chain/genesis',
    { schema: { params: ChainParams, response: { 200: {} } } },
    ({ params }, reply) =>
      reply.type('application/json').send(Buffer.from(chains.of(params.chain).genesisBytes)),
  )
}

async function chainStatus(chain: ChainContext, home: string): Promise<ChainStatus> {
  const { genesis, self, driver } = chain
  const { height, headTimeMs, view, leader, poolRecords, maySign, connected } = driver.status()
  const { sync, behindBlocks } = asOf(chain)
  const up = new Set(connected)
  const committee = genesis.committee.members.map(
    ({ organisation }, index): CommitteeMember => ({
      organisation,
      index,
      connected: index === self || up.has(index),
      self: index === self,
    }),
  )
  return {
    network: genesis.document.name,
    chain: genesis.chain,
    height,
    headTimeMs,
    sync,
    behindBlocks,
    committee,
    peers: committee.filter((member) => member.connected && !member.self).length,
    faultsTolerated: faultsTolerated(committee.length),
    view,
    leader: genesis.committee.members[leader]?.organisation ?? '',
    poolRecords,
    maySign,
    ...rejoinOf(chain),
    diskBytesFree: await bytesFree(home),
  }
}

function rejoinOf({ rejoin }: ChainContext): Pick<ChainStatus, 'rejoin'> {
  if (rejoin === undefined) return {}
  const { nonce, signsFrom } = rejoin
  return { rejoin: { nonce, ...(signsFrom === undefined ? {} : { signsFrom }) } }
}

async function bytesFree(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

function authorAnswer(chain: ChainContext, did: string): AuthorAnswer {
  const state = stateView(chain.store)
  const key = readKeyHistory(state, did)
  if (key === undefined) throw fail('unknown-author-key', `${did} is not registered on this chain`)
  const fresh = asOf(chain)
  const { highest } = decodeNonceWindow(state.get(stateKey.nonces(did)))
  return {
    ...keyAnswer(did, key, fresh.height),
    nextNonce: Math.max(highest, chain.pending.highestNonce(did)) + 1,
    asOf: fresh,
  }
}

function keyAnswer(did: string, key: KeyHistory, height: number) {
  const { organisation, class: keyClass, name } = key
  return { did, organisation, class: keyClass, name, valid: isKeyValidAt(key, height + 1) }
}
