import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { readDraft } from '../../../cli/draft/read-draft.ts'
import { certificateFromDraft } from '../../../cli/from-draft/certificate-from-draft.ts'
import { keptCapture } from '../../../cli/home/captures.ts'
import { openHome } from '../../../cli/home/home.ts'
import { saltedDigestOf } from '../../../protocol/artefacts/salted-digest.ts'
import { subsetOfFiles } from '../../../protocol/artefacts/subset.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { base64Decode } from '../../../protocol/encoding/base64.ts'
import type { RecordOf } from '../../../protocol/records/record.ts'
import { accepted } from '../../support/records.ts'
import { sampleCapture } from '../draft/sample-capture.ts'
import { DATA, file, sha, useDraftedProject } from '../support/drafted-project.ts'
import { rejectsWith } from '../support/rejects-with.ts'

describe('certify --from', function () {
  this.timeout(60_000)
  const project = useDraftedProject()

  it('signs the certificate, then the phases, and keeps the whole capture at home', async () => {
    const { ledger, at, draft, edit, certified, model, predicateOf } = project()
    await certified('dataset', at('data'), '--name', 'digits')
    await draft([
      ...Object.entries(DATA).map(([name, text]) => file(`data/${name}`, 'input', text)),
      file('model.bin', 'output', 'weights'),
    ])
    await edit(/ {2}goal: .*/, '  goal: sort letters')
    await edit('  decisions: []', '  decisions: [kept the outliers]')
    await edit('"name":"lr","value":0.1', '"name":"lr","value":0.2')
    const { id, phases } = await model()
    const { capture, software, datasets, artefact } = predicateOf(id)
    assert.equal(artefact.name, 'model.bin')
    assert.equal(datasets.length, 1)
    assert.deepEqual(
      software?.map(({ purl }) => purl),
      ['pkg:generic/python@3.11.2', 'pkg:pypi/numpy@1.26.4'],
    )
    const kept = await keptCapture(await openHome(ledger.home), id as Digest)
    const { sealed } = await readDraft(at('n.draft.yaml'))
    const salt = base64Decode(kept?.salt ?? '') ?? new Uint8Array(32)
    assert.equal(capture?.sealed, saltedDigestOf(salt, sealed))
    assert.notEqual(capture?.sealed, sealed)
    assert.equal(capture?.changed, 1)
    assert.equal(capture?.command, 'python3 train.py --lr 0.1')
    assert.equal(kept?.changes.length, 1)
    assert.match(project().said.stderr, /Made from:\s+dataset {2}acme\/digits@1: all 3 files/)
    assert.match(project().said.stderr, /Changed by hand, so declared: 1/)
    const told = phases.map((phase) => {
      const record = ledger.committed.get((phase as { id: string }).id) as RecordOf<'phase'>
      return record.statement.predicate
    })
    assert.deepEqual(
      told.map(({ phase, artefact: of }) => [phase, of]),
      [
        ['requirements', id],
        ['training', id],
        ['evaluation', id],
      ],
    )
    assert.deepEqual(told[0]?.content, { goal: 'sort letters' })
    assert.deepEqual(told[1]?.decisions, ['kept the outliers'])
    assert.deepEqual(told[1]?.content, {
      software,
      hardware: { cores: 2, platform: 'linux' },
      hyperparameters: { lr: 0.2 },
    })
    assert.deepEqual(told[2]?.content, { metrics: { accuracy: 0.97 } })
  })

  it('signs nothing a second time', async () => {
    const { ledger, draft, model, predicateOf } = project()
    await draft([file('model.bin', 'output', 'weights')])
    const first = await model()
    const records = ledger.committed.size
    const second = await model()
    assert.deepEqual([second.id, second.repeated], [first.id, true])
    assert.deepEqual(second.phases, first.phases)
    assert.equal(ledger.committed.size, records)
    assert.deepEqual(predicateOf(first.id).datasets, [
      { kind: 'unknown', reason: 'the run was not seen to read any data', how: 'observed' },
    ])
  })

  it('says "none" where a run that was seen in whole made a model from models alone', async () => {
    const { at, draft, certified, model, predicateOf } = project()
    const data = await certified('dataset', at('data', 'b.csv'), '--name', 'single')
    const base = await certified('model', at('base.bin'), '--name', 'base', '--dataset', data)
    const files = [
      file('base.bin', 'input', 'base weights'),
      file('model.bin', 'output', 'weights'),
    ]
    const parent = { kind: 'certified', record: base, digest: sha('base weights') }
    await draft(files)
    const seen = predicateOf((await model()).id)
    assert.deepEqual(seen.parents, [{ ...parent, relation: 'finetune', how: 'observed' }])
    assert.deepEqual(seen.datasets, [
      { kind: 'none', reason: 'the run read its parents and no data', how: 'observed' },
    ])
    await draft(files, { opaque: ['a container ran'] })
    const hidden = predicateOf((await model({ name: 'hidden' })).id)
    assert.equal(hidden.datasets[0]?.kind, 'unknown')
  })

  it('never says "observed" of data that a person took out of the capture', async () => {
    const { at, draft, edit, certified, model, predicateOf } = project()
    const data = await certified('dataset', at('data', 'b.csv'), '--name', 'single')
    await certified('model', at('base.bin'), '--name', 'base', '--dataset', data)
    await draft([
      file('base.bin', 'input', 'base weights'),
      file('data/b.csv', 'input', DATA['b.csv']),
      file('model.bin', 'output', 'weights'),
    ])
    await edit(/ +- \{"path":"data\/b\.csv".*\n/, '')
    const { datasets, capture } = predicateOf((await model()).id)
    assert.deepEqual(datasets, [
      {
        kind: 'unknown',
        reason: 'the captured files were changed by hand, and no data is left among them',
        how: 'declared',
      },
    ])
    assert.equal(capture?.changed, 1)
  })

  it('refuses the draft of a failed command, or says so in the certificate', async () => {
    const { ledger, draft, model, predicateOf } = project()
    const { command } = sampleCapture()
    await draft([file('model.bin', 'output', 'weights')], { command: { ...command, exitCode: 3 } })
    await rejectsWith(model(), 'draft-of-failure', /exit code 3/)
    assert.equal(ledger.committed.size, 0)
    const { id } = await model({ allowFailed: true })
    assert.equal(predicateOf(id).capture?.exitCode, 3)
  })

  it('asks which output is meant, and refuses one that has changed', async () => {
    const { ledger, at, draft, model } = project()
    await draft([file('model.bin', 'output', 'weights'), file('log.txt', 'output', 'x')])
    await rejectsWith(model(), 'draft-output-unclear', /model\.bin\n {2}log\.txt/)
    await rejectsWith(model({ output: 'nope' }), 'draft-output-unclear', /did not write nope/)
    await writeFile(at('model.bin'), 'other weights')
    await rejectsWith(model({ output: 'model.bin' }), 'draft-output-changed', /has changed/)
    await rm(at('model.bin'))
    await rejectsWith(model({ output: 'model.bin' }), 'path-missing', /not there any more/)
    assert.equal(ledger.committed.size, 0)
  })

  it('certifies a directory that the run wrote, as a dataset with its one step', async () => {
    const { ledger, context, flags, draft } = project()
    await draft([
      file('raw.csv', 'input', 'r'),
      ...Object.entries(DATA).map(([name, text]) => file(`data/${name}`, 'output', text)),
    ])
    await certificateFromDraft(context(), 'dataset', undefined, flags({ output: 'data' }))
    const { id } = JSON.parse(project().said.stdout) as { id: string }
    const { predicate } = (ledger.committed.get(id) as RecordOf<'dataset'>).statement
    assert.equal(predicate.artefact.files, 3)
    assert.deepEqual(
      predicate.inputs?.map(({ kind }) => kind),
      ['unknown'],
    )
    assert.deepEqual(predicate.steps, [
      {
        method: 'run of train',
        parameters: { lr: 0.1 },
        software: 'pkg:generic/python@3.11.2',
        command: 'python3 train.py --lr 0.1',
      },
    ])
  })

  it('signs the evaluation of the model that a run read, on the dataset that it read', async () => {
    const { ledger, at, draft, certified } = project()
    const data = await certified('dataset', at('data', 'b.csv'), '--name', 'single')
    const base = await certified('model', at('base.bin'), '--name', 'base', '--dataset', data)
    const read = [file('data/b.csv', 'input', DATA['b.csv'])]
    await draft([...read, file('metrics.json', 'output', 'm')])
    const run = () => ledger.run('certify', 'evaluation', '--from', at('n.draft.yaml'))
    const none = await run()
    assert.equal(none.code, 2, none.stderr)
    assert.match(none.stderr, /read no certified model/)
    await rm(at('n.draft.yaml'))
    await draft([...read, file('base.bin', 'input', 'base weights')])
    const { code, json, stderr } = await run()
    assert.equal(code, 0, stderr)
    const { predicate } = (ledger.committed.get(String(json().id)) as RecordOf<'phase'>).statement
    assert.deepEqual([predicate.artefact, predicate.phase], [base, 'evaluation'])
    assert.deepEqual(predicate.content, {
      metrics: { accuracy: 0.97 },
      datasets: [{ kind: 'certified', record: data, digest: sha(DATA['b.csv']), how: 'observed' }],
    })
    assert.deepEqual(
      predicate.evidence.map(({ kind }) => kind),
      ['capture'],
    )
    assert.equal((await run()).json().id, json().id)
  })

  it('signs of an evaluation exactly which files it was measured on, and what nobody certified', async () => {
    const { ledger, at, draft, certified } = project()
    const digits = await certified('dataset', at('data'), '--name', 'digits')
    await certified('model', at('base.bin'), '--name', 'base', '--dataset', digits)
    await draft([
      file('data/b.csv', 'input', DATA['b.csv']),
      file('data/c/d.csv', 'input', DATA['c/d.csv']),
      file('hints.csv', 'input', 'nobody certified this'),
      file('base.bin', 'input', 'base weights'),
    ])
    const { code, json, stderr } = await ledger.run(
      'certify',
      'evaluation',
      '--from',
      at('n.draft.yaml'),
    )
    assert.equal(code, 0, stderr)
    const { content } = (ledger.committed.get(String(json().id)) as RecordOf<'phase'>).statement
      .predicate
    assert.ok(content !== undefined && 'datasets' in content)
    const [known, open] = content.datasets ?? []
    const subset = accepted(subsetOfFiles(['c/d.csv', 'b.csv'], 3))
    assert.ok(known?.kind === 'certified')
    assert.deepEqual([known.record, known.how, known.subset], [digits, 'observed', subset])
    assert.deepEqual(open, {
      kind: 'unknown',
      reason: 'a file that nobody certified',
      how: 'observed',
      digest: sha('nobody certified this'),
    })
    assert.match(stderr, /on {7}2 of 3 files of acme\/digits@1 \(.*\), observed/)
    assert.match(stderr, /on {7}unknown: a file that nobody certified/)
  })

  it('finds who labelled, and shows it before anything is signed', async () => {
    const { ledger, at, draft, edit, certified, model } = project()
    await certified('dataset', at('data'), '--name', 'digits')
    const [alice] = [...ledger.committed.values()].map(({ ledger: { author } }) => author)
    await draft([file('model.bin', 'output', 'weights')])
    const said = 'method: by hand, instructions: twice, software: pkg:pypi/label-studio@1.20.0'
    await edit('  phases: {}', `  phases: { labelling: { ${said}, person: acme/nobody } }`)
    const before = ledger.committed.size
    await rejectsWith(model(), 'unknown-person', /acme has registered nobody named nobody/)
    assert.equal(ledger.committed.size, before)
    await edit('acme/nobody', 'acme/alice')
    const { phases } = await model()
    const [labelling] = phases.map((phase) => {
      const record = ledger.committed.get((phase as { id: string }).id) as RecordOf<'phase'>
      return record.statement.predicate.content
    })
    assert.ok(labelling !== undefined && 'person' in labelling)
    assert.equal(labelling.person, alice)
    assert.match(
      project().said.stderr,
      /With it:\s+phase labelling.*by {7}alice \(acme\), did:key/s,
    )
  })

  it('names the certified pipeline that a run read', async () => {
    const { at, draft, certified, model, predicateOf } = project()
    const component = { name: 'split', kind: 'split', processes: ['shuffle'] }
    await writeFile(
      at('pipeline.json'),
      JSON.stringify({ components: [component], software: [], configuration: [] }),
    )
    const pipeline = await certified(
      'pipeline',
      at('pipeline.json'),
      '--name',
      'train',
      '--from',
      at('pipeline.json'),
    )
    const text = await readFile(at('pipeline.json'), 'utf8')
    await draft([file('pipeline.json', 'input', text), file('model.bin', 'output', 'weights')])
    const { id } = await model()
    assert.equal(predicateOf(id).pipeline?.record, pipeline)
    assert.deepEqual(
      predicateOf(id).datasets.map(({ kind }) => kind),
      ['unknown'],
    )
  })

  it('takes no flags beside the draft that the draft answers, and no draft of another kind', async () => {
    const { draft, edit, model } = project()
    await draft([file('model.bin', 'output', 'weights')])
    await rejectsWith(model({ dataset: ['x'] }), 'usage', /--dataset and --from/)
    await rejectsWith(model({ offline: true }), 'usage', /takes a node/)
    await edit(/ {2}as: .*/, '  as: dataset')
    await rejectsWith(model(), 'usage', /draft of a dataset/)
  })
})
