import assert from 'node:assert/strict'
import fc from 'fast-check'
import pc from 'picocolors'
import { lineageDot, lineageMermaid } from '../../../cli/output/lineage-graphs.ts'
import { lineageTree } from '../../../cli/output/lineage-tree.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { type LineageReach, lineage } from '../../../protocol/queries/family/lineage.ts'
import type { LineageGraph } from '../../../protocol/queries/family/lineage-graph.ts'
import { runQuery } from '../../../protocol/queries/query.ts'
import type { LedgerRecord } from '../../../protocol/records/record.ts'
import { richFamily } from '../../protocol/queries/family/rich-family.ts'
import { type SampleLedger, sampleFamily } from '../../protocol/queries/sample-ledger.ts'

const COLORS = pc.createColors(false)

function graphOf(ledger: SampleLedger, id: Digest, reach?: LineageReach): LineageGraph {
  const { reader, genesis } = ledger
  const graph = runQuery(lineage({ reader, genesis }, id, reach), reader)
  assert.ok(graph)
  return graph
}

function tree(graph: LineageGraph, childrenMax = 20): readonly string[] {
  return lineageTree(graph, { colors: COLORS, childrenMax })
}

function short({ id }: LedgerRecord): string {
  return id.slice(0, 12)
}

describe('a drawn family tree', () => {
  it('has every ancestor once, what is unknown, and what came of it', () => {
    const { ledger, digits, photos, base, child, grandchild } = sampleFamily()
    const unknown = '[unknown ancestry]'
    assert.deepEqual(tree(graphOf(ledger, child.id)), [
      `model org03/child@1 by person3, ${short(child)} ${unknown}`,
      `├─ trained on dataset org01/digits@1 (declared) by person1, ${short(digits)}`,
      `├─ finetune of model org02/base@1 (declared) by person2, ${short(base)} ${unknown}`,
      `│  ├─ trained on dataset org01/digits@1 (declared) by person1, ${short(digits)} (drawn above)`,
      `│  ├─ trained on dataset org01/photos@1 (declared) by person1, ${short(photos)} [retired]`,
      '│  └─ trained on unknown data: older than the ledger',
      '└─ distilled from hf://openai/clip@main, not on the ledger',
      '',
      'made from it:',
      `└─ quantized to model org04/grandchild@1 (declared) by person4, ${short(grandchild)} ${unknown}`,
      '',
      '3 ancestors: 2 generations, 2 organisations',
      '1 descendant: 1 generation, 1 organisation',
      '2 of them made from something unknown',
      'what is said here is self-declared by those who signed it',
    ])
  })

  it('draws a merge once, below all that it is made of, and points to it elsewhere', () => {
    const family = richFamily(30)
    const lines = tree(graphOf(family.ledger, family.scans.id, { down: 1_000 }))
    const merged = lines.filter((line) => line.includes(`model org01/merged@1`))
    assert.equal(merged.length, 2)
    assert.ok(merged[0]?.startsWith('   │  │  └─ merged into'), merged[0])
    assert.ok(merged[1]?.endsWith('(drawn elsewhere)'), merged[1])
    assert.ok(lines.includes('   │  │     └─ +10 more, not drawn: --all'))
    assert.ok(lines.includes('   └─ +32 more, drawn elsewhere'))
    assert.equal(lines.filter((line) => line.includes('org01/leaf-')).length, 10)
    assert.equal(lines.filter((line) => /leaf-\d+@1/.test(line)).length, 20)
    assert.ok(lines.includes('34 descendants: 5 generations, 3 organisations'))
    assert.ok(lines.includes('1 of them recalled'))
    const all = tree(graphOf(family.ledger, family.scans.id, { down: 1_000 }), Infinity)
    for (const leaf of family.leaves) {
      assert.equal(all.filter((line) => line.includes(short(leaf))).length, 2)
    }
  })

  it('shows how an edge is known, what part was used, and what is recalled', () => {
    const family = richFamily(1)
    const lines = tree(graphOf(family.ledger, family.base.id))
    assert.ok(
      lines.some((line) =>
        line.includes('made from raw-data org01/scans@1 (4,800 of 5,012 files, observed)'),
      ),
    )
    assert.ok(lines.some((line) => line.includes('clean@1 (observed) by person1')))
    assert.match(
      lines[0] ?? '',
      /\[evaluated, owned by org03, RECALLED origin, unknown ancestry\]$/,
    )
    assert.ok(lines.some((line) => line.endsWith('[RECALLED since block 13]')))
  })

  it('says how much it leaves out, in every form', () => {
    const family = richFamily(30)
    const graph = graphOf(family.ledger, family.base.id, { up: 1 })
    for (const lines of [tree(graph), lineageDot(graph), lineageMermaid(graph)]) {
      assert.match(lines.join('\n'), /\+1 more/)
      assert.match(lines.join('\n'), /\+30 more/)
    }
  })

  it('is drawn although there are a billion ways through it', () => {
    const braid = Array.from({ length: 30 }, (_, i) => [`a${i}`, `b${i}`] as unknown as Digest[])
    const [root] = braid.shift() ?? []
    assert.ok(root)
    const layers = [[root], ...braid]
    const graph: LineageGraph = {
      root,
      nodes: layers.flatMap((layer, i) =>
        layer.map((record) => ({ ...PLAIN, record, depth: i === 0 ? 0 : -i })),
      ),
      edges: layers.flatMap((layer, i) =>
        layer.flatMap((to) =>
          (layers[i - 1] ?? []).map((from) => ({ from, to, kind: 'merge' as const })),
        ),
      ),
      unknown: [],
      truncated: {},
      truncatedBelow: {},
    }
    const lines = tree(graph)
    assert.ok(lines.includes('58 descendants: 29 generations, 1 organisation'))
    for (const { record } of graph.nodes.slice(1)) {
      const drawn = lines.filter((line) => line.endsWith(`, ${record}`))
      assert.equal(drawn.length, 1, record)
    }
  })

  it('is drawn a thousand generations deep', () => {
    const records = Array.from({ length: 1_000 }, (_, i) => String(i).padStart(64, '0') as Digest)
    const [root = '' as Digest] = records
    const graph: LineageGraph = {
      root,
      nodes: records.map((record, depth) => ({ ...PLAIN, record, depth })),
      edges: records.slice(1).map((from, i) => ({
        from,
        to: records[i] ?? root,
        kind: 'finetune' as const,
      })),
      unknown: [],
      truncated: {},
      truncatedBelow: {},
    }
    assert.ok(tree(graph).includes('999 ancestors: 999 generations, 1 organisation'))
  })
})

