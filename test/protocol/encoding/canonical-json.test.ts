import assert from 'node:assert/strict'
import fc from 'fast-check'
import { canonicalJson, parseCanonicalJson } from '../../../protocol/encoding/canonical-json.ts'
import { utf8Decode, utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { isRejection } from '../../../protocol/rejection.ts'

const DEPTH_MAX = 32

function parse(text: string) {
  return parseCanonicalJson(utf8Encode(text), DEPTH_MAX)
}

function codeOf(result: unknown) {
  return isRejection(result) ? result.rejected : 'accepted'
}

/** Any JSON whose numbers are safe: what canonicalJson may be given. */
const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => {
  const text = JSON.stringify(value)
  const unsafe = (_: string, item: unknown) => {
    if (typeof item === 'number' && Math.abs(item) > Number.MAX_SAFE_INTEGER) throw new Error(text)
    return item
  }
  try {
    JSON.parse(text, unsafe)
    return true
  } catch {
    return false
  }
})

describe('canonical JSON', () => {
  it('sorts keys by UTF-16 code units and writes numbers as RFC 8785 does', () => {
    const value = { '€': 'Euro', '\r': 'CR', '\ufb33': 'Dalet', '1': 'One', '😀': 'Smiley', ö: 'o' }
    assert.equal(
      utf8Decode(canonicalJson(value)),
      '{"\\r":"CR","1":"One","ö":"o","€":"Euro","😀":"Smiley","\ufb33":"Dalet"}',
    )
    assert.equal(
      utf8Decode(canonicalJson([1e-7, 0.000001, 4.5, 2e-3, -0])),
      '[1e-7,0.000001,4.5,0.002,0]',
    )
  })

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(json, (value) => {
        const bytes = canonicalJson(value)
        const read = parseCanonicalJson(bytes, DEPTH_MAX)
        assert.deepEqual(canonicalJson(read), bytes)
      }),
    )
  })

  it('admits no second byte form: what is read writes the same bytes again', () => {
    const edit = fc.record({ at: fc.nat(), byte: fc.nat(255), insert: fc.boolean() })
    fc.assert(
      fc.property(json, edit, (value, { at, byte, insert }) => {
        const bytes = [...canonicalJson(value)]
        bytes.splice(at % (bytes.length + 1), insert ? 0 : 1, byte)
        const changed = Uint8Array.from(bytes)
        const read = parseCanonicalJson(changed, DEPTH_MAX)
        if (!isRejection(read)) assert.deepEqual(canonicalJson(read), changed)
      }),
      { numRuns: 500 },
    )
  })

  it('answers a value or a rejection for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        assert.notEqual(parseCanonicalJson(bytes, DEPTH_MAX), undefined)
      }),
    )
  })

  const refusals: readonly (readonly [string, string, string])[] = [
    ['white space', ' {"a":1}', 'not-canonical'],
    ['a line feed at the end', '{"a":1}\n', 'not-canonical'],
    ['unsorted keys', '{"b":1,"a":1}', 'not-canonical'],
    ['a duplicate key', '{"a":1,"a":1}', 'not-canonical'],
    ['1.0', '1.0', 'not-canonical'],
    ['negative zero', '-0', 'not-canonical'],
    ['1E2', '1E2', 'not-canonical'],
    ['a needless escape', '"\\u0061"', 'not-canonical'],
    ['an escaped solidus', '"\\/"', 'not-canonical'],
    ['an upper-case escape', '"\\u000F"', 'not-canonical'],
    ['an integer beyond 2^53-1', '9007199254740992', 'malformed'],
    ['a negative integer beyond 2^53-1', '[-9007199254740992]', 'malformed'],
    ['a number beyond a double', '{"a":1e999}', 'malformed'],
    ['an escaped lone surrogate', '"\\ud800"', 'malformed'],
    ['an escaped lone surrogate in a key', '{"\\udfff":1}', 'malformed'],
    ['nothing', '', 'malformed'],
    ['a byte order mark', '\ufeff{}', 'malformed'],
    ['NaN', 'NaN', 'malformed'],
    [
      'a document that looks like our refusal',
      '{"detail":"x","rejected":"expired"}',
      'schema-violation',
    ],
  ]
  for (const [what, text, code] of refusals) {
    it(`refuses ${what} as ${code}`, () => {
      assert.equal(codeOf(parse(text)), code)
    })
  }

  it('refuses invalid UTF-8, overlong forms and encoded surrogates', () => {
    for (const hole of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
      const bytes = Uint8Array.from([0x22, ...hole, 0x22])
      assert.equal(codeOf(parseCanonicalJson(bytes, DEPTH_MAX)), 'malformed')
    }
  })

  it('takes a depth up to the limit and refuses one more before it parses', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    assert.equal(codeOf(parse(nested(DEPTH_MAX))), 'accepted')
    assert.equal(codeOf(parse(nested(DEPTH_MAX + 1))), 'too-deep')
    assert.equal(codeOf(parse('['.repeat(1_000_000))), 'too-deep')
    assert.equal(codeOf(parse('{"a":'.repeat(40))), 'too-deep')
  })

  it('counts no brackets inside strings', () => {
    assert.equal(codeOf(parse(JSON.stringify('['.repeat(100)))), 'accepted')
    assert.equal(codeOf(parse(JSON.stringify('"\\'.repeat(50) + '['.repeat(100)))), 'accepted')
  })

  it('keeps a key named __proto__ as plain data', () => {
    const read = parse('{"__proto__":{"admin":true},"a":1}') as object
    assert.equal(Object.getPrototypeOf(read), Object.prototype)
    assert.equal('admin' in read, false)
    assert.deepEqual(Object.keys(read), ['__proto__', 'a'])
    assert.equal(codeOf(parse('{"a":1,"__proto__":{}}')), 'not-canonical')
  })
})
