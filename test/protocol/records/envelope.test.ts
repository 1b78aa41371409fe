import assert from 'node:assert/strict'
import fc from 'fast-check'
import { toHex } from '../../../protocol/bytes.ts'
import { digestOf } from '../../../protocol/digest.ts'
import { base64Decode, base64Encode } from '../../../protocol/encoding/base64.ts'
import { canonicalJson } from '../../../protocol/encoding/canonical-json.ts'
import { utf8Decode, utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { ENVELOPE_BYTES_MAX } from '../../../protocol/limits.ts'
import { signMessage, verifySignature } from '../../../protocol/records/ed25519.ts'
import {
  parseEnvelope,
  preAuthEncoding,
  recordIdOf,
  recordSignable,
  sealEnvelope,
} from '../../../protocol/records/envelope.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { testPerson } from '../../support/keys.ts'
import { signedDataset, signedModel } from '../../support/records.ts'

const record = signedDataset()
const text = utf8Decode(record.envelope) as string
const sealed = JSON.parse(text) as { payload: string; signatures: [{ sig: string }] }
const statement = base64Decode(sealed.payload) as Uint8Array

function codeOf(bytes: Uint8Array) {
  const result = parseEnvelope(bytes)
  return isRejection(result) ? result.rejected : 'accepted'
}

/** The envelope with some of its fields changed, in canonical form. */
function changed(fields: object): Uint8Array {
  return canonicalJson({ ...JSON.parse(text), ...fields })
}

function sealedStatement(value: unknown): Uint8Array {
  const bytes = canonicalJson(value)
  return sealEnvelope(bytes, signMessage(testPerson(0).seed, recordSignable(bytes)))
}

describe('DSSE envelope', () => {
  it('encodes before signing as the specification does', () => {
    const encoded = preAuthEncoding('http://example.com/HelloWorld', utf8Encode('hello world'))
    assert.equal(utf8Decode(encoded), 'DSSEv1 29 http://example.com/HelloWorld 11 hello world')
  })

  it('counts bytes, not characters', () => {
    assert.equal(utf8Decode(preAuthEncoding('é', utf8Encode('😀'))), 'DSSEv1 2 é 4 😀')
  })

  it('is one JSON object with exactly payload, payloadType and one signature', () => {
    assert.match(
      text,
      /^\{"payload":"[^"]+","payloadType":"application\/vnd\.in-toto\+json","signatures":\[\{"sig":"[^"]{88}"\}\]\}$/,
    )
  })

  it('reads as the record that its author signed', () => {
    assert.equal(record.type, 'dataset')
    assert.equal(record.id, recordIdOf(statement))
    assert.equal(record.id, digestOf(record.check.message))
    assert.equal(record.envelopeDigest, digestOf(record.envelope))
    assert.equal(record.ledger.author, testPerson(0).did)
    assert.equal(toHex(record.check.key), toHex(testPerson(0).publicKey))
    assert.equal(verifySignature(record.check), true)
  })

  it('has an id that no signature changes, and a digest that covers it', () => {
    const other = parseEnvelope(sealEnvelope(statement, new Uint8Array(64)))
    assert.ok(!isRejection(other))
    assert.equal(other.id, record.id)
    assert.notEqual(other.envelopeDigest, record.envelopeDigest)
    assert.equal(verifySignature(other.check), false)
  })

  const sig = sealed.signatures[0].sig
  const refusals: readonly (readonly [string, Uint8Array, string])[] = [
    ['nothing', new Uint8Array(0), 'malformed'],
    ['a truncated envelope', record.envelope.subarray(0, -1), 'malformed'],
    ['a line feed at the end', utf8Encode(`${text}\n`), 'not-canonical'],
    ['pretty JSON', utf8Encode(JSON.stringify(JSON.parse(text), null, 1)), 'not-canonical'],
    ['a keyid', changed({ signatures: [{ keyid: 'x', sig }] }), 'schema-violation'],
    ['an unknown field', changed({ extra: 1 }), 'schema-violation'],
    [
      'an own field named __proto__',
      utf8Encode(`{"__proto__":1,${text.slice(1)}`),
      'schema-violation',
    ],
    ['no signature', changed({ signatures: [] }), 'schema-violation'],
    ['two signatures', changed({ signatures: [{ sig }, { sig }] }), 'schema-violation'],
    ['a short signature', changed({ signatures: [{ sig: 'AAAA' }] }), 'schema-violation'],
    ['another payload type', changed({ payloadType: 'text/plain' }), 'schema-violation'],
    ['a URL-safe payload', changed({ payload: '_-8=' }), 'not-canonical'],
    [
      'an unpadded payload',
      changed({ payload: `${sealed.payload.replace(/=*$/, '')}A` }),
      'not-canonical',
    ],
    [
      'a payload that is not JSON',
      changed({ payload: base64Encode(utf8Encode('x')) }),
      'malformed',
    ],
    [
      'a payload in another byte form',
      changed({ payload: base64Encode(utf8Encode('{ }')) }),
      'not-canonical',
    ],
    [
      'a payload that looks like our refusal',
      sealedStatement({ rejected: 'expired', detail: '' }),
      'schema-violation',
    ],
    [
      'an envelope that looks like our refusal',
      canonicalJson({ rejected: 'x' }),
      'schema-violation',
    ],
    ['deep nesting', utf8Encode('['.repeat(60_000)), 'too-deep'],
    [
      'deep nesting in the payload',
      changed({ payload: base64Encode(utf8Encode('['.repeat(99))) }),
      'too-deep',
    ],
    ['a byte too many', new Uint8Array(ENVELOPE_BYTES_MAX + 1), 'too-large'],
    ['an array', utf8Encode('[]'), 'schema-violation'],
    ['null', utf8Encode('null'), 'schema-violation'],
  ]
  for (const [what, bytes, code] of refusals) {
    it(`refuses ${what} as ${code}`, () => {
      assert.equal(codeOf(bytes), code)
    })
  }

  it('refuses a signature whose last digit carries stray bits', () => {
    const stray = `${sig.slice(0, 85)}${sig[85] === 'B' ? 'C' : 'B'}==`
    assert.equal(codeOf(changed({ signatures: [{ sig: stray }] })), 'schema-violation')
  })

  it('answers a record or a rejection for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        assert.ok(isRejection(parseEnvelope(bytes)))
      }),
    )
  })

  it('answers a rejection, and never an exception, when a statement holds any JSON at all', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 3 }),
        fc.jsonValue({ maxDepth: 2 }),
        (whole, predicate) => {
          const near = { ...JSON.parse(utf8Decode(statement) as string), predicate }
          for (const value of [whole, near]) {
            const payload = base64Encode(utf8Encode(JSON.stringify(value)))
            assert.ok(isRejection(parseEnvelope(changed({ payload }))))
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it('has one byte form: a changed byte is refused, or breaks the signature', () => {
    const model = signedModel()
    fc.assert(
      fc.property(
        fc.nat(model.envelope.length - 1),
        fc.integer({ min: 1, max: 255 }),
        (at, flip) => {
          const bytes = model.envelope.slice()
          bytes[at] = (bytes[at] as number) ^ flip
          const result = parseEnvelope(bytes)
          assert.ok(isRejection(result) || !verifySignature(result.check))
        },
      ),
      { numRuns: 300 },
    )
  })
})
