import assert from 'node:assert/strict'
import pc from 'picocolors'
import { certificateLines } from '../../../cli/output/certificate-lines.ts'
import { participantLines } from '../../../cli/output/participant-lines.ts'
import { recordLines } from '../../../cli/output/record-lines.ts'
import { storyLines } from '../../../cli/output/story-lines.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { participants } from '../../../protocol/queries/family/participants.ts'
import { story } from '../../../protocol/queries/family/story.ts'
import { runQuery } from '../../../protocol/queries/query.ts'
import type { CaptureSummary } from '../../../protocol/records/certificates/certificates.ts'
import type { LedgerRecord, RecordOf } from '../../../protocol/records/record.ts'
import { richFamily } from '../../protocol/queries/family/rich-family.ts'
import {
  edgeTo,
  signedAdvisory,
  signedDataset,
  signedEvent,
  signedKey,
  signedModel,
  signedPhase,
  signedPipeline,
  signedWithdrawal,
} from '../../support/records.ts'

const family = richFamily(2)
const { reader, genesis } = family.ledger

function told(id: Digest): readonly string[] {
  const found = runQuery(story({ reader, genesis }, id), reader)
  assert.ok(found)
  return storyLines(found, pc.createColors(false))
}

function linesOf({ type, statement }: LedgerRecord): readonly string[] {
  return recordLines<LedgerRecord['type']>(type, statement.predicate)
}

function has(lines: readonly string[], ...wanted: readonly string[]): void {
  for (const line of wanted) assert.ok(lines.includes(line), `${line}\nin\n${lines.join('\n')}`)
}

function short({ id }: Pick<LedgerRecord, 'id'>): string {
  return id.slice(0, 12)
}

describe('an evaluation, printed', () => {
  const subset = { kind: 'files', digest: family.clean.id, count: 212, of: 5_012 } as const
  const content = {
    metrics: { accuracy: 0.93 },
    datasets: [
      { ...edgeTo(family.clean), how: 'observed', subset },
      { kind: 'unknown', reason: 'a web\u202eservice' },
    ],
  } as const
  const evaluation = signedPhase(family.base, 'evaluation', { org: 1, nonce: 77, content })

  it('names exactly which files of which dataset it was measured on, and how that is known', () => {
    const names = new Map([[family.clean.id, 'org01/clean@1']])
    has(
      recordLines('phase', (evaluation as RecordOf<'phase'>).statement.predicate, { names }),
      `on       212 of 5,012 files of org01/clean@1 (${short(family.clean)}), observed`,
      'on       unknown: a web\\u{202e}service, declared',
    )
  })

  it('has the names in the story of its model', () => {
    const { ledger, base, clean } = richFamily(1)
    ledger.commit(signedPhase(base, 'evaluation', { org: 2, nonce: 77, content }))
    const found = runQuery(
      story({ reader: ledger.reader, genesis: ledger.genesis }, base.id),
      ledger.reader,
    )
    assert.equal(found?.names[clean.id], 'org01/clean@1')
    const [on] = storyLines(found, pc.createColors(false)).filter((line) => / on {7}/.test(line))
    assert.match(on ?? '', /212 of 5,012 files of org01\/clean@1/)
  })

  it('says of a training without parameters that none were recorded', () => {
    const training = signedPhase(family.base, 'training', { content: { hyperparameters: {} } })
    has(linesOf(training), 'no parameters were recorded')
  })
})

describe('the story of a model, printed', () => {
  const lines = told(family.base.id)

  it('has all nine phases: who told them, what is missing, what was corrected', () => {
    const start = lines.indexOf('phases') + 1
    assert.deepEqual(lines.slice(start, lines.indexOf('', start)), [
      `  requirements: person2 (org02), block 7, ${short(family.requirements)}`,
      '    goal     read digits',
      '    decided  no faces in the data',
      '  collection: MISSING',
      '  cleaning: MISSING',
      '  labelling: MISSING',
      '  features: MISSING',
      `  training: person2 (org02), block 7, ${short(family.training)}, CORRECTED by ${short(family.corrected)}`,
      '    with     epochs=3',
      `  training: person2 (org02), block 8, ${short(family.corrected)}`,
      '    with     epochs=5',
      `    corrects ${short(family.training)}`,
      '  evaluation: MISSING',
      '  deployment: MISSING',
      '  monitoring: MISSING',
      '  2 of 9 phases are documented',
    ])
  })

  it('has every event with its time, its signer and its details, and what it was made from', () => {
    has(
      lines,
      `  block 9, 2025-10-09T08:53:29Z: evaluated by person3 (org03), ${short(family.evaluated)}`,
      '    details  metric=accuracy, value=0.97',
      `  block 11, 2025-10-09T08:53:31Z: accepted by person3 (org03), ${short(family.accepted)}`,
      `  block 14, 2025-10-09T08:53:34Z: status not affected by person3 (org03), ${short(family.answer)}`,
      '    reason   trained before the swap',
      '  owner    org03',
      '  software pkg:pypi/torch@2.1.0 (observed)',
      `  ├─ trained on dataset org01/clean@1 (observed) by person1, ${short(family.clean)} [RECALLED since block 13]`,
    )
  })

  it('of a recalled dataset has the recall in front, and who approved it', () => {
    has(
      told(family.clean.id),
      `  RECALLED by the committee since block 13: ${family.recall.id}`,
      `  block 12, 2025-10-09T08:53:32Z: recall, in force by person3 (org03), ${short(family.recall)}`,
      '    reason   labels were swapped',
      '    approved by admin (org02) in block 13',
      '  step 1   normalise',
      '    parameters mean=0.5',
    )
  })

  it('flags data that violates its bounds', () => {
    has(
      told(family.scans.id),
      '  bound    age: at least 0 and at most 120 years; VIOLATED by 12 values',
      '  source   the field',
    )
  })
})

