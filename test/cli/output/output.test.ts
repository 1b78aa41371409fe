import assert from 'node:assert/strict'
import { cliError } from '../../../cli/cli-error.ts'
import {
  formatBytes,
  formatDuration,
  formatFingerprint,
  formatFreshness,
  parseDuration,
} from '../../../cli/output/format.ts'
import { Output } from '../../../cli/output/output.ts'
import { printable } from '../../../cli/output/printable.ts'

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
