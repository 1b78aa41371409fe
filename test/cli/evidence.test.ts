import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelPredicate } from '../../protocol/records/certificates/certificates.ts'
import type { EventPredicate } from '../../protocol/records/events/events.ts'
import { ScriptedLedger } from './scripted-ledger.ts'
import { useTemporaryFolder } from './temporary-folder.ts'

const DIGEST = 'c4'.repeat(32)
const CARD = { kind: 'model-card', digest: DIGEST, location: 'https://hub.example/card.md' }
const HARNESS = { kind: 'test-harness', digest: DIGEST }

describe('evidence that is kept elsewhere', function () {
  this.timeout(30_000)
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  let ledger: ScriptedLedger

  beforeEach(async () => {
    ledger = await ScriptedLedger.create(folder())
    await writeFile(at('base'), 'weights')
  })
  afterEach(() => ledger.node.close())

  const certify = (...evidence: readonly string[]) =>
    ledger.run(
      'certify',
      'model',
      at('base'),
      '--dataset',
      'unknown',
      '--reason',
      'old',
      ...evidence.flatMap((item) => ['--evidence', item]),
    )

  async function predicateOf<T>(run: ReturnType<typeof certify>): Promise<T> {
    const { code, json, stderr } = await run
    assert.equal(code, 0, stderr)
    return ledger.committed.get(String(json().id))?.statement.predicate as T
  }

  it('is named by kind and digest in a certificate: a model card, a test harness (G28, G29)', async () => {
    const run = certify(`model-card:${DIGEST}:${CARD.location}`, `test-harness:${DIGEST}`)
    const { evidence } = await predicateOf<ModelPredicate>(run)
    assert.deepEqual(evidence, [CARD, HARNESS])
    assert.match((await run).stderr, /model-card.*c4c4.*test-harness/s, 'shown before it is signed')
  })

  it('is named by what happens later too', async () => {
    await predicateOf(certify())
    const item = `edge-attestation:${DIGEST}`
    const run = ledger.run('evaluate', 'base', '--metric', 'f1=1', '--evidence', item)
    const { evidence } = await predicateOf<EventPredicate>(run)
    assert.deepEqual(evidence, [{ kind: 'edge-attestation', digest: DIGEST }])
  })

  it('is refused without a whole digest, and nothing is signed', async () => {
    for (const item of ['model-card', 'model-card:c4', `:${DIGEST}`, `Model Card:${DIGEST}`]) {
      assert.notEqual((await certify(item)).code, 0, item)
    }
    assert.equal(ledger.committed.size, 0)
  })
})
