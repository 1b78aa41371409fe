import assert from 'node:assert/strict'
import fc from 'fast-check'
import { LOG_FACTS_MAX } from '../../../cli/capture/bounds.ts'
import { CaptureLog, parseDeclaration } from '../../../cli/capture/log/capture-log.ts'

describe('the log that a script writes', () => {
  it('declares files, parameters and metrics', () => {
    assert.deepEqual(parseDeclaration('{"input":"a"}'), { kind: 'input', path: 'a' })
    assert.deepEqual(parseDeclaration('{"output":"/b"}'), { kind: 'output', path: '/b' })
    assert.deepEqual(parseDeclaration('{"param":{"name":"lr","value":0.1}}'), {
      kind: 'param',
      name: 'lr',
      value: 0.1,
    })
    assert.deepEqual(parseDeclaration('{"metric":{"name":"ok","value":true}}'), {
      kind: 'metric',
      name: 'ok',
      value: true,
    })
  })

  for (const line of [
    '',
    'nonsense',
    'null',
    '[]',
    '{"input":5}',
    '{"input":"a","output":"b"}',
    '{"input":"a\\u0000b"}',
    '{"input":"\\ud800"}',
    '{"param":{"name":"","value":1}}',
    '{"param":{"name":"x","value":null}}',
    '{"metric":{"name":"x","value":1e999}}',
  ]) {
    it(`says nothing with ${line || 'an empty line'}`, () => {
      assert.equal(parseDeclaration(line), undefined)
    })
  }

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (line) => {
        parseDeclaration(line)
      }),
    )
  })

  it('keeps the last word, and no secret', () => {
    const log = new CaptureLog(() => undefined)
    log.line('{"param":{"name":"lr","value":1}}')
    log.line('{"param":{"name":"lr","value":2}}')
    log.line('{"param":{"name":"api_key","value":"abc"}}')
    log.line('?')
    const [lr, ...others] = log.facts('param')
    assert.deepEqual(lr, { name: 'lr', value: 2, from: 'PEDIGREE_CAPTURE', how: 'declared' })
    assert.deepEqual(others, [])
    assert.deepEqual([...log.redacted], ['parameter api_key'])
    assert.equal(log.nonsense, 1)
  })

  it('takes in no more facts than its bound', () => {
    const log = new CaptureLog(() => undefined)
    for (let i = 0; i < LOG_FACTS_MAX + 5; i++) log.line(`{"metric":{"name":"m${i}","value":${i}}}`)
    assert.equal(log.facts('metric').length, LOG_FACTS_MAX)
    assert.equal(log.missed, 5)
  })
})
