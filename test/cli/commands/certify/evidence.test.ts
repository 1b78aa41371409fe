import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelPredicate } from '../../../../protocol/records/certificates/certificates.ts'
import { EVIDENCE_KINDS } from '../../../../protocol/records/certificates/evidence-kinds.ts'
import type { EventPredicate } from '../../../../protocol/records/events/events.ts'
import { runHere } from '../../support/in-process.ts'
import { ScriptedLedger } from '../../support/scripted-ledger.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

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

  it('attests the platform, the service and the device, in words that are shown (G28)', async () => {
    const attested = certify(`platform-attestation:${DIGEST}`, `service-attestation:${DIGEST}`)
    await predicateOf(attested)
    const { stderr } = await attested
    assert.match(stderr, /platform-attestation: attestation of the platform that it was made on/)
    assert.match(stderr, /service-attestation: attestation of the service/)
    const item = `device-attestation:${DIGEST}:${CARD.location}`
    const run = ledger.run('evaluate', 'base', '--metric', 'f1=1', '--evidence', item)
    const { evidence } = await predicateOf<EventPredicate>(run)
    assert.deepEqual(evidence, [{ ...CARD, kind: 'device-attestation' }])
    assert.match((await run).stderr, /device-attestation: attestation of the device.*card\.md/)
  })

  it('may be of a kind that only its signer knows', async () => {
    const run = certify(`constructor:${DIGEST}`)
    const { evidence } = await predicateOf<ModelPredicate>(run)
    assert.deepEqual(evidence, [{ kind: 'constructor', digest: DIGEST }])
    assert.match((await run).stderr, /evidence constructor, sha256/)
  })

  it('has its defined kinds in the help of every command that takes it', async () => {
    const commands = [['certify', 'model'], ['certify', 'pipeline'], ['deploy'], ['phase', 'add']]
    for (const command of commands) {
      const { stdout } = await runHere([...command, '--help'])
      for (const kind of Object.keys(EVIDENCE_KINDS)) assert.ok(stdout.includes(kind), kind)
    }
  })

  it('is refused without a whole digest, and nothing is signed', async () => {
    for (const item of ['model-card', 'model-card:c4', `:${DIGEST}`, `Model Card:${DIGEST}`]) {
      assert.notEqual((await certify(item)).code, 0, item)
    }
    assert.equal(ledger.committed.size, 0)
  })
})
