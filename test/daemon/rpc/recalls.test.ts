import assert from 'node:assert/strict'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { AdvisoryAnswer, AdvisoryList, ImpactAnswer } from '../../../protocol/api/advisories.ts'
import { FlagsAnswer, RecallAnswer, RecallList } from '../../../protocol/api/recalls.ts'
import { SampleLedger } from '../../protocol/queries/sample-ledger.ts'
import {
  edgeTo,
  signedAdvisory,
  signedDataset,
  signedModel,
  signedRecall,
  signedStatus,
} from '../../support/records.ts'
import { ask } from './ask.ts'
import { type FakeNode, startFakeNode, stopFakeNodes } from './fake-node.ts'

const ledger = new SampleLedger()
const software = [{ purl: 'pkg:pypi/scikit-learn@1.2.0' }]
const data = signedDataset({ org: 0, nonce: 1, more: { software } })
const model = signedModel({ org: 1, nonce: 1, datasets: [edgeTo(data)] })
const recall = signedRecall(data, { org: 0, nonce: 2 })
const proposal = signedRecall(model, { org: 2 })
const advisory = signedAdvisory({ org: 3, nonce: 1 })
const answer = signedStatus(model, advisory, { org: 1, nonce: 2 })
ledger.commit(data, model)
ledger.commit(recall, proposal, advisory)
ledger.commit(answer)

describe('recalls and advisories over the local API', () => {
  let node: FakeNode
  beforeEach(async () => {
    node = await startFakeNode(ledger)
  })
  afterEach(stopFakeNodes)

  async function read<T extends TSchema>(path: string, schema: T) {
    const { status, json } = await ask({ socket: node.socket, path: node.base + path })
    assert.equal(status, 200, JSON.stringify(json))
    const [fault] = Value.Errors(schema, json)
    assert.equal(fault, undefined)
    assert.equal((json['asOf'] as { height: number }).height, 3)
    return json
  }

  async function refused(path: string) {
    const { status, json } = await ask({ socket: node.socket, path: node.base + path })
    return [status, json['code']]
  }

  it('flag a descendant with recall, advisory and answer', async () => {
    const flags = await read(`/artefacts/${model.id}/flags`, FlagsAnswer)
    const [recalls, advisories] = [flags['recalls'], flags['advisories']] as { record: string }[][]
    assert.deepEqual(
      recalls?.map(({ record }) => record),
      [recall.id],
    )
    assert.deepEqual(
      advisories?.map(({ record }) => record),
      [advisory.id],
    )
    assert.match(JSON.stringify(advisories), /not_affected/)
  })

  it('flag with the advisories of some organisations only, when asked so', async () => {
    const path = `/artefacts/${model.id}/flags`
    const all = await read(path, FlagsAnswer)
    const [{ organisation }] = all['advisories'] as [{ organisation: string }]
    const theirs = await read(`${path}?from=nobody,${organisation}`, FlagsAnswer)
    assert.deepEqual(theirs['advisories'], all['advisories'])
    const others = await read(`${path}?from=nobody,no.body`, FlagsAnswer)
    assert.deepEqual([others['advisories'], others['recalls']], [[], all['recalls']])
    for (const from of ['', ',', 'a,', 'A', 'a'.repeat(5_000)]) {
      assert.equal((await refused(`${path}?from=${from}`))[0], 400, from.slice(0, 8))
    }
  })

  it('list recalls and proposals, page by page', async () => {
    const all = await read('/recalls?current=true', RecallList)
    assert.equal((all['recalls'] as unknown[]).length, 2)
    const page = await read('/recalls?limit=1', RecallList)
    assert.equal((page['recalls'] as unknown[]).length, 1)
    const rest = await read(`/recalls?limit=1&after=${page['next']}`, RecallList)
    assert.equal((rest['recalls'] as { standing: string }[])[0]?.standing, 'open')
  })

  it('show one recall, and one advisory with what it touches', async () => {
    assert.equal((await read(`/recalls/${recall.id}`, RecallAnswer))['standing'], 'in-force')
    await read(`/advisories/${advisory.id}`, AdvisoryAnswer)
    const list = await read('/advisories', AdvisoryList)
    assert.equal((list['advisories'] as unknown[]).length, 1)
    const impact = await read(`/advisories/${advisory.id}/affected`, ImpactAnswer)
    assert.equal((impact['artefacts'] as unknown[]).length, 2)
  })

  it('refuse ids of other things, and pages that are too long', async () => {
    assert.deepEqual(await refused(`/recalls/${advisory.id}`), [404, 'unknown-record'])
    assert.deepEqual(await refused(`/advisories/${recall.id}`), [404, 'unknown-record'])
    assert.deepEqual(await refused(`/advisories/${recall.id}/affected`), [404, 'unknown-record'])
    assert.deepEqual(await refused(`/artefacts/${recall.id}/flags`), [404, 'unknown-artefact'])
    assert.deepEqual(await refused('/recalls?limit=501'), [400, 'bad-request'])
    assert.deepEqual(await refused('/advisories?limit=101'), [400, 'bad-request'])
  })

  it('are documented', async () => {
    const { json } = await ask({ socket: node.socket, path: '/openapi.json' })
    const paths = Object.keys(json['paths'] as object)
    for (const path of ['/recalls', '/recalls/{id}', '/advisories', '/artefacts/{id}/flags']) {
      assert.ok(paths.includes(`/v1/chains/{chain}${path}`), path)
    }
  })
})
