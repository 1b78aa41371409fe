import assert from 'node:assert/strict'
import { type Body, decodeBody, encodeBody } from '../../../protocol/chain/body.ts'
import { DEFAULT_PARAMETERS } from '../../../protocol/chain/parameters.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { BLOCK_EVIDENCE_MAX } from '../../../protocol/limits.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { assertStrict } from './hostile-bytes.ts'
import { digestFor, sampleEvidence, sampleProof } from './sample-block.ts'

const EMPTY: Body = { envelopes: [], evidence: [], lastProof: null }
const body: Body = {
  envelopes: [utf8Encode('first'), utf8Encode('second')],
  evidence: [sampleEvidence()],
  lastProof: sampleProof({ height: 4, id: digestFor('block') }),
}

function codeOf(bytes: Uint8Array, limits = DEFAULT_PARAMETERS): string {
  const decoded = decodeBody(bytes, limits)
  return isRejection(decoded) ? decoded.rejected : 'accepted'
}

describe('body', () => {
  it('comes back from its bytes', () => {
    const bytes = encodeBody(body)
    const decoded = decodeBody(bytes, DEFAULT_PARAMETERS)
    assert.ok(!isRejection(decoded))
    assert.deepEqual(
      decoded.envelopes.map((e) => new Uint8Array(e)),
      body.envelopes,
    )
    assert.deepEqual(decoded.lastProof, body.lastProof)
    assert.equal(decoded.evidence.length, 1)
    assert.deepEqual(encodeBody(decoded), bytes)
    assert.deepEqual(decodeBody(encodeBody(EMPTY), DEFAULT_PARAMETERS), EMPTY)
  })

  it('is strict about its bytes', () => {
    const decode = (bytes: Uint8Array) => decodeBody(bytes, DEFAULT_PARAMETERS)
    const withoutProof = { ...body, lastProof: null }
    assertStrict({ encode: encodeBody, decode }, [EMPTY, body, withoutProof].map(encodeBody))
  })

  it('keeps within the parameters of its chain', () => {
    const bytes = encodeBody(body)
    assert.equal(codeOf(bytes, { ...DEFAULT_PARAMETERS, bodyBytesMax: bytes.length }), 'accepted')
    assert.equal(
      codeOf(bytes, { ...DEFAULT_PARAMETERS, bodyBytesMax: bytes.length - 1 }),
      'too-large',
    )
    assert.equal(codeOf(bytes, { ...DEFAULT_PARAMETERS, blockRecordsMax: 2 }), 'accepted')
    assert.equal(codeOf(bytes, { ...DEFAULT_PARAMETERS, blockRecordsMax: 1 }), 'malformed')
    assert.equal(codeOf(bytes, { ...DEFAULT_PARAMETERS, envelopeBytesMax: 6 }), 'accepted')
    assert.equal(codeOf(bytes, { ...DEFAULT_PARAMETERS, envelopeBytesMax: 5 }), 'malformed')
  })

  it('bounds its evidence', () => {
    const evidence = new Array(BLOCK_EVIDENCE_MAX + 1).fill(sampleEvidence())
    assert.equal(codeOf(encodeBody({ ...EMPTY, evidence })), 'malformed')
    assert.equal(codeOf(encodeBody({ ...EMPTY, evidence: evidence.slice(1) })), 'accepted')
  })

  it('refuses a huge count without reading on', () => {
    const bytes = encodeBody(EMPTY)
    bytes.fill(0xff, 15, 19)
    assert.equal(codeOf(bytes), 'malformed')
  })

  it('refuses another magic word, a version it does not know and a tag that is neither', () => {
    const changedAt = (at: number) => encodeBody(EMPTY).map((byte, i) => (i === at ? 9 : byte))
    assert.equal(codeOf(changedAt(0)), 'malformed')
    assert.equal(codeOf(changedAt(14)), 'unknown-version')
    assert.equal(codeOf(changedAt(encodeBody(EMPTY).length - 1)), 'malformed')
  })
})
