import assert from 'node:assert/strict'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { CliError } from '../../../cli/cli-error.ts'
import { parseYaml, refusedIn } from '../../../cli/input/safe-yaml.ts'
import { JSON_DEPTH_MAX } from '../../../protocol/limits.ts'
import { refuse } from '../../../protocol/rejection.ts'

const parse = (text: string) => parseYaml('f.yaml', text)

function refusedWith(text: string, message: RegExp): void {
  assert.throws(
    () => parse(text),
    (error: Error) => {
      assert.ok(error instanceof CliError && error.code === 'bad-document', text.slice(0, 40))
      assert.match(error.message, message)
      return true
    },
  )
}

describe('YAML of people', () => {
  it('is read as the plain values that it says, JSON too', () => {
    const key = fc.string({ maxLength: 8 }).filter((name) => !['__proto__', '<<'].includes(name))
    const scalar = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
    )
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        scalar,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      ),
    }))
    fc.assert(
      fc.property(value, (said) => {
        const plain = JSON.parse(JSON.stringify(said)) as unknown
        assert.deepEqual(JSON.parse(JSON.stringify(parse(JSON.stringify(plain)).value)), plain)
        assert.deepEqual(JSON.parse(JSON.stringify(parse(stringify(plain)).value)), plain)
      }),
    )
  })

  it('never does anything but give a value or a clear refusal, whatever it is', () => {
    const unit = fc.constantFrom(...Array.from('[]{}:-?!&*|>"\'#%@ \n\tab1.~\0'), '\ud800')
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
        try {
          parse(text)
        } catch (error) {
          assert.ok(error instanceof CliError && error.code === 'bad-document', String(error))
        }
      }),
    )
  })

  it('takes no tag, anchor, alias, merge, second key or second document', () => {
    refusedWith('a: 1\nb: !!str 5', /line 2: tags/)
    refusedWith('a: !thing {}', /line 1: /)
    refusedWith('a: &x 1', /line 1: anchors/)
    refusedWith('a: 1\nb: *x', /line 2: /)
    refusedWith('<<: {a: 1}', /the key <</)
    refusedWith('a: 1\nb: 2\na: 3', /line 3: the key a is there a second time/)
    refusedWith('__proto__: {}', /the key __proto__/)
    refusedWith('a: 1\n---\nb: 2', /second document/)
    refusedWith('? [a]\n: 1', /line 1/)
  })

  it('takes no number that JSON would change', () => {
    for (const text of ['.nan', '.inf', '9007199254740993', '1e400']) {
      refusedWith(`a: ${text}`, /JSON cannot hold/)
    }
  })

  it('ends where others overflow: deep nesting', () => {
    const { stackTraceLimit } = Error
    // The runner keeps whole stacks, which takes seconds at such a depth; the command line does not.
    Error.stackTraceLimit = 10
    try {
      for (const open of ['[', '{a: ', '- ', '? ']) refusedWith(open.repeat(30_000), /line 1: /)
    } finally {
      Error.stackTraceLimit = stackTraceLimit
    }
    const deep = JSON_DEPTH_MAX * 2 + 2
    refusedWith('['.repeat(deep) + ']'.repeat(deep), /nested too deep/)
  })

  it('tells the line of what a schema refuses', () => {
    const file = parse('name: a\nlist:\n  - kind: x\n  - kind: Y\n')
    const { message } = refusedIn(file, refuse('schema-violation', '/list/1/kind: must match'))
    assert.match(message, /f\.yaml, line 4: .*\/list\/1\/kind: must match/)
    const missing = refusedIn(file, refuse('schema-violation', '/list/0/more: is missing'))
    assert.match(missing.message, /line 3/, 'of what is nearest, for what is not there')
    const inside = refuse('schema-violation', '/whole/list/0/kind: must match')
    assert.match(refusedIn(file, inside, '/whole').message, /line 3: .*\(\/list\/0\/kind/)
  })
})