describe('a certificate, printed', () => {
  const capture: CaptureSummary = {
    sealed: 'cd'.repeat(32) as Digest,
    layers: ['strace', 'python'],
    command: 'python train.py',
    code: { commit: 'ab'.repeat(20), dirty: 'ef'.repeat(32) as Digest },
    startedMs: 1_760_000_000_000,
    durationMs: 12_000,
    exitCode: 0,
    filesRead: 5_012,
    filesWritten: 3,
    endpoints: 1,
    changed: 2,
    opaque: 'docker run',
  }

  it('says what was seen while the artefact was made, and what was not', () => {
    const record = signedModel({ more: { capture, licence: 'MIT' } })
    assert.ok(record.type === 'model')
    assert.deepEqual(certificateLines(record.statement.predicate), [
      'model id 8ad53dd3-4b02-4af5-a17f-e03d2fabee1c',
      'licence  MIT',
      'captured 2025-10-09T08:53:20Z, 12 s, exit code 0, seen by strace, python',
      '  command  python train.py',
      `  code     commit ${'ab'.repeat(20)}, with uncommitted changes ${'ef'.repeat(32)}`,
      '  files    5,012 read, 3 written',
      '  network  1 endpoint: inputs that were not hashed',
      '  changed  2 captured facts by a person, so they are declared',
      '  unseen   docker run',
      `  sealed   ${'cd'.repeat(32)}`,
    ])
  })

  it('of a pipeline has its components in order, and what differs from the default', () => {
    const train = {
      name: 'train',
      kind: 'train',
      processes: ['fit'],
      components: [{ name: 'split', kind: 'split', processes: [] }],
      configuration: [{ key: 'epochs', value: 5, default: 3 }],
    }
    const configuration = [{ key: 'seed', value: 1, default: 1 }]
    const pipeline = signedPipeline({
      more: { components: [train], configuration, security: { tls: true } },
    })
    assert.deepEqual(linesOf(pipeline), [
      'component 1 train (train)',
      '  process  fit',
      '  setting  epochs = 5 (differs from the default 3)',
      '  component 1.1 split (split)',
      'setting  seed = 1 (the default)',
      'security tls=true',
      'software none of its own',
    ])
  })
})

describe('a record of any type, printed', () => {
  it('says in words what it does', () => {
    const data = signedDataset()
    assert.deepEqual(linesOf(family.recall), [
      `recalls  ${family.clean.id}`,
      'reason   labels were swapped',
    ])
    assert.deepEqual(linesOf(family.approvals[0] as LedgerRecord), [`approves ${family.recall.id}`])
    assert.deepEqual(linesOf(family.answer), [
      `artefact ${family.base.id}`,
      `about    ${family.recall.id}`,
      'status   not affected',
      'reason   trained before the swap',
    ])
    const packages = [
      {
        purl: 'pkg:pypi/torch',
        versions: ['2.0.0'],
        ranges: [{ introduced: '2.1', fixed: '2.3' }],
      },
    ]
    const advisory = signedAdvisory({ packages })
    has(
      linesOf(advisory),
      'advisory CVE-2026-1234',
      'package  pkg:pypi/torch: 2.0.0; from 2.1 up to but not including 2.3',
    )
    assert.deepEqual(linesOf(signedWithdrawal(advisory, { reason: 'too wide' })), [
      `withdraws ${advisory.id}`,
      'reason   too wide',
    ])
    has(linesOf(signedKey()), 'of       grace, a person')
    has(
      linesOf(signedEvent(data, 'validated', { details: { method: 'by hand' } })),
      `event    validated of ${data.id}`,
      'details  method=by hand',
    )
    const monitoring = { thresholds: [{ field: 'drift', max: 0.2 }] }
    has(
      linesOf(signedPhase(family.base, 'monitoring', { content: monitoring })),
      'limit    drift: at most 0.2',
    )
  })

  it('shows what a stranger tries to hide in it', () => {
    const event = signedEvent(signedDataset(), 'validated', {
      details: { method: 'one\ntwo\u202ethree' },
    })
    assert.ok(linesOf(event).includes('details  method=one\\u{a}two\\u{202e}three'))
  })
})

describe('the participants, printed', () => {
  it('are all stakeholders, all parts and all data', () => {
    const found = runQuery(participants({ reader, genesis }, family.tuned.id), reader)
    assert.ok(found)
    has(
      participantLines(found),
      '3 signers of 3 organisations',
      '    phase training: model org02/base@1',
      '    recall: dataset org01/clean@1',
      '    component the-train',
      '  pkg:pypi/torch@2.1.0, in 1 artefact',
      '    dataset org01/clean@1 was made from it (4,800 of 5,012 files, observed)',
      'not known: model org02/base@1 is distilled from hf://openai/clip@main, not on the ledger',
      'not complete: the ledger does not know all of it',
    )
  })
})
