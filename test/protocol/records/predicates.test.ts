import assert from 'node:assert/strict'
import fc from 'fast-check'
import { digestOf } from '../../../protocol/digest.ts'
import { canonicalJson } from '../../../protocol/encoding/canonical-json.ts'
import { checkConsistency } from '../../../protocol/records/consistency.ts'
import { keyOfDid } from '../../../protocol/records/did-key.ts'
import { parseEnvelope, sealEnvelope } from '../../../protocol/records/envelope.ts'
import { PHASES } from '../../../protocol/records/events/events.ts'
import { RECORD_TYPES, recordTypeOf } from '../../../protocol/records/schemas.ts'
import {
  isCertificateType,
  PREDICATE_TYPES,
  type RecordType,
  type Statement,
} from '../../../protocol/records/statement.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { testGenesis, testPerson } from '../../support/keys.ts'
import { type Json, PREDICATES, phaseOf } from './arbitrary-predicates.ts'

const ledger = {
  chain: testGenesis().genesis.chain,
  author: testPerson(0).did,
  nonce: 1,
  expires: 1_760_000_000_000,
}

function statementOf(type: RecordType, said: Json): Statement {
  const named = said.artefact as string | { readonly name: string; readonly version: string }
  const name = isCertificateType(type)
    ? `${(named as { name: string }).name}@${(named as { version: string }).version}`
    : ((said.consensusKey ?? said.proposal ?? said.advisory ?? named) as string)
  const isAboutRecord = type === 'approval' || type === 'withdrawal'
  const key = type === 'rejoin' ? keyOfDid(name) : undefined
  const sha256 = isAboutRecord ? name : digestOf(...(key instanceof Uint8Array ? [key] : []))
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { sha256 } }],
    predicateType: PREDICATE_TYPES[type],
    predicate: { ledger, ...said },
  } as unknown as Statement
}

function assertSurvives(type: RecordType, said: Json): void {
  const statement = canonicalJson(statementOf(type, said))
  const record = parseEnvelope(sealEnvelope(statement, new Uint8Array(64)))
  assert.ok(!isRejection(record), isRejection(record) ? record.detail : '')
  assert.equal(record.type, type)
  assert.deepEqual(canonicalJson(record.statement), statement)
}

const RUNS = { numRuns: 60 }

describe('every predicate', () => {
  for (const [type, predicate] of Object.entries(PREDICATES)) {
    it(`survives the way through an envelope: ${type}`, () => {
      fc.assert(
        fc.property(predicate, (said) => assertSurvives(type as RecordType, said)),
        RUNS,
      )
    })
  }

  for (const phase of PHASES) {
    it(`survives the way through an envelope: phase ${phase}`, () => {
      fc.assert(
        fc.property(phaseOf(phase), (said) => assertSurvives('phase', said)),
        RUNS,
      )
    })
  }
})

describe('arbitrary JSON', () => {
  const json = fc.jsonValue({ maxDepth: 5 })
  const anyType = fc.constantFrom(...RECORD_TYPES)

  function checked(statement: unknown): void {
    const type = recordTypeOf(statement)
    if (isRejection(type)) {
      assert.ok(type.detail.length > 0)
      return
    }
    checkConsistency(type, statement as Statement)
  }

  it('is refused as a statement, and never throws', () => {
    fc.assert(fc.property(json, checked))
  })

  it('never throws as a predicate of any type', () => {
    fc.assert(
      fc.property(anyType, json, (type, predicate) => {
        const statement = statementOf('approval', {})
        checked({ ...statement, predicateType: PREDICATE_TYPES[type], predicate })
      }),
      { numRuns: 500 },
    )
  })

  it('never throws in the place of any part of a predicate', () => {
    const sound = anyType.chain((type) => {
      const predicate =
        type === 'phase'
          ? phaseOf('monitoring')
          : type === 'key'
            ? fc.constant({})
            : PREDICATES[type]
      return fc.record({ type: fc.constant(type), predicate })
    })
    fc.assert(
      fc.property(sound, fc.nat(), json, ({ type, predicate }, which, value) => {
        const statement = statementOf(type, predicate)
        const names = Object.keys(statement.predicate)
        const name = names[which % names.length] ?? 'ledger'
        checked({ ...statement, predicate: { ...statement.predicate, [name]: value } })
      }),
      { numRuns: 500 },
    )
  })
})
