import assert from 'node:assert/strict'
import { decodeHeader, encodeHeader, HEADER_VERSION } from '../../../protocol/chain/header.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { assertStrict } from './hostile-bytes.ts'
import { digestFor, GENESIS_PARENT, genesis, sampleHeader } from './sample-block.ts'

const header = sampleHeader(genesis, GENESIS_PARENT, digestFor('body'))
const bytes = encodeHeader(header)

function codeOf(input: Uint8Array): string {
  const decoded = decodeHeader(input)
  return isRejection(decoded) ? decoded.rejected : 'accepted'
}

describe('header', () => {
  it('comes back from its bytes', () => {
    assert.deepEqual(decodeHeader(bytes), header)
    const largest = { ...header, height: Number.MAX_SAFE_INTEGER, proposer: 255 }
    assert.deepEqual(decodeHeader(encodeHeader(largest)), largest)
  })

  it('has one length', () => {
    assert.equal(bytes.length, 298)
  })

  it('is strict about its bytes', () => {
    assertStrict({ encode: encodeHeader, decode: decodeHeader }, [bytes])
  })

  it('says why it refuses', () => {
    assert.equal(codeOf(new Uint8Array(0)), 'malformed')
    assert.equal(codeOf(bytes.subarray(0, 16)), 'malformed')
    assert.equal(codeOf(bytes.subarray(0, -1)), 'malformed')
    assert.equal(codeOf(new Uint8Array(1_025)), 'too-large')
    const future = encodeHeader({ ...header, version: HEADER_VERSION + 1 })
    assert.equal(codeOf(future), 'unknown-version')
  })

  it('refuses numbers beyond 2^53-1', () => {
    const changed = bytes.slice()
    changed[17 + 32] = 0xff
    assert.equal(codeOf(changed), 'malformed')
  })
})
