import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Capture, CapturedFile } from '../../../cli/capture/capture.ts'
import { readDraft } from '../../../cli/draft/read-draft.ts'
import { writeDraft } from '../../../cli/draft/write-draft.ts'
import { keptCapture } from '../../../cli/home/captures.ts'
import { openHome } from '../../../cli/home/home.ts'
import { matchInputs } from '../../../cli/matching/match-inputs.ts'
import { Output } from '../../../cli/output/output.ts'
import { openSession } from '../../../cli/session.ts'
import { certificateFromDraft } from '../../../cli/signing/from-draft/certificate-from-draft.ts'
import { manifestDigest } from '../../../protocol/artefacts/manifest.ts'
import { saltedDigestOf } from '../../../protocol/artefacts/salted-digest.ts'
import { subsetOfFiles } from '../../../protocol/artefacts/subset.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { base64Decode } from '../../../protocol/encoding/base64.ts'
import type { ModelPredicate } from '../../../protocol/records/certificates/certificates.ts'
import type { RecordOf } from '../../../protocol/records/record.ts'
import { sampleCapture } from '../draft/sample-capture.ts'
import { rejectsWith } from '../rejects-with.ts'
import { CID, ScriptedLedger } from '../scripted-ledger.ts'
import { AS_OF } from '../scripted-node.ts'
import { useTemporaryFolder } from '../temporary-folder.ts'

const DATA = { 'a.csv': '1,2', 'b.csv': '3,4', 'c/d.csv': '5,6' } as const
const sha = (text: string) => createHash('sha256').update(text).digest('hex') as Digest

