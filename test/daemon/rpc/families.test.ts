import assert from 'node:assert/strict'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { ArtefactAnswer } from '../../../protocol/api/artefacts.ts'
import {
  AffectedAnswer,
  DiffAnswer,
  LineageAnswer,
  ParticipantsAnswer,
} from '../../../protocol/api/lineage.ts'
import { PhasesAnswer, StoryAnswer } from '../../../protocol/api/story.ts'
import { richFamily } from '../../protocol/queries/family/rich-family.ts'
import { ask } from './ask.ts'
import { type FakeNode, startFakeNode, stopFakeNodes } from './fake-node.ts'

const family = richFamily(25)

describe('families over the local API', () => {
  let node: FakeNode
  beforeEach(async () => {
    node = await startFakeNode(family.ledger)
  })
  afterEach(stopFakeNodes)

  const get = (path: string) => ask({ socket: node.socket, path: node.base + path })

  /** A good answer, which its schema admits, and which says how fresh it is. */
  async function read<T extends TSchema>(path: string, schema: T) {
    const { status, json } = await get(path)
    assert.equal(status, 200, JSON.stringify(json))
    assert.equal(Value.Errors(schema, json)[0], undefined)
    assert.equal((json['asOf'] as { height: number }).height, 14)
    return json as Record<string, never>
  }

  const lengthOf = (list: unknown) => (list as unknown[]).length

  it('reach down as far as asked, by default one generation and the first few of it', async () => {
    const path = `/lineage/${family.merged.id}`
    const first = await read(path, LineageAnswer)
    assert.equal(lengthOf(first['nodes']), 6 + 20)
    assert.deepEqual(first['truncatedBelow'], { [family.merged.id]: 5 })
    const all = await read(`${path}?down=1000&depth=0`, LineageAnswer)
    assert.equal(lengthOf(all['nodes']), 1 + 25)
    const none = await read(`${path}?down=0&depth=0`, LineageAnswer)
    assert.deepEqual(none['truncatedBelow'], { [family.merged.id]: 25 })
  })

  it('give what is affected, and only name as much as asked', async () => {
    const path = `/lineage/${family.scans.id}/affected`
    const found = await read(`${path}?limit=3`, AffectedAnswer)
    assert.equal(found['total'], 29)
    assert.equal(lengthOf(found['artefacts']), 3)
    assert.equal(found['more'], 26)
    assert.equal(lengthOf((await read(path, AffectedAnswer))['artefacts']), 29)
  })

  it('give everyone who took part, what differs, and the whole story of one artefact', async () => {
    const found = await read(`/lineage/${family.base.id}/participants`, ParticipantsAnswer)
    assert.equal(lengthOf(found['people']), 3)
    const diff = await read(`/lineage/${family.base.id}/diff/${family.tuned.id}`, DiffAnswer)
    assert.equal(lengthOf(diff['changed']), 1)
    const story = await read(`/artefacts/${family.base.id}/story`, StoryAnswer)
    assert.equal(lengthOf(story['records']), 8)
    const phases = await read(`/artefacts/${family.base.id}/phases`, PhasesAnswer)
    assert.equal(lengthOf(phases['records']), 3)
  })

  it('show owner, recall and origins of an artefact of any type', async () => {
    const clean = await read(`/artefacts/${family.clean.id}`, ArtefactAnswer)
    assert.deepEqual(clean['recall'], { record: family.recall.id, height: 13, by: 'committee' })
    assert.equal(lengthOf(clean['inputs']), 1)
    const base = await read(`/artefacts/${family.base.id}`, ArtefactAnswer)
    assert.equal(base['owner'], 'org03')
    assert.equal(base['unknownAncestry'], true)
    const pipeline = await read(`/artefacts/${family.pipeline.id}`, ArtefactAnswer)
    assert.equal(pipeline['type'], 'pipeline')
  })

  it('refuse what is no artefact, and numbers that are none', async () => {
    const nowhere = 'ab'.repeat(32)
    for (const path of [
      `/lineage/${nowhere}`,
      `/lineage/${family.recall.id}/affected`,
      `/lineage/${nowhere}/participants`,
      `/lineage/${family.base.id}/diff/${nowhere}`,
      `/artefacts/${family.recall.id}/story`,
      `/artefacts/${family.recall.id}/phases`,
    ]) {
      const { status, json } = await get(path)
      assert.deepEqual([status, json['code']], [404, 'unknown-artefact'], path)
    }
    for (const query of ['?down=-1', '?down=1001', '?depth=x', '?sideways=1']) {
      const { status } = await get(`/lineage/${family.base.id}${query}`)
      assert.equal(status, 400, query)
    }
    assert.equal((await get(`/lineage/${family.base.id}/affected?limit=10001`)).status, 400)
  })
})
