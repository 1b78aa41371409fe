import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { subsetOfFiles, subsetOfIndices } from '../../../../protocol/artefacts/subset.ts'
import type { Predicates, RecordType } from '../../../../protocol/records/statement.ts'
import type { CliRun } from '../../support/run-cli.ts'
import { ScriptedLedger } from '../../support/scripted-ledger.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

const errorOf = ({ json }: CliRun) =>
  json().error as { readonly code: string; readonly detail: string; readonly hint?: string }

describe('certificates in full', function () {
  this.timeout(60_000)
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  let ledger: ScriptedLedger

  beforeEach(async () => {
    ledger = await ScriptedLedger.create(folder())
  })
  afterEach(() => ledger.node.close())

  async function write(name: string, content: string | object): Promise<string> {
    await writeFile(at(name), typeof content === 'string' ? content : JSON.stringify(content))
    return at(name)
  }

  async function certified<T extends RecordType>(type: T, run: Promise<CliRun>) {
    const { code, json, stderr } = await run
    assert.equal(code, 0, stderr)
    const record = ledger.committed.get(String(json().id))
    assert.equal(record?.type, type)
    return { predicate: record.statement.predicate as Predicates[T], stderr, id: record.id }
  }

  const certify = (...args: string[]) => ledger.run('certify', ...args)
  const rawArgs = (path: string) => [
    'raw-data',
    path,
    '--source',
    'press 4',
    '--acquisition',
    'logged each cycle',
  ]

  describe('of raw data', () => {
    it('say source, acquisition, sensor, type and licence', async () => {
      const path = await write('june.csv', 'temperature\n20\n')
      const args = ['--sensor', 'PT100', '--type', 'table', '--licence', 'CC-BY-4.0']
      const { predicate, stderr } = await certified('raw-data', certify(...rawArgs(path), ...args))
      const { source, acquisition, sensor, dataType, licence } = predicate
      assert.deepEqual(
        [source, acquisition, sensor, dataType, licence],
        ['press 4', 'logged each cycle', 'PT100', 'table', 'CC-BY-4.0'],
      )
      assert.match(stderr, /raw-data acme\/june\.csv@1.*source +press 4.*sensor +PT100/s)
    })

    it('are no certificates without a source', async () => {
      const path = await write('june.csv', '1')
      assert.equal((await certify('raw-data', path, '--acquisition', 'x')).code, 2)
    })

    it('need a path, or a draft', async () => {
      const described = ['--source', 'x', '--acquisition', 'y']
      for (const args of [['raw-data', ...described], ['dataset'], ['model']]) {
        const run = await certify(...args)
        assert.equal(run.code, 2, args.join(' '))
        assert.match(errorOf(run).detail, /nothing was named/)
      }
    })

    it('are certified once when the command is repeated', async () => {
      const path = await write('june.csv', '1')
      const first = await certify(...rawArgs(path))
      const again = await certify(...rawArgs(path))
      assert.equal(again.json().repeated, true)
      assert.equal(again.json().id, first.json().id)
      const other = await certify(...rawArgs(path), '--sensor', 'PT100')
      assert.equal(other.json().repeated, false, 'another content is another certificate')
    })
  })

  describe('with bounds (T-M5)', () => {
    const bounds = '- {field: temperature, min: -40, max: 85, unit: °C}\n'

    it('count no value outside where all are inside', async () => {
      const path = await write('june.csv', 'at,temperature\n1,20\n2,-40\n3,\n')
      const file = await write('bounds.yaml', bounds)
      const run = certify(...rawArgs(path), '--bounds', file)
      const { predicate } = await certified('raw-data', run)
      const bound = { field: 'temperature', min: -40, max: 85, unit: '°C', outside: 0 }
      assert.deepEqual(predicate.bounds, [bound])
    })

    it('flag what is outside, and want a yes for it', async () => {
      const path = await write('june.csv', 'at,temperature\n1,20\n2,86\n3,hot\n')
      const file = await write('bounds.yaml', bounds)
      const unasked = await certify(...rawArgs(path), '--bounds', file)
      assert.deepEqual([unasked.code, errorOf(unasked).code], [1, 'declined'])
      assert.match(unasked.stderr, /temperature.*VIOLATED by 2 values/)
      assert.equal(ledger.committed.size, 0)
      const run = certify(...rawArgs(path), '--bounds', file, '--yes')
      const { predicate } = await certified('raw-data', run)
      assert.equal(predicate.bounds?.[0]?.outside, 2)
    })

    it('say where values could not be looked at', async () => {
      await mkdir(at('set'))
      await write('set/a.jsonl', '{"temperature": 1}\n')
      await write('set/b.bin', 'x')
      const file = await write('bounds.yaml', bounds)
      const run = certify(...rawArgs(at('set')), '--bounds', file)
      const { predicate, stderr } = await certified('raw-data', run)
      assert.equal(predicate.bounds?.[0]?.outside, undefined)
      assert.match(stderr, /not checked: b\.bin: neither CSV nor JSON/)
    })

    it('are refused with the line of what is wrong in their file', async () => {
      const path = await write('june.csv', 'temperature\n20\n')
      const file = await write('bounds.yaml', '- field: a\n  min: 1\n- field: b\n  low: 2\n')
      const refused = await certify(...rawArgs(path), '--bounds', file)
      assert.equal(refused.code, 1)
      assert.match(errorOf(refused).detail, /bounds\.yaml, line 4.*low/)
    })
  })

  describe('of a dataset', () => {
    async function rawData(): Promise<string> {
      await mkdir(at('raw'), { recursive: true })
      for (const name of ['a', 'b', 'c']) await write(`raw/${name}`, name)
      return (await certified('raw-data', certify(...rawArgs(at('raw')), '--name', 'raw'))).id
    }

    it('name inputs and every step', async () => {
      const raw = await rawData()
      const data = await write('clean.csv', '1')
      const step = {
        method: 'drop rows',
        parameters: { column: 'label', atMost: 3 },
        software: 'pkg:pypi/pandas@2.3.0',
        command: 'python clean.py',
      }
      const steps = await write('steps.json', [step])
      const args = ['--input', 'raw', '--steps', steps, '--software', 'pkg:pypi/numpy@2.1.0']
      const run = certify('dataset', data, ...args)
      const { predicate, stderr } = await certified('dataset', run)
      assert.equal(predicate.inputs?.[0]?.kind, 'certified')
      assert.ok('record' in predicate.inputs[0])
      assert.equal(predicate.inputs[0].record, raw)
      assert.deepEqual(predicate.steps, [step])
      const [software] = predicate.software ?? []
      assert.deepEqual(software, { purl: 'pkg:pypi/numpy@2.1.0', how: 'declared' })
      assert.match(stderr, /step 1 +drop rows.*column=label, atMost=3.*pkg:pypi\/pandas/s)
    })

    it('refuse a step that lacks its software (G30)', async () => {
      const data = await write('clean.csv', '1')
      const steps = await write('steps.yaml', '- method: drop rows\n  parameters: {}\n')
      const refused = await certify('dataset', data, '--steps', steps)
      assert.deepEqual([refused.code, errorOf(refused).code], [1, 'schema-violation'])
      assert.match(errorOf(refused).detail, /steps\.yaml, line 1.*software/)
    })

    it('pin a subset of files by its list (G3)', async () => {
      await rawData()
      const data = await write('part', '1')
      const list = await write('list.txt', 'c\na\n')
      const run = certify('dataset', data, '--input', 'raw', '--subset', `raw=${list}`)
      const { predicate, stderr } = await certified('dataset', run)
      const [input] = predicate.inputs ?? []
      assert.ok(input?.kind === 'certified')
      assert.deepEqual(input.subset, subsetOfFiles(['a', 'c'], 3))
      assert.match(stderr, /2 of 3 files/)
    })

    it('pin a subset of entries by their indices', async () => {
      const table = await write('table.csv', '1\n2\n3\n')
      await certified('raw-data', certify(...rawArgs(table), '--name', 'table'))
      const data = await write('part', '1')
      const list = await write('list.txt', 'of 3\n2\n0\n')
      const run = certify('dataset', data, '--input', 'table', '--subset', `table=${list}`)
      const { predicate } = await certified('dataset', run)
      const [input] = predicate.inputs ?? []
      assert.ok(input?.kind === 'certified')
      assert.deepEqual(input.subset, subsetOfIndices([0, 2], 3))
    })

    it('refuse a subset without its list, and say what to do (T-G8)', async () => {
      await rawData()
      const data = await write('part', '1')
      for (const args of [
        ['--input', 'raw', '--subset', 'raw'],
        ['--input', 'raw', '--subset', 'raw='],
        ['--input', 'a subset of raw'],
      ]) {
        const refused = await certify('dataset', data, ...args)
        assert.equal(refused.code, 2, args.join(' '))
        assert.match(errorOf(refused).detail, /only with the list of its members/)
        assert.match(errorOf(refused).hint ?? '', /--subset ID=FILE/)
      }
    })

    it('refuse a list that is none of the whole', async () => {
      await rawData()
      const data = await write('part', '1')
      for (const [content, code] of [
        ['a\nz\n', 'bad-document'],
        ['a\na\n', 'schema-violation'],
        ['', 'schema-violation'],
      ] as const) {
        const list = await write('list.txt', content)
        const refused = await certify('dataset', data, '--input', 'raw', '--subset', `raw=${list}`)
        assert.deepEqual([refused.code, errorOf(refused).code], [1, code], JSON.stringify(content))
      }
      const elsewhere = await certify('dataset', data, '--input', 'raw', '--subset', 'other=x')
      assert.equal(elsewhere.code, 2)
    })

    it('say openly what is unknown', async () => {
      const data = await write('part', '1')
      assert.equal((await certify('dataset', data, '--input', 'unknown')).code, 2)
      const args = ['--input', 'unknown', '--reason', 'before our time']
      const { predicate } = await certified('dataset', certify('dataset', data, ...args))
      assert.deepEqual(predicate.inputs, [{ kind: 'unknown', reason: 'before our time' }])
    })

    it('take no tag, alias or second key from a file', async () => {
      const data = await write('part', '1')
      for (const yaml of ['- !!js/function x', 'a: &a 1\nb: *a', 'a: 1\na: 2', '[[[']) {
        const file = await write('steps.yaml', yaml)
        const refused = await certify('dataset', data, '--steps', file)
        assert.deepEqual([refused.code, errorOf(refused).code], [1, 'bad-document'], yaml)
        assert.match(errorOf(refused).detail, /line [12]/)
      }
    })
  })

  describe('of a pipeline', () => {
    const architecture = {
      components: [
        {
          name: 'scale',
          kind: 'normalise',
          processes: ['subtract the mean'],
          configuration: [{ key: 'mean', value: true, default: false }],
          components: [{ name: 'inner', kind: 'cast', processes: [] }],
        },
        { name: 'fit', kind: 'train', processes: [] },
      ],
      software: [{ purl: 'pkg:pypi/torch@2.8.0' }],
      configuration: [],
      resources: { memory: '8 GB', processors: 4 },
      security: { channel: 'TLS 1.3' },
    }

    it('say components in their order, settings, needs; a model names it', async () => {
      const code = await write('train.py', 'print()')
      const file = await write('architecture.json', architecture)
      const run = certify('pipeline', code, '--from', file, '--name', 'train')
      const { predicate, stderr, id } = await certified('pipeline', run)
      const { components, software, configuration, resources, security } = predicate
      assert.deepEqual({ components, software, configuration, resources, security }, architecture)
      assert.match(
        stderr,
        /component 1 scale \(normalise\).*subtract the mean.*component 1\.1 inner/s,
      )
      assert.match(stderr, /mean = true \(differs from the default false\)/)
      const model = await write('model', 'weights')
      const args = ['--dataset', 'unknown', '--reason', 'old', '--pipeline', 'train']
      const made = await certified('model', certify('model', model, ...args))
      assert.equal(made.predicate.pipeline?.record, id)
    })

    it('have four sections: what is left out is named, with what to write (M37)', async () => {
      const code = await write('train.py', 'print()')
      const yaml = 'components:\n  - {name: scale, kind: normalise}\nconfiguration:\n'
      const file = await write('architecture.yaml', yaml)
      const refused = await certify('pipeline', code, '--from', file)
      const { code: problem, detail, hint = '' } = errorOf(refused)
      assert.deepEqual([refused.code, problem], [1, 'schema-violation'])
      const lacking = ['/software', '/configuration', '/components/0/processes']
      for (const pointer of lacking) assert.ok(detail.includes(`${pointer} (line `), detail)
      assert.match(detail, /processes \(line 2\)/)
      for (const remedy of ['software: []', 'configuration: []', 'processes: []']) {
        assert.ok(hint.includes(remedy), hint)
      }
      assert.equal(ledger.committed.size, 0)
    })

    it('are not made from the draft of a run, and say so', async () => {
      const code = await write('train.py', 'print()')
      const draft = await write('train.draft.yaml', 'format: pedigree-draft/1\nyours: {}\n')
      const refused = await certify('pipeline', code, '--from', draft)
      const { code: problem, detail, hint = '' } = errorOf(refused)
      assert.deepEqual([refused.code, problem], [2, 'usage'])
      assert.match(detail, /is the draft of a run/)
      assert.match(hint, /certify pipeline --help/)
    })

    it('say none by an empty list; software may be said by a flag', async () => {
      const code = await write('train.py', 'print()')
      const { software: _, ...silent } = architecture
      const file = await write('architecture.json', silent)
      const flag = ['--software', 'pkg:pypi/torch@2.8.0']
      const run = certify('pipeline', code, '--from', file, ...flag)
      const { predicate, stderr } = await certified('pipeline', run)
      assert.deepEqual(predicate.software, [{ purl: 'pkg:pypi/torch@2.8.0', how: 'declared' }])
      assert.match(stderr, /setting {2}none/)
    })

    it('are refused with field and line of what does not fit', async () => {
      const code = await write('train.py', 'print()')
      const yaml =
        'components:\n  - name: scale\n    kind: Normalise It\n    processes: []\nsoftware: []\nconfiguration: []\n'
      const file = await write('architecture.yaml', yaml)
      const refused = await certify('pipeline', code, '--from', file)
      assert.equal(errorOf(refused).code, 'schema-violation')
      assert.match(errorOf(refused).detail, /line 3.*\/components\/0\/kind/)
    })
  })

  it('refuse a type that the network did not declare', async () => {
    const path = await write('card.md', '# card')
    const refused = await certify('artefact', path, '--type', 'model-card', '--input', 'x')
    assert.deepEqual([refused.code, errorOf(refused).code], [1, 'unknown-artefact-type'])
  })

  it('refuse software that is no package URL', async () => {
    const path = await write('june.csv', '1')
    const refused = await certify(...rawArgs(path), '--software', 'numpy 2')
    assert.deepEqual([refused.code, errorOf(refused).code], [2, 'usage'])
  })
})