describe('certify --from', function () {
  this.timeout(60_000)
  const folder = useTemporaryFolder()
  const at = (...parts: string[]) => join(folder(), 'project', ...parts)
  let ledger: ScriptedLedger
  let said: { stdout: string; stderr: string }

  beforeEach(async () => {
    ledger = await ScriptedLedger.create(folder())
    ledger.node.on('GET', `/chains/${ledger.chain}/artefacts`, () => ({
      json: { artefacts: [], asOf: AS_OF },
    }))
    await mkdir(at('data', 'c'), { recursive: true })
    for (const [name, text] of Object.entries(DATA)) await writeFile(at('data', name), text)
    await writeFile(at('model.bin'), 'weights')
    await writeFile(at('base.bin'), 'base weights')
  })
  afterEach(() => ledger.node.close())

  const context = () => {
    said = { stdout: '', stderr: '' }
    const output = new Output({
      json: true,
      stdout: { write: (text: string) => (said.stdout += text) },
      stderr: { write: (text: string) => (said.stderr += text) },
      environment: {},
    })
    return { home: ledger.home, output, signal: new AbortController().signal }
  }
  const flags = (more: object = {}) => ({
    ...({ share: 'local', wait: true, timeout: 5_000, yes: true } as const),
    from: at('n.draft.yaml'),
    ...more,
  })
  const file = (path: string, role: CapturedFile['role'], text: string): CapturedFile => ({
    path,
    role,
    how: 'observed',
    sha256: sha(text),
    bytes: text.length,
  })
  const draft = (files: readonly CapturedFile[], more: Partial<Capture> = {}) =>
    writeDraft(at('n.draft.yaml'), sampleCapture({ files, ...more }))
  const edit = async (from: string | RegExp, to: string) => {
    const text = await readFile(at('n.draft.yaml'), 'utf8')
    await writeFile(at('n.draft.yaml'), text.replace(from, to))
  }
  const certified = async (...args: string[]) => {
    const { code, json, stderr } = await ledger.run('certify', ...args)
    assert.equal(code, 0, stderr)
    return String(json().id) as Digest
  }
  const matched = async () =>
    matchInputs(await openSession(context()), await readDraft(at('n.draft.yaml')))
  const model = async (more: object = {}) => {
    await certificateFromDraft(context(), 'model', undefined, flags(more))
    return JSON.parse(said.stdout) as { id: string; repeated: boolean; phases: object[] }
  }
  const predicateOf = (id: string) =>
    (ledger.committed.get(id) as RecordOf<'model'>).statement.predicate as ModelPredicate

  it('makes one edge of the files of a directory, with the exact subset', async () => {
    const record = await certified('dataset', at('data'), '--name', 'digits')
    await draft([
      file('data/a.csv', 'input', DATA['a.csv']),
      file('data/c/d.csv', 'input', DATA['c/d.csv']),
      file('model.bin', 'output', 'weights'),
    ])
    const { datasets, parents, lines } = await matched()
    const subset = subsetOfFiles(['a.csv', 'c/d.csv'], 3)
    const manifests = await readFile(
      join(ledger.home, 'user/manifests', `${datasetDigest(record)}.json`),
    )
    assert.equal(manifestDigest(new Uint8Array(manifests)), datasetDigest(record))
    assert.deepEqual(datasets, [
      { kind: 'certified', record, digest: datasetDigest(record), how: 'observed', subset },
    ])
    assert.deepEqual(parents, [])
    assert.deepEqual(lines, ['dataset  acme/digits@1: 2 of 3 files, observed'])
  })
  const datasetDigest = (record: string) => {
    const [subject] = ledger.committed.get(record)?.statement.subject ?? []
    return Object.values(subject?.digest ?? {})[0] as Digest
  }

  it('knows the whole, renamed copies, and files that changed', async () => {
    const record = await certified('dataset', at('data'), '--name', 'digits')
    await draft([
      file('copy/1.csv', 'input', DATA['a.csv']),
      file('copy/2.csv', 'input', DATA['b.csv']),
      { ...file('copy/3.csv', 'input', DATA['c/d.csv']), changedTo: 'f'.repeat(64) },
      file('model.bin', 'output', 'weights'),
    ])
    const { datasets, lines } = await matched()
    assert.deepEqual(datasets, [
      { kind: 'certified', record, digest: datasetDigest(record), how: 'observed' },
    ])
    assert.match(lines[0] ?? '', /all 3 files, observed; 1 file changed while the command ran/)
  })

  it('counts settings and programs in a certified directory as part of it', async () => {
    await writeFile(at('data', 'labels.yaml'), 'a: 1')
    await writeFile(at('data', 'load.py'), 'print()')
    await certified('dataset', at('data'), '--name', 'digits')
    await draft([
      ...Object.entries(DATA).map(([name, text]) => file(`data/${name}`, 'input', text)),
      file('data/labels.yaml', 'input', 'a: 1'),
      file('data/load.py', 'input', 'print()'),
      file('train.py', 'input', 'train()'),
      file('model.bin', 'output', 'weights'),
    ])
    assert.deepEqual((await matched()).lines, ['dataset  acme/digits@1: all 5 files, observed'])
  })

  it('tells models, unknown ancestry and code apart', async () => {
    const data = await certified('dataset', at('data', 'b.csv'), '--name', 'single')
    const base = await certified('model', at('base.bin'), '--name', 'base', '--dataset', data)
    await draft([
      file('train.py', 'input', 'print()'),
      file('params.yaml', 'input', 'lr: 1'),
      file('base.bin', 'input', 'base weights'),
      file('data/b.csv', 'input', DATA['b.csv']),
      file('extra/x.csv', 'input', 'x'),
      file('extra/y.csv', 'input', 'y'),
      { path: 'notes.csv', role: 'input', how: 'inferred', sha256: sha('n'), bytes: 1 },
      file('model.bin', 'output', 'weights'),
    ])
    const { datasets, parents, inputs, lines } = await matched()
    const parent = { kind: 'certified', record: base, digest: sha('base weights') }
    assert.deepEqual(parents, [{ ...parent, relation: 'finetune', how: 'observed' }])
    assert.deepEqual(datasets, [
      { kind: 'certified', record: data, digest: sha(DATA['b.csv']), how: 'observed' },
      { kind: 'unknown', reason: '2 files that nobody certified', how: 'observed' },
      {
        kind: 'unknown',
        reason: 'a file that nobody certified',
        how: 'inferred',
        digest: sha('n'),
      },
    ])
    assert.equal(inputs.length, 4)
    assert.ok(
      lines.some((line) => /unknown {2}extra \(2 files\)/.test(line)),
      lines.join('\n'),
    )
  })

  it('takes the answers of a draft for declared', async () => {
    const data = await certified('dataset', at('data', 'b.csv'), '--name', 'single')
    await draft([
      file('extra/x.csv', 'input', 'x'),
      file('old/y.csv', 'input', 'y'),
      file('model.bin', 'output', 'weights'),
    ])
    await edit(
      '  answers: []',
      '  answers:\n    - {path: extra, is: single}\n    - {path: old, reason: before our records}',
    )
    const { datasets } = await matched()
    assert.deepEqual(datasets, [
      { kind: 'certified', record: data, digest: sha(DATA['b.csv']), how: 'declared' },
      { kind: 'unknown', reason: 'before our records', how: 'observed', digest: sha('y') },
    ])
    await edit('path: extra', 'path: nowhere')
    await rejectsWith(matched(), 'usage', /no input lies there/)
  })

  it('finds an artefact of our own whose digest is salted on the ledger', async () => {
    const secret = await certified('dataset', at('data'), '--salted', '--name', 'patients')
    await draft([
      ...Object.entries(DATA).map(([name, text]) => file(`data/${name}`, 'input', text)),
      file('model.bin', 'output', 'weights'),
    ])
    const { datasets } = await matched()
    assert.deepEqual(datasets, [
      { kind: 'certified', record: secret, digest: datasetDigest(secret), how: 'observed' },
    ])
  })

  it('asks for the manifest of a shared directory that this home has never seen, and keeps it', async () => {
    const record = await certified('dataset', at('data'), '--name', 'digits')
    const digest = datasetDigest(record)
    const kept = join(ledger.home, 'user/manifests', `${digest}.json`)
    const manifest = new Uint8Array(await readFile(kept))
    await rm(join(ledger.home, 'user/manifests'), { recursive: true })
    await rm(join(ledger.home, 'user/expectations.json'))
    const answer = await (await openSession(context())).chain.artefact(record)
    const artefacts = [{ ...answer, share: 'members', manifestCid: CID }]
    const base = `/chains/${ledger.chain}/artefacts`
    ledger.node.on('GET', base, () => ({ json: { artefacts, asOf: AS_OF } }))
    await draft([file('data/b.csv', 'input', DATA['b.csv']), file('model.bin', 'output', 'w')])
    const before = await matched()
    assert.deepEqual(
      before.datasets.map(({ kind }) => kind),
      ['unknown'],
    )
    ledger.node.on('GET', `${base}/${record}/manifest`, () => ({ bytes: manifest }))
    const after = await matched()
    assert.match(after.lines[0] ?? '', /acme\/digits@1: 1 of 3 files, observed/)
    assert.deepEqual(new Uint8Array(await readFile(kept)), manifest)
  })

  it('signs the certificate, then the phases, and keeps the whole capture at home', async () => {
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
    assert.match(said.stderr, /Made from:\s+dataset {2}acme\/digits@1: all 3 files/)
    assert.match(said.stderr, /Changed by hand, so declared: 1/)
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

  it('refuses the draft of a failed command, or says so in the certificate', async () => {
    const { command } = sampleCapture()
    await draft([file('model.bin', 'output', 'weights')], { command: { ...command, exitCode: 3 } })
    await rejectsWith(model(), 'draft-of-failure', /exit code 3/)
    assert.equal(ledger.committed.size, 0)
    const { id } = await model({ allowFailed: true })
    assert.equal(predicateOf(id).capture?.exitCode, 3)
  })

  it('asks which output is meant, and refuses one that has changed', async () => {
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
    await draft([
      file('raw.csv', 'input', 'r'),
      ...Object.entries(DATA).map(([name, text]) => file(`data/${name}`, 'output', text)),
    ])
    await certificateFromDraft(context(), 'dataset', undefined, flags({ output: 'data' }))
    const { id } = JSON.parse(said.stdout) as { id: string }
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
      dataset: { record: data, digest: sha(DATA['b.csv']) },
    })
    assert.deepEqual(
      predicate.evidence.map(({ kind }) => kind),
      ['capture'],
    )
    assert.equal((await run()).json().id, json().id)
  })

  it('names the certified pipeline that a run read', async () => {
    const component = { name: 'split', kind: 'split', processes: ['shuffle'] }
    await writeFile(at('pipeline.json'), JSON.stringify({ components: [component] }))
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
    await draft([file('model.bin', 'output', 'weights')])
    await rejectsWith(model({ dataset: ['x'] }), 'usage', /--dataset and --from/)
    await rejectsWith(model({ offline: true }), 'usage', /takes a node/)
    await edit(/ {2}as: .*/, '  as: dataset')
    await rejectsWith(model(), 'usage', /draft of a dataset/)
  })
})
