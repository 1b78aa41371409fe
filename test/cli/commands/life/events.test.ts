import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { subsetOfIndices } from '../../../../protocol/artefacts/subset.ts'
import type { EventPredicate, PhasePredicate } from '../../../../protocol/records/events/events.ts'
import { PHASES } from '../../../../protocol/records/events/events.ts'
import { accepted } from '../../../support/records.ts'
import { runHere } from '../../support/in-process.ts'
import type { CliRun } from '../../support/run-cli.ts'
import { ScriptedLedger } from '../../support/scripted-ledger.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

const errorOf = ({ json }: CliRun) =>
  json().error as { readonly code: string; readonly detail: string }

describe('what happens to a model', function () {
  this.timeout(60_000)
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  let ledger: ScriptedLedger
  let model: string
  let data: string

  beforeEach(async () => {
    ledger = await ScriptedLedger.create(folder())
    data = await certify('dataset', 'data', '--name', 'digits')
    model = await certify('model', 'base', '--dataset', 'digits')
  })
  afterEach(() => ledger.node.close())

  async function certify(type: string, name: string, ...more: string[]): Promise<string> {
    await writeFile(at(name), name)
    const { json, stderr, code } = await ledger.run('certify', type, at(name), ...more)
    assert.equal(code, 0, stderr)
    return String(json().id)
  }

  async function signed(...args: string[]) {
    const { code, json, stderr } = await ledger.run(...args)
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`)
    const record = ledger.committed.get(String(json().id))
    assert.ok(record !== undefined)
    return { predicate: record.statement.predicate, json: json(), stderr, type: record.type }
  }

  async function event(...args: string[]) {
    const { predicate, type, ...rest } = await signed(...args)
    assert.equal(type, 'event')
    const { event: name, details, references, artefact } = predicate as EventPredicate
    return { told: { name, details, references }, artefact, ...rest }
  }

  async function refused(...args: string[]) {
    const before = ledger.committed.size
    const run = await ledger.run(...args)
    assert.equal(ledger.committed.size, before, 'nothing was signed')
    return { code: run.code, problem: errorOf(run).code, detail: errorOf(run).detail }
  }

  describe('as events', () => {
    it('is any event that the type declares, shown before it is signed', async () => {
      const args = ['--set', 'metric=accuracy', '--set', 'value=0.93', '--ref', 'dataset=digits']
      const { told, artefact, stderr } = await event('event', 'base', 'evaluated', ...args)
      assert.equal(artefact, model)
      assert.equal(told.name, 'evaluated')
      assert.deepEqual(told.details, { metric: 'accuracy', value: 0.93 })
      assert.equal(told.references?.['dataset']?.record, data)
      assert.match(stderr, /model acme\/base@1: evaluated; registered becomes evaluated/)
      assert.match(stderr, /metric: accuracy.*dataset: [0-9a-f]{64}/s)
    })

    it('keeps text that looks like a number where it stands in quotes', async () => {
      const args = ['--set', 'metric="1"', '--set', 'value=true', '--note', 'by hand']
      const { told } = await event('event', 'base', 'evaluated', ...args)
      assert.deepEqual(told.details, { metric: '1', value: true, note: 'by hand' })
    })

    it('is refused by the rules of the nodes before anything is signed', async () => {
      const deploy = await refused('deploy', 'base', '--place', 'press 4')
      assert.deepEqual([deploy.code, deploy.problem], [1, 'illegal-transition'])
      assert.match(
        deploy.detail,
        /it is registered, and can be deployed when it is evaluated or deployed/,
      )
      assert.equal((await refused('event', 'base', 'sold')).problem, 'illegal-transition')
      assert.equal((await refused('event', 'base', 'evaluated')).problem, 'schema-violation')
      assert.equal((await refused('accept', 'base')).problem, 'not-allowed')
      ledger.more.set(model, { owner: 'beta' })
      assert.equal((await refused('transfer', 'base', '--to', 'acme')).problem, 'not-allowed')
    })

    it('has short forms', async () => {
      const metrics = ['--metric', 'accuracy=0.9', '--metric', 'recall=0.8', '--dataset', 'digits']
      const evaluated = await event('evaluate', 'base', ...metrics)
      assert.deepEqual(evaluated.told.details, { metric: 'accuracy', value: 0.9, recall: 0.8 })
      assert.equal(evaluated.told.references?.['dataset']?.record, data)
      ledger.states.set(model, 'evaluated')
      const deployed = await event('deploy', 'base', '--place', 'press 4')
      assert.deepEqual(deployed.told, {
        name: 'deployed',
        details: { place: 'press 4' },
        references: undefined,
      })
      const offered = await event('transfer', 'base', '--to', 'beta')
      assert.deepEqual(offered.told.details, { to: 'beta' })
      const invited = await event('invite', 'base', '--org', 'beta')
      assert.equal(invited.told.name, 'invited')
      ledger.more.set(model, { owner: 'beta', offeredTo: 'acme' })
      const accepted = await event('accept', 'base')
      assert.match(accepted.stderr, /its owner becomes acme/)
      ledger.more.set(model, { owner: 'beta', offeredTo: 'acme', contributors: ['gamma'] })
      const taken = await event('accept', 'base', '--timeout', '31s')
      assert.match(taken.stderr, /no longer invited: gamma/)
      ledger.more.set(model, { owner: 'acme', offeredTo: 'gamma' })
      const instead = await event('transfer', 'base', '--to', 'delta')
      assert.match(instead.stderr, /in place of the offer to gamma/)
      ledger.more.set(model, { owner: 'beta', offeredTo: 'acme' })
      assert.equal((await event('decline', 'base')).told.name, 'declined')
    })

    it('is no event with a value twice, or a metric without one', async () => {
      const twice = ['--metric', 'a=1', '--metric', 'a=2']
      assert.equal((await refused('evaluate', 'base', ...twice)).code, 2)
      assert.equal((await refused('evaluate', 'base', '--metric', 'a')).code, 2)
      const taken = ['--metric', 'a=1', '--metric', 'value=2']
      assert.equal((await refused('evaluate', 'base', ...taken)).code, 2)
    })

    it('is listed in the help, with who may sign it and what it tells', async () => {
      const { stdout, code } = await runHere(['event', '--help'])
      assert.equal(code, 0)
      assert.match(stdout, /deployed by the owner: evaluated, deployed to deployed; tells place/)
      assert.match(stdout, /raw-data\n.*pipeline\n/s)
    })
  })

  describe('as phases of its birth certificate', () => {
    const phase = async (...args: string[]) =>
      (await signed('phase', 'add', 'base', ...args)).predicate as PhasePredicate

    it('can be filled in from the template of each phase as it stands', async () => {
      const components = [{ name: 'a', kind: 'b', processes: [] }]
      const pipeline = { components, software: [], configuration: [] }
      await writeFile(at('architecture.json'), JSON.stringify(pipeline))
      await certify('pipeline', 'infer', '--from', at('architecture.json'))
      for (const name of PHASES) {
        const { json } = await ledger.run('phase', 'template', name)
        const text = String(json().template).replace('org1/infer@1', 'infer')
        await writeFile(at('phase.yaml'), text)
        const { content, phase: said } = await phase('--phase', name, '--from', at('phase.yaml'))
        assert.equal(said, name)
        assert.ok(content !== undefined)
      }
    })

    it('have decisions in free words, with or without content (G32)', async () => {
      const { content, decisions } = await phase('--phase', 'training', '--decision', 'no dropout')
      assert.deepEqual([content, decisions], [undefined, ['no dropout']])
      await writeFile(at('p.yaml'), 'goal: find seams\ndecisions: [recall counts most]\n')
      const args = ['--phase', 'requirements', '--from', at('p.yaml'), '--decision', 'not speed']
      const both = await phase(...args)
      assert.deepEqual(both.content, { goal: 'find seams' })
      assert.deepEqual(both.decisions, ['recall counts most', 'not speed'])
    })

    it('are not said twice when the command is repeated', async () => {
      const args = ['phase', 'add', 'base', '--phase', 'training', '--decision', 'no dropout']
      const first = await signed(...args)
      const again = await signed(...args)
      assert.equal(again.json['id'], first.json['id'])
      const other = await signed(...args, '--decision', 'no noise')
      assert.notEqual(other.json['id'], first.json['id'])
    })

    it('name a dataset by any ID', async () => {
      await writeFile(at('p.yaml'), 'metrics: {accuracy: 0.9}\ndataset: digits\n')
      const { content } = await phase('--phase', 'evaluation', '--from', at('p.yaml'))
      assert.ok(content !== undefined && 'datasets' in content)
      assert.deepEqual(
        content.datasets?.map((edge) => 'record' in edge && edge.record),
        [data],
      )
    })

    it('name exactly which part of a dataset they speak of', async () => {
      await writeFile(at('used.txt'), 'of 9\n4\n2\n')
      const file = 'metrics: {accuracy: 0.8}\ndatasets: [{id: digits, subset: used.txt}]\n'
      await writeFile(at('p.yaml'), file)
      const { content } = await phase('--phase', 'evaluation', '--from', at('p.yaml'))
      const subset = accepted(subsetOfIndices([2, 4], 9))
      assert.ok(content !== undefined && 'datasets' in content)
      assert.deepEqual(
        content.datasets?.map((edge) => 'subset' in edge && edge.subset),
        [subset],
      )
    })

    it('are refused with a part that nobody can tell, and with two ways to say one thing', async () => {
      const args = ['phase', 'add', 'base', '--phase', 'evaluation', '--from', at('p.yaml')]
      const said = async (dataset: string) => {
        await writeFile(at('p.yaml'), `metrics: {accuracy: 0.8}\n${dataset}\n`)
        const { problem, detail } = await refused(...args)
        return `${problem}: ${detail}`
      }
      assert.match(await said('dataset: a subset of digits'), /^usage: .* the list of its members/)
      assert.match(await said('dataset: digits\ndatasets: [digits]'), /^usage: .* say the same/)
      assert.match(await said('dataset: {id: digits, half: 1}'), /^bad-document: .*\{id, subset\}/)
    })

    it('correct an earlier record of the same phase', async () => {
      await writeFile(at('p.yaml'), 'goal: one\n')
      const args = ['--phase', 'requirements', '--from', at('p.yaml')]
      const first = await signed('phase', 'add', 'base', ...args)
      await writeFile(at('p.yaml'), 'goal: two\n')
      const second = await phase(...args, '--supersedes', String(first.json['id']))
      assert.equal(second.supersedes, first.json['id'])
    })

    it('are refused with the line of what does not fit', async () => {
      await writeFile(at('p.yaml'), 'steps:\n  - method: drop rows\n    parameters: {}\n')
      const add = ['phase', 'add', 'base', '--phase', 'cleaning']
      const lacking = await refused(...add, '--from', at('p.yaml'))
      assert.equal(lacking.problem, 'schema-violation')
      assert.match(lacking.detail, /p\.yaml, line 2.*software/)
      const nothing = await refused(...add)
      assert.equal(nothing.code, 2)
      const other = await ledger.run('phase', 'add', 'base', '--phase', 'marketing')
      assert.equal(other.code, 2)
    })
  })
})
