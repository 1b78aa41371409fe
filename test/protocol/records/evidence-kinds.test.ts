import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  EVIDENCE_KINDS,
  meaningOfEvidence,
} from '../../../protocol/records/certificates/evidence-kinds.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { signedModel } from '../../support/records.ts'
import { check, withValue } from './changed-statement.ts'

const SPEC = join(import.meta.dirname, '..', '..', '..', 'protocol', 'SPEC.md')
const DIGEST = 'c4'.repeat(32)

describe('kinds of evidence', () => {
  const attached = (kind: string) =>
    check(withValue(signedModel(), '/predicate/evidence', [{ kind, digest: DIGEST }]))

  it('are places for platform, service, device and test results, told in SPEC.md (G28)', () => {
    const text = readFileSync(SPEC, 'utf8').replace(/ +/g, ' ')
    for (const [kind, meaning] of Object.entries(EVIDENCE_KINDS)) {
      assert.ok(text.includes(`| \`${kind}\` | ${meaning} |`), kind)
      assert.equal(attached(kind), 'model')
    }
    assert.deepEqual(Object.keys(EVIDENCE_KINDS), [
      'platform-attestation',
      'service-attestation',
      'device-attestation',
      'test-harness',
    ])
  })

  it('may be others, which mean what their signer says', () => {
    assert.equal(attached('model-card'), 'model')
    for (const kind of ['model-card', 'constructor', 'toString']) {
      assert.equal(meaningOfEvidence(kind), undefined)
    }
    assert.ok(isRejection(attached('Model Card')))
  })
})
