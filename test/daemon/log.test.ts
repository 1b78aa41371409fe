import assert from 'node:assert/strict'
import { levelOf, prettyLine } from '../../daemon/log.ts'

describe('the log', () => {
  it('takes its level from the environment, and falls back to info', () => {
    assert.equal(levelOf('DEBUG'), 'debug')
    assert.equal(levelOf('silent'), 'silent')
    for (const text of [undefined, '', 'loud', 'constructor']) assert.equal(levelOf(text), 'info')
  })

  it('shows a person one line: time, level, sentence, fields', () => {
    const event = {
      level: 40,
      time: 0,
      organisation: 'org01',
      msg: 'a peer left',
      peer: 2,
      why: 'a b',
    }
    const line = prettyLine(JSON.stringify(event))
    assert.equal(line, '00:00:00.000 WARN  [org01] a peer left peer=2 why="a b"\n')
  })

  it('lets no control character of a field through to a terminal', () => {
    const event = { level: 30, time: 0, organisation: 'o', msg: 'x', name: '\u001b[2J' }
    assert.ok(!prettyLine(JSON.stringify(event)).includes('\u001b'))
  })
})
