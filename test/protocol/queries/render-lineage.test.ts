import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Digest } from '../../../protocol/digest.ts'
import { lineage } from '../../../protocol/queries/lineage.ts'
import type { LineageGraph } from '../../../protocol/queries/lineage-graph.ts'
import { runQuery } from '../../../protocol/queries/query.ts'
import { renderLineage } from '../../../protocol/queries/render-lineage.ts'
import { sampleFamily } from './sample-ledger.ts'

const family = sampleFamily()
const { genesis, reader } = family.ledger

function graphOf(id: Digest, depth?: number): LineageGraph {
  const graph = runQuery(lineage({ reader, genesis }, id, depth), reader)
  assert.ok(graph)
  return graph
}

function short(id: Digest): string {
  return id.slice(0, 12)
}

/** A family of two whose foreign texts are these. */
function hostileGraph(text: string): LineageGraph {
  const [root, other] = ['11'.repeat(32), '22'.repeat(32)] as [Digest, Digest]
  const node = { type: 'model', version: text, state: 'registered', sha256: root } as const
  return {
    root,
    nodes: [
      { ...node, record: root, name: text, organisation: text, signer: text, depth: 0 },
      { ...node, record: other, name: text, organisation: text, signer: text, depth: 1 },
    ],
    edges: [{ from: other, to: root, kind: 'parent', relation: 'merge' }],
    unknown: [
      { to: root, kind: 'dataset', reason: text },
      { to: root, kind: 'parent', relation: 'merge', uri: text, revision: text },
    ],
    truncated: {},
    moreDescendants: 0,
  }
}

describe('a rendered lineage', () => {
  it('is a tree of ancestors in which nothing is drawn twice', () => {
    const title = (name: string, org: number, type: string, state = 'registered') =>
      `org0${org}/${name}@1  (${type}, ${state}, signed by person${org}, `
    assert.equal(
      renderLineage(graphOf(family.child.id), 'tree'),
      [
        `${title('child', 3, 'model')}${short(family.child.id)})`,
        `├─ dataset ${title('digits', 1, 'dataset')}${short(family.digits.id)})`,
        `├─ finetune ${title('base', 2, 'model')}${short(family.base.id)})`,
        `│  ├─ dataset ${title('digits', 1, 'dataset')}${short(family.digits.id)}) (as above)`,
        `│  ├─ dataset ${title('photos', 1, 'dataset', 'retired')}${short(family.photos.id)})`,
        '│  └─ dataset unknown dataset: older than the ledger',
        '└─ distilled external, not on the ledger: hf://openai/clip@main',
        '',
        'used by',
        `→ quantized ${title('grandchild', 4, 'model')}${short(family.grandchild.id)})`,
        '',
      ].join('\n'),
    )
  })

  it('says how much it leaves out', () => {
    const graph = { ...graphOf(family.child.id, 1), moreDescendants: 7 }
    for (const format of ['tree', 'dot', 'mermaid'] as const) {
      const text = renderLineage(graph, format)
      assert.match(text, /\+1 more/, format)
      assert.match(text, /\+7 more/, format)
    }
  })

  it('draws arrows from older to younger in both drawing languages', () => {
    const graph = graphOf(family.base.id)
    assert.match(renderLineage(graph, 'dot'), /^ {2}n1 -> n0 \[label="dataset"\];$/m)
    assert.match(renderLineage(graph, 'mermaid'), /^ {2}n1 -->\|"dataset"\| n0$/m)
  })

  it('lets no foreign text end a label, start a line, or hide', () => {
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
        const plain = hostileGraph('plain')
        for (const format of ['tree', 'dot', 'mermaid'] as const) {
          const rendered = renderLineage(graph, format)
          const expected = renderLineage(plain, format)
          assert.equal(rendered.split('\n').length, expected.split('\n').length)
          assert.doesNotMatch(rendered.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}]/u)
        }
        for (const line of renderLineage(graph, 'dot').split('\n').slice(2, -2)) {
          assert.match(line, /^ {2}[nu]\d( -> n\d)? \[label="(?:[^"\\]|\\.)*"(, style=dashed)?\];$/)
        }
        for (const line of renderLineage(graph, 'mermaid').split('\n').slice(1, -1)) {
          assert.match(line, /^ {2}[nu]\d(\["[^"]*"\]|\("[^"]*"\)| -->(\|"[^"]*"\|)? n\d)$/)
        }
      }),
    )
  })
})
