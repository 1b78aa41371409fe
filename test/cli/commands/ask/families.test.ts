import assert from 'node:assert/strict'
import type { Digest } from '../../../../protocol/digest.ts'
import { downstream } from '../../../../protocol/queries/family/downstream.ts'
import { lineage } from '../../../../protocol/queries/family/lineage.ts'
import { lineageDiff } from '../../../../protocol/queries/family/lineage-diff.ts'
import { participants } from '../../../../protocol/queries/family/participants.ts'
import { story } from '../../../../protocol/queries/family/story.ts'
import { type Query, runQuery } from '../../../../protocol/queries/query.ts'
import type { LedgerView } from '../../../../protocol/queries/read-record.ts'
import { richFamily } from '../../../protocol/queries/family/rich-family.ts'
import { runHere } from '../../support/in-process.ts'
import { ScriptedLedger } from '../../support/scripted-ledger.ts'
import { type Answer, AS_OF } from '../../support/scripted-node.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

const family = richFamily(25)
const { reader, genesis } = family.ledger

function answer(ask: (ledger: LedgerView) => Query<object | undefined>): Answer {
  const found = runQuery(ask({ reader, genesis }), reader)
  return found === undefined ? { problem: 'unknown-artefact' } : { json: { ...found, asOf: AS_OF } }
}

describe('the commands about families', () => {
  const folder = useTemporaryFolder()
  let ledger: ScriptedLedger

  beforeEach(async () => {
    ledger = await ScriptedLedger.create(folder())
    for (const record of [family.scans, family.clean, family.base, family.tuned, family.merged]) {
      ledger.committed.set(record.id, record)
    }
    const base = `/chains/${ledger.chain}`
    const idIn = (path: string, place: number) => path.split('/')[place] as Digest
    ledger.node
      .on('GET', `${base}/lineage/[^/]*`, ({ path, query }) => {
        const down = query.get('down')
        const reach = {
          up: Number(query.get('depth') ?? 1_000),
          ...(down === null ? {} : { down: Number(down) }),
        }
        return answer((view) => lineage(view, idIn(path, 5), reach))
      })
      .on('GET', `${base}/lineage/[^/]*/affected`, ({ path, query }) =>
        answer((view) => downstream(view, idIn(path, 5), Number(query.get('limit')))),
      )
      .on('GET', `${base}/lineage/[^/]*/participants`, ({ path }) =>
        answer((view) => participants(view, idIn(path, 5))),
      )
      .on('GET', `${base}/lineage/[^/]*/diff/[^/]*`, ({ path }) =>
        answer((view) => lineageDiff(view, idIn(path, 5), idIn(path, 7))),
      )
      .on('GET', `${base}/artefacts/[^/]*/story`, ({ path }) =>
        answer((view) => story(view, idIn(path, 5))),
      )
  })
  afterEach(() => ledger.node.close())

  /** What a person reads. */
  const say = (...args: string[]) => runHere(['--home', ledger.home, ...args])

  it('lineage draws up and down as far as asked, and elides what is wide unless told otherwise', async () => {
    const up = await say('lineage', family.merged.id, '--depth', '1')
    assert.equal(up.code, 0, up.stderr)
    assert.match(up.stdout, /\+1 more/)
    assert.match(up.stdout, /\+5 more/)
    const down = await say('lineage', family.scans.id, '--down')
    assert.match(down.stdout, /29 descendants: 5 generations, 3 organisations/)
    assert.match(down.stdout, /\+5 more, not drawn: --all/)
    const all = await say('lineage', family.scans.id, '--down', '--all')
    assert.doesNotMatch(all.stdout, /not drawn/)
    const two = await ledger.run('lineage', family.scans.id, '--down', '2')
    assert.equal(
      (two.json()['nodes'] as { depth: number }[]).every(({ depth }) => depth >= -2),
      true,
    )
  })

  it('lineage draws for other programs, and lists the people', async () => {
    assert.match(
      (await say('lineage', family.base.id, '--format', 'dot')).stdout,
      /^digraph lineage \{/,
    )
    assert.match(
      (await say('lineage', family.base.id, '--format', 'mermaid')).stdout,
      /^flowchart LR/,
    )
    const { root } = JSON.parse(
      (await say('lineage', family.base.id, '--format', 'json')).stdout,
    ) as {
      root: string
    }
    assert.equal(root, family.base.id)
    const people = await say('lineage', family.base.id, '--people')
    assert.match(people.stdout, /^3 signers of 3 organisations/)
    const both = await say('lineage', family.base.id, '--people', '--format', 'dot')
    assert.equal(both.code, 2)
    assert.equal((await say('lineage', family.base.id, '--down', 'x')).code, 2)
  })

  it('affected counts by generation, names owners, and says what it leaves out', async () => {
    const { code, stdout } = await say('affected', family.base.id, '--limit', '3')
    assert.equal(code, 0)
    const lines = stdout.split('\n')
    assert.equal(lines[0], '27 artefacts in 2 generations came from model acme/base@1')
    assert.equal(lines[1], 'owners: org01 (10), org03 (9), org02 (8)')
    assert.equal(lines[2], 'generation 1: 2 artefacts')
    assert.match(
      lines[3] ?? '',
      /^ {2}[0-9a-f]{12} {2}model org\d\d\/\w+@1, owner org\d\d, registered, unknown ancestry, /,
    )
    assert.equal(lines[5], 'generation 2: 25 artefacts, 1 of them named')
    assert.ok(lines.includes('and 24 more: --limit names them'))
    const { more, total } = (await ledger.run('affected', family.base.id, '--limit', '0')).json()
    assert.deepEqual([more, total], [27, 27])
  })

  it('diff exits with 0 for two that were made alike, and 1 with what differs', async () => {
    const same = await say('diff', family.base.id, family.base.id)
    assert.equal(same.code, 0, same.stderr)
    assert.match(same.stdout, /both were made alike/)
    const { code, stdout } = await say('diff', family.tuned.id, family.merged.id)
    assert.equal(code, 1)
    assert.match(stdout, /^5 artefacts in common, 1 changed, 0 only in a, 0 only in b$/m)
    assert.match(stdout, /^~ model org03\/tuned@1 \(\w+\) -> model org01\/merged@1 \(\w+\)$/m)
    assert.match(stdout, /^ {4}parents\/org02\/base\/relation: finetune -> merge$/m)
    assert.match(stdout, /^ {4}\+ parents\/org03\/tuned: org03\/tuned$/m)
    const json = await ledger.run('diff', family.tuned.id, family.merged.id)
    assert.equal(json.json()['equal'], false)
    assert.equal((await say('diff', family.tuned.id, 'nobody')).code, 1)
  })

  it('show --full tells the whole story, and --json the same as one document', async () => {
    const { code, stdout } = await say('show', family.base.id, '--full')
    assert.equal(code, 0)
    assert.match(stdout, /2 of 9 phases are documented/)
    const json = (await ledger.run('show', family.base.id, '--full')).json()
    assert.equal((json['records'] as unknown[]).length, 8)
  })
})
