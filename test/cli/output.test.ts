import assert from 'node:assert/strict'
import { cliError } from '../../cli/cli-error.ts'
import {
  formatBytes,
  formatDuration,
  formatFingerprint,
  formatFreshness,
  parseDuration,
} from '../../cli/output/format.ts'
import { lineageDot, lineageMermaid } from '../../cli/output/lineage-graphs.ts'
import { lineageTree } from '../../cli/output/lineage-tree.ts'
import { Output } from '../../cli/output/output.ts'
import { printable } from '../../cli/output/printable.ts'
import type { Digest } from '../../protocol/digest.ts'
import type { LineageGraph, LineageNode } from '../../protocol/queries/lineage-graph.ts'

const id = (digit: string) => digit.repeat(64) as Digest

function node(digit: string, type: LineageNode['type'], name: string, depth: number): LineageNode {
  const own = { organisation: 'org1', signer: 'alice', state: 'registered', sha256: id(digit) }
  return { record: id(digit), type, name, version: '1', depth, ...own }
}

const GRAPH: LineageGraph = {
  root: id('c'),
  nodes: [
    node('c', 'model', 'child', 0),
    { ...node('b', 'model', 'base', 1), state: 'retired' },
    node('d', 'dataset', 'digits', 1),
    node('e', 'model', 'grandchild', -1),
  ],
  edges: [
    { from: id('d'), to: id('c'), kind: 'dataset' },
    { from: id('b'), to: id('c'), kind: 'parent', relation: 'finetune' },
    { from: id('d'), to: id('b'), kind: 'dataset' },
    { from: id('c'), to: id('e'), kind: 'parent', relation: 'quantized' },
  ],
  unknown: [{ to: id('b'), kind: 'parent', relation: 'merge', uri: 'hf://x"]', revision: '1' }],
  truncated: { [id('b')]: 2 },
  moreDescendants: 3,
}

describe('what is printed', () => {
  it('shows what a stranger tries to hide', () => {
    assert.equal(
      printable('a\u001b[31m\u0007\u202e\u200b\ud800b'),
      'a\\u{1b}[31m\\u{7}\\u{202e}\\u{200b}\\u{d800}b',
    )
    assert.equal(printable('naïve 模型 🧠'), 'naïve 模型 🧠')
  })

  it('is one JSON document with --json, and lines without', () => {
    const print = (json: boolean) => {
      let stdout = ''
      let stderr = ''
      const output = new Output({
        json,
        stdout: { write: (text: string) => (stdout += text) },
        stderr: { write: (text: string) => (stderr += text) },
        environment: {},
      })
      output.note('working')
      output.result({ done: true }, ['done'])
      output.problem(cliError('declined', 'late\u001b[2J'))
      return { stdout, stderr }
    }
    assert.equal(print(false).stdout, 'done\n')
    assert.deepEqual(JSON.parse(print(true).stdout), { done: true })
    assert.equal(print(true).stderr, 'working\npedigree: late\\u{1b}[2J [declined]\n')
  })

  it('has colours on a terminal that wants them, and nowhere else', () => {
    const colored = (isTTY: boolean, environment: Record<string, string>) => {
      const sink = { write: () => true, isTTY }
      return new Output({ json: false, stdout: sink, stderr: sink, environment }).colors
        .isColorSupported
    }
    assert.equal(colored(true, {}), true)
    assert.equal(colored(true, { NO_COLOR: '1' }), false)
    assert.equal(colored(true, { NO_COLOR: '' }), true)
    assert.equal(colored(true, { TERM: 'dumb' }), false)
    assert.equal(colored(false, {}), false)
  })

  it('writes sizes, times and fingerprints for people', () => {
    assert.deepEqual([0, 999, 1_000, 1_500_000, 2e12].map(formatBytes), [
      '0 B',
      '999 B',
      '1.00 kB',
      '1.50 MB',
      '2.00 TB',
    ])
    assert.deepEqual([5, 4_000, 240_000, 7_200_000].map(formatDuration), [
      '5 ms',
      '4 s',
      '4 min',
      '2 h',
    ])
    assert.deepEqual(['30s', '500ms', '2m', '1h', '1d', '5', '-1s', '1.5s'].map(parseDuration), [
      3e4,
      500,
      12e4,
      36e5,
      864e5,
      undefined,
      undefined,
      undefined,
    ])
    assert.deepEqual(formatFingerprint('0123456789abcdef'.repeat(4)), [
      '0123 4567 89ab cdef 0123 4567 89ab cdef',
      '0123 4567 89ab cdef 0123 4567 89ab cdef',
    ])
    const asOf = { height: 7, timeMs: 1_000, sync: 'in-sync', behindBlocks: 0 } as const
    assert.equal(formatFreshness(asOf, 5_000), 'as of block 7, 4 s ago, in sync')
    const behind = { ...asOf, sync: 'behind', behindBlocks: 12 } as const
    assert.equal(formatFreshness(behind, 5_000), 'as of block 7, 4 s ago, 12 blocks behind')
  })
})

describe('a family tree', () => {
  it('is drawn with every ancestor once, what is unknown, and what came of it', () => {
    const signed = 'self-declared by alice (org1)'
    assert.deepEqual(lineageTree(GRAPH), [
      `model org1/child@1, ${signed}, cccccccccccc`,
      `├─ trained on dataset org1/digits@1, ${signed}, dddddddddddd`,
      `└─ finetune of model org1/base@1 [retired], ${signed}, bbbbbbbbbbbb`,
      `   ├─ trained on dataset org1/digits@1, ${signed}, dddddddddddd (drawn above)`,
      '   ├─ merge of hf://x"]@1, not on the ledger',
      '   └─ +2 more',
      'made from it:',
      `  model org1/grandchild@1, ${signed}, eeeeeeeeeeee, quantized of it`,
      '  +3 more',
    ])
  })

  it('is dot and mermaid with every label escaped', () => {
    const dot = lineageDot(GRAPH)
    assert.equal(dot.filter((line) => line.includes('->')).length, 5)
    assert.ok(dot.some((line) => line.includes('merge of hf://x\\"]@1')))
    const mermaid = lineageMermaid(GRAPH)
    assert.equal(mermaid.filter((line) => /--?>|-\.->/.test(line)).length, 5)
    assert.ok(mermaid.some((line) => line.includes('hf://x#34;#93;@1')))
  })
})
