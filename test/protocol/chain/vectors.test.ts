import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromHex, toHex } from '../../../protocol/bytes.ts'
import { decodeBody, encodeBody } from '../../../protocol/chain/body.ts'
import {
  decodeCommitProof,
  encodeCommitProof,
  verifyCommitProof,
} from '../../../protocol/chain/commit-proof.ts'
import { decodeHeader } from '../../../protocol/chain/header.ts'
import { logLeafHash } from '../../../protocol/chain/log.ts'
import { verifyConsistency, verifyInclusion } from '../../../protocol/chain/log-proof.ts'
import { DEFAULT_PARAMETERS } from '../../../protocol/chain/parameters.ts'
import { type StateProof, verifyStateProof } from '../../../protocol/chain/state-proof.ts'
import { type Digest, isDigest } from '../../../protocol/digest.ts'
import { canonicalJson } from '../../../protocol/encoding/canonical-json.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { verifySignature } from '../../../protocol/records/ed25519.ts'
import { parseEnvelope } from '../../../protocol/records/envelope.ts'
import { RECORD_TYPES } from '../../../protocol/records/schemas.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { renderVectors, VECTORS } from '../../vectors/all-vectors.ts'
import type { blockVectors, logVectors, stateVectors } from '../../vectors/chain-vectors.ts'
import type { recordVectors } from '../../vectors/record-vectors.ts'
import { CHAIN, HEADER, logLeaf } from '../../vectors/samples.ts'

const FOLDER = join(import.meta.dirname, '..', '..', 'vectors')

function read(file: keyof typeof VECTORS): string {
  return readFileSync(join(FOLDER, file), 'utf8')
}

function bytesOf(hex: string): Uint8Array {
  return fromHex(hex) ?? assert.fail(`not hex: ${hex}`)
}

function digest(text: string | undefined): Digest {
  return isDigest(text) ? text : assert.fail(`not a digest: ${text}`)
}

const block = JSON.parse(read('block.json')) as ReturnType<typeof blockVectors>
const log = JSON.parse(read('log.json')) as ReturnType<typeof logVectors>
const records = JSON.parse(read('records.json')) as ReturnType<typeof recordVectors>
const state = JSON.parse(read('state.json')) as ReturnType<typeof stateVectors>

describe('golden vectors', () => {
  for (const file of Object.keys(VECTORS) as (keyof typeof VECTORS)[]) {
    it(`are what the code writes: ${file}`, () => {
      assert.equal(renderVectors(file), read(file))
    })
  }

  it('are all compared', () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
    for (const file of Object.keys(VECTORS)) assert.ok(files.includes(file), file)
  })

  it('of records are read back, one of each type, under their ids', () => {
    assert.deepEqual(Object.keys(records).toSorted(), [...RECORD_TYPES].toSorted())
    for (const [type, { statement, id, envelope, envelopeDigest }] of Object.entries(records)) {
      const record = parseEnvelope(utf8Encode(envelope ?? ''))
      assert.ok(!isRejection(record), type)
      assert.deepEqual([record.type, record.id, record.envelopeDigest], [type, id, envelopeDigest])
      assert.deepEqual(canonicalJson(record.statement), utf8Encode(statement ?? ''))
      assert.ok(verifySignature(record.check), type)
    }
  })

  it('of header and body are read back', () => {
    assert.deepEqual(decodeHeader(bytesOf(block.header.bytes)), HEADER)
    for (const { bytes } of [block.firstBody, block.body]) {
      const body = decodeBody(bytesOf(bytes), DEFAULT_PARAMETERS)
      assert.ok(!isRejection(body))
      assert.equal(toHex(encodeBody(body)), bytes)
    }
  })

  it('of the commit proof verify', () => {
    const proof = decodeCommitProof(bytesOf(block.commitProof.bytes))
    assert.ok(!isRejection(proof))
    assert.equal(toHex(encodeCommitProof(proof)), block.commitProof.bytes)
    const members = block.commitProof.members.map((key, i) => ({
      organisation: `org${i}`,
      consensusKey: bytesOf(key),
      peerId: '',
    }))
    const committee = { members, hash: CHAIN }
    assert.equal(
      verifyCommitProof(proof, { committee, chain: CHAIN, verify: verifySignature }),
      undefined,
    )
  })

  it('of the log verify', () => {
    for (const { index, size, path } of log.inclusion) {
      const leaf = logLeafHash(logLeaf(index))
      assert.ok(verifyInclusion({ leaf, index, size, path, root: digest(log.roots[size]) }))
    }
    for (const { from, to, path } of log.consistency) {
      const fromRoot = digest(log.roots[from])
      assert.ok(verifyConsistency({ from, to, path, fromRoot, toRoot: digest(log.roots[to]) }))
    }
  })

  it('of the state verify, with both kinds of absence', () => {
    const values = new Map(state.entries.map(({ key, value }) => [key, bytesOf(value)]))
    const root = digest(state.roots.at(-1))
    const absences = new Set<boolean>()
    for (const { key, ...rest } of state.proofs) {
      const proof: StateProof = rest
      assert.ok(verifyStateProof(root, key, values.get(key), proof), key)
      if (!values.has(key)) absences.add(proof.other === null)
    }
    assert.equal(absences.size, 2)
  })
})