const PLAIN = {
  type: 'model',
  name: 'plain',
  version: '1',
  organisation: 'org01',
  signer: 'alice',
  owner: 'org01',
  state: 'registered',
  height: 1,
} as const

/** A family of two whose foreign texts are these. */
function hostileGraph(text: string): LineageGraph {
  const [root, other] = ['11'.repeat(32), '22'.repeat(32)] as [Digest, Digest]
  const node = {
    ...PLAIN,
    type: text,
    name: text,
    version: text,
    organisation: text,
    signer: text,
    owner: `${text}-2`,
    state: text,
  }
  return {
    root,
    nodes: [
      { ...node, record: root, depth: 0 },
      { ...node, record: other, depth: 1 },
    ],
    edges: [{ from: other, to: root, kind: 'merge' }],
    unknown: [
      { to: root, kind: 'dataset', reason: text },
      { to: root, kind: 'parent', relation: 'merge', uri: text, revision: text },
    ],
    truncated: {},
    truncatedBelow: {},
  }
}

describe('foreign text in a family', () => {
  it('ends no label, starts no line, and hides nothing', () => {
    const foreign = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '"]; evil -> x [label="',
        '\\"',
        '\u001b[2J',
        'a\nb',
        '\u202egnp',
        '"] --> x',
      ),
    )
    fc.assert(
      fc.property(foreign, (text) => {
        const graph = hostileGraph(text)
        const lines = [tree(graph), lineageDot(graph), lineageMermaid(graph)]
        const plain = hostileGraph('evaluated')
        const expected = [tree(plain), lineageDot(plain), lineageMermaid(plain)]
        for (const [i, form] of lines.entries()) {
          assert.equal(form.length, expected[i]?.length)
          assert.doesNotMatch(form.join(''), /[\p{Cc}\p{Cf}\p{Cs}]/u)
        }
        for (const line of lineageDot(graph).slice(2, -1)) {
          assert.match(
            line,
            /^ {2}"\w+"(?: -> "\w+")? \[(?:label="(?:[^"\\]|\\.)*"(?:, \w+=\w+)*|style=\w+)\];$/,
          )
        }
        for (const line of lineageMermaid(graph).slice(1)) {
          assert.match(
            line,
            /^ {2}[num]\d(?:\["[^"]*"\]|\("[^"]*"\)| -->(?:\|"[^"]*"\|)? n\d| -\.-> n\d)$/,
          )
        }
      }),
    )
  })
})
