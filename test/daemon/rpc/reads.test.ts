import assert from 'node:assert/strict'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { ArtefactAnswer, ArtefactList } from '../../../protocol/api/artefacts.ts'
import { AuthorAnswer, PeopleAnswer } from '../../../protocol/api/authors.ts'
import { BlockAnswer } from '../../../protocol/api/blocks.ts'
import { LineageAnswer } from '../../../protocol/api/lineage.ts'
import { Problem } from '../../../protocol/api/problem.ts'
import { RecordAnswer } from '../../../protocol/api/records.ts'
import { ResolveAnswer } from '../../../protocol/api/resolve.ts'
import { ChainStatus, NodeStatus } from '../../../protocol/api/status.ts'
import { parseReceipt } from '../../../protocol/receipts/receipt.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { sampleFamily } from '../../protocol/queries/sample-ledger.ts'
import { testPerson } from '../../support/keys.ts'
import { ask } from './ask.ts'
import { type FakeNode, startFakeNode, stopFakeNodes } from './fake-node.ts'

const family = sampleFamily()
const { ledger } = family

describe('reading over the local API', () => {
  let node: FakeNode
  beforeEach(async () => {
    node = await startFakeNode(ledger)
  })
  afterEach(stopFakeNodes)

  const get = (path: string) => ask({ socket: node.socket, path })

  /** A good answer, which its schema admits. */
  async function read(path: string, schema: TSchema) {
    const { status, json } = await get(node.base + path)
    assert.equal(status, 200, JSON.stringify(json))
    const [fault] = Value.Errors(schema, json)
    assert.equal(fault, undefined)
    return json
  }

  async function refused(path: string) {
    const { status, json, headers } = await get(path)
    assert.match(headers['content-type'] ?? '', /^application\/problem\+json/)
    assert.ok(Value.Check(Problem, json))
    assert.equal(json.status, status)
    assert.equal(json.type, `https://pedigree.dev/problems/${json.code}`)
    return { status, code: json.code }
  }

  it('says who the node is and which chains it follows', async () => {
    const { status, json } = await get('/v1/status')
    assert.equal(status, 200)
    assert.ok(Value.Check(NodeStatus, json))
    assert.equal(json.organisation, 'org01')
    assert.deepEqual(json.chains, [
      { chain: ledger.genesis.chain, name: ledger.genesis.document.name },
    ])
  })

  it('says how the chain is: height, committee, faults tolerated, disk', async () => {
    const status = await read('/status', ChainStatus)
    assert.equal(status['height'], 4)
    assert.equal(status['sync'], 'in-sync')
    assert.equal(status['peers'], 3)
    assert.equal(status['faultsTolerated'], 1)
    assert.ok(Number(status['diskBytesFree']) > 0)
    const committee = status['committee'] as { self: boolean; connected: boolean }[]
    assert.deepEqual(
      committee.map(({ self }) => self),
      [true, false, false, false],
    )
  })

  it('says when it is alone or behind', async () => {
    node.driver.connected = [1]
    assert.equal((await read('/status', ChainStatus))['sync'], 'alone')
    node.driver.behind = 12
    const behind = await read('/status', ChainStatus)
    assert.equal(behind['sync'], 'behind')
    assert.equal(behind['behindBlocks'], 12)
  })

  it('shows an artefact with its edges and events, and how fresh that is', async () => {
    const child = await read(`/artefacts/${family.child.id}`, ArtefactAnswer)
    assert.equal(child['name'], 'child')
    assert.equal((child['parents'] as unknown[]).length, 2)
    assert.deepEqual(child['asOf'], {
      height: 4,
      timeMs: node.driver.status().headTimeMs,
      sync: 'in-sync',
      behindBlocks: 0,
    })
    const photos = await read(`/artefacts/${family.photos.id}`, ArtefactAnswer)
    assert.equal(photos['state'], 'retired')
  })

  it('pages through the artefacts', async () => {
    const first = await read('/artefacts?limit=3', ArtefactList)
    assert.equal((first['artefacts'] as unknown[]).length, 3)
    const second = await read(`/artefacts?limit=3&after=${first['next']}`, ArtefactList)
    assert.equal((second['artefacts'] as unknown[]).length, 2)
    assert.equal(second['next'], undefined)
  })

  it('shows the family tree, as deep as asked', async () => {
    const path = `/lineage/${family.grandchild.id}`
    assert.equal(((await read(path, LineageAnswer))['nodes'] as unknown[]).length, 5)
    assert.equal(((await read(`${path}?depth=0`, LineageAnswer))['nodes'] as unknown[]).length, 1)
  })

  it('shows a block by height and by id', async () => {
    const block = await read('/blocks/3', BlockAnswer)
    assert.deepEqual(block['records'], [family.child.id, family.grandchild.id])
    assert.deepEqual(await read(`/blocks/${block['id']}`, BlockAnswer), block)
  })

  it('shows a committed record with its exact bytes', async () => {
    const record = await read(`/records/${family.base.id}`, RecordAnswer)
    assert.equal(record['status'], 'committed')
    assert.equal(record['height'], 2)
    const envelope = Buffer.from(String(record['envelope']), 'base64')
    assert.deepEqual(envelope, Buffer.from(family.base.envelope))
  })

  it('resolves names, digests and prefixes; a bare name is of this organisation', async () => {
    const matches = async (q: string, more = '') => {
      const path = `/resolve?q=${encodeURIComponent(q)}${more}`
      return (await read(path, ResolveAnswer))['matches'] as { record: string; by: string }[]
    }
    assert.equal((await matches('digits'))[0]?.record, family.digits.id)
    assert.equal((await matches('org02/base@1'))[0]?.record, family.base.id)
    assert.equal((await matches('base', '&organisation=org02'))[0]?.by, 'name')
    assert.equal((await matches(family.child.id.slice(0, 12)))[0]?.by, 'prefix')
    assert.deepEqual(await matches('nothing-of-that-name'), [])
  })

  it('gives an author the nonce after all that are used or pending', async () => {
    const { did } = testPerson(0)
    const author = await read(`/authors/${did}`, AuthorAnswer)
    assert.equal(author['organisation'], 'org01')
    assert.equal(author['class'], 'person')
    assert.equal(author['valid'], true)
    assert.equal(author['nextNonce'], 4)
  })

  it('finds the people of an organisation by their name', async () => {
    const { did } = testPerson(0)
    const named = async (name: string) => {
      const { people } = await read(`/people?organisation=org01&name=${name}`, PeopleAnswer)
      return people
    }
    const who = { organisation: 'org01', class: 'person', name: 'person1', valid: true }
    assert.deepEqual(await named('person1'), [{ did, ...who }])
    assert.deepEqual(await named('camera1'), [])
    const nameless = await get(`${node.base}/people?organisation=org01`)
    assert.equal(nameless.status, 400)
  })

  it('gives a receipt, with and without the ancestors', async () => {
    const records = async (query: string) => {
      const { status, bytes, headers } = await get(
        `${node.base}/receipts/${family.grandchild.id}${query}`,
      )
      assert.equal(status, 200)
      assert.equal(headers['content-type'], 'application/octet-stream')
      const receipt = parseReceipt(new Uint8Array(bytes))
      assert.ok(!isRejection(receipt))
      return receipt.records.length
    }
    assert.equal(await records(''), 5)
    assert.equal(await records('?ancestors=true'), 5)
    assert.equal(await records('?ancestors=false'), 1)
  })

  it('gives genesis byte for byte', async () => {
    const { bytes, headers } = await get(`${node.base}/genesis`)
    assert.deepEqual(bytes, Buffer.from(ledger.genesisBytes))
    assert.match(headers['content-type'] ?? '', /^application\/json/)
  })

  it('describes itself: every route and its schemas', async () => {
    const { json } = await get('/openapi.json')
    const paths = Object.keys(json['paths'] as object)
    for (const path of [
      '/v1/status',
      '/v1/blobs',
      '/v1/directories',
      '/v1/chains/{chain}/records',
      '/v1/chains/{chain}/records/{id}',
      '/v1/chains/{chain}/artefacts/{id}/content',
      '/v1/chains/{chain}/lineage/{id}',
      '/v1/chains/{chain}/events',
    ]) {
      assert.ok(paths.includes(path), path)
    }
    assert.match(JSON.stringify(json), /faultsTolerated/)
  })

  it('counts its requests by route, not by path', async () => {
    await get(`${node.base}/blocks/3`)
    await get('/nowhere')
    const metrics = (await get('/metrics')).bytes.toString()
    const route = '/v1/chains/:chain/blocks/:block'
    assert.ok(
      metrics.includes(`pedigree_rpc_request_seconds_count{route="${route}",status="200"} 1`),
    )
    assert.ok(metrics.includes('route="unknown",status="404"'))
    assert.ok(metrics.includes('pedigree_nodejs_eventloop_lag_seconds'))
  })

  it('refuses what is not there, each with its code', async () => {
    const nothing = 'ab'.repeat(32)
    const expected: Record<string, [number, string]> = {
      '/nowhere': [404, 'unknown-path'],
      [`/v1/chains/${nothing}/status`]: [404, 'unknown-chain'],
      [`${node.base}/artefacts/${nothing}`]: [404, 'unknown-artefact'],
      [`${node.base}/artefacts/${family.retirement.id}`]: [404, 'unknown-artefact'],
      [`${node.base}/lineage/${nothing}`]: [404, 'unknown-artefact'],
      [`${node.base}/blocks/99`]: [404, 'unknown-block'],
      [`${node.base}/blocks/0`]: [404, 'unknown-block'],
      [`${node.base}/receipts/${nothing}`]: [404, 'unknown-subject'],
      [`${node.base}/authors/${testPerson(9).did}`]: [404, 'unknown-author-key'],
    }
    for (const [path, [status, code]] of Object.entries(expected)) {
      assert.deepEqual(await refused(path), { status, code }, path)
    }
  })

  it('refuses what does not fit its schema', async () => {
    const paths = [
      '/v1/chains/xyz/status',
      `${node.base}/artefacts/..%2f..%2fetc`,
      `${node.base}/artefacts?limit=0`,
      `${node.base}/artefacts?limit=many`,
      `${node.base}/artefacts?colour=red`,
      `${node.base}/records/${family.base.id}?waitMs=60001`,
      `${node.base}/records/${family.base.id}?waitMs=1&waitMs=2`,
      `${node.base}/resolve`,
      `${node.base}/resolve?q=${'a'.repeat(600)}`,
      `${node.base}/lineage/${family.base.id}?depth=-1`,
      `${node.base}/blocks/-1`,
      `${node.base}/blocks/1e3`,
      `${node.base}/authors/did:key:zshort`,
    ]
    for (const path of paths) {
      assert.deepEqual(await refused(path), { status: 400, code: 'bad-request' }, path)
    }
  })
})
