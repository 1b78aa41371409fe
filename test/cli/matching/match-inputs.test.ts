import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openSession } from '../../../cli/session.ts'
import { manifestDigest } from '../../../protocol/artefacts/manifest.ts'
import { subsetOfFiles } from '../../../protocol/artefacts/subset.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { DATA, file, sha, useDraftedProject } from '../support/drafted-project.ts'
import { rejectsWith } from '../support/rejects-with.ts'
import { CID } from '../support/scripted-ledger.ts'
import { AS_OF } from '../support/scripted-node.ts'

describe('the inputs of a draft', function () {
  this.timeout(60_000)
  const project = useDraftedProject()

  it('makes one edge of the files of a directory, with the exact subset', async () => {
    const { ledger, at, draft, certified, matched } = project()
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
    const [subject] = project().ledger.committed.get(record)?.statement.subject ?? []
    return Object.values(subject?.digest ?? {})[0] as Digest
  }

  it('knows the whole, renamed copies, and files that changed', async () => {
    const { at, draft, certified, matched } = project()
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
    const { at, draft, certified, matched } = project()
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
    const { at, draft, certified, matched } = project()
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

  it('takes a file that is certified by itself for that, and not for a part of a folder', async () => {
    const { at, draft, certified, matched } = project()
    await certified('dataset', at('data', 'b.csv'), '--name', 'single')
    await certified('dataset', at('data'), '--name', 'digits')
    await draft([file('data/b.csv', 'input', DATA['b.csv']), file('model.bin', 'output', 'w')])
    assert.deepEqual((await matched()).lines, ['dataset  acme/single@1: the file, observed'])
    await draft([
      file('data/a.csv', 'input', DATA['a.csv']),
      file('data/b.csv', 'input', DATA['b.csv']),
      file('model.bin', 'output', 'w'),
    ])
    assert.deepEqual((await matched()).lines, ['dataset  acme/digits@1: 2 of 3 files, observed'])
  })

  it('takes the answers of a draft for declared', async () => {
    const { at, draft, edit, certified, matched } = project()
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
    const { at, draft, certified, matched } = project()
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
    const { ledger, at, context, draft, certified, matched } = project()
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
})
