import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { EXIT } from '../../cli/exit-codes.ts'
import type { Digest } from '../../protocol/digest.ts'
import { aboutArtefactStatement } from '../../protocol/records/build.ts'
import type { Scalars } from '../../protocol/records/certificates/certificates.ts'
import { isRejection } from '../../protocol/rejection.ts'
import type { CliRun } from '../cli/support/run-cli.ts'
import { TestNetwork } from './network.ts'
import { Person } from './person.ts'

const ROWS = Array.from({ length: 20 }, (_, i) => `${i},${i * 2}`)
const DECLARATIONS = {
  '--types': `
- name: model-card
  version: 1
  initial: draft
  states: [draft, approved]
  transitions:
    - {event: approved, from: [draft], to: approved, by: owner, details: [reviewer]}
`,
  '--architecture': `
- {id: scale-first, rule: before, first: normalise, second: train}
`,
}
const FIT = '{name: fit, kind: train, processes: []}'
/** The file of a pipeline of these components. */
const architecture = (...components: readonly string[]) =>
  `components:\n${components.map((each) => `  - ${each}\n`).join('')}software: []\nconfiguration: []\n`
const PHASES = ['requirements', 'training', 'evaluation'] as const

describe('the life of a model, told by four organisations', function () {
  this.timeout(240_000)
  let network: TestNetwork
  const ids: Record<string, string> = {}
  const id = (name: string) => ids[name] ?? assert.fail(`${name} was not certified`)

  before(async () => {
    network = await TestNetwork.start(DECLARATIONS)
    await mkdir(network.path('raw'))
    for (const name of ['a.csv', 'b.csv', 'c.csv']) {
      await write(`raw/${name}`, ['at,value', ...ROWS].join('\n'))
    }
    await write('clean.csv', 'at,value\n1,2\n')
    await write('train.py', 'print("trained")\n')
    await write('model.bin', 'weights')
  })

  after(async () => network?.stop())

  async function write(name: string, content: string): Promise<string> {
    await writeFile(network.path(name), content)
    return network.path(name)
  }

  async function succeeds(organisation: number, ...args: readonly string[]) {
    const run = await network.cli(organisation, ...args)
    assert.equal(run.code, EXIT.done, `${args.join(' ')}: ${run.stderr}`)
    return run.json()
  }

  function codeOf(run: CliRun): string {
    assert.equal(run.code, EXIT.refused, run.stderr)
    return (run.json().error as { readonly code: string }).code
  }

  /** Signs an event of `model` without asking the rules, and hands it to all nodes. */
  async function force(organisation: number, event: string, details: Scalars) {
    const person = await Person.ofHome(network.home(organisation), network.chain)
    const client = await network.client(organisation)
    const { nextNonce } = (await client.ask('GET', `/authors/${person.did}`)).body
    const { sha256 } = await succeeds(organisation, 'show', id('model'))
    const statement = aboutArtefactStatement(
      'event',
      { sha256: sha256 as Digest },
      {
        ledger: {
          chain: network.chain as Digest,
          author: person.did,
          nonce: Number(nextNonce),
          expires: Date.now() + 3_600_000,
        },
        artefact: id('model') as Digest,
        event,
        details,
        evidence: [],
      },
    )
    assert.ok(!isRejection(statement))
    const envelope = person.seal(statement)
    const answers = []
    for (const node of await network.clients(1, 2, 3, 4)) {
      const { status, body } = await node.submit(envelope)
      answers.push({ status, code: body['code'] })
    }
    const [first] = answers
    for (const answer of answers) assert.deepEqual(answer, first, 'all nodes say the same')
    return first
  }

  it('begins with raw data, bounds and all', async () => {
    const bounds = await write('bounds.yaml', '- {field: value, min: 0, max: 30, unit: mm}\n')
    const args = ['--source', 'press 4', '--acquisition', 'logged', '--bounds', bounds, '--yes']
    const path = network.path('raw')
    const { id: record } = await succeeds(1, 'certify', 'raw-data', path, '--name', 'raw', ...args)
    ids['raw'] = String(record)
    const shown = await succeeds(4, 'show', id('raw'))
    assert.equal(
      shown['outsideBounds'],
      12,
      'what lies beyond the bounds is flagged for all (T-M5)',
    )
  })

  it('goes on with a dataset of exactly two of its files, step by step (G3, G30)', async () => {
    const list = await write('list.txt', 'a.csv\nc.csv\n')
    const steps = await write(
      'steps.yaml',
      '- method: drop empty rows\n  parameters: {column: value}\n  software: pkg:pypi/pandas@2.3.0\n',
    )
    const dataset = await succeeds(
      1,
      'certify',
      'dataset',
      network.path('clean.csv'),
      '--name',
      'clean',
      '--input',
      'raw',
      '--subset',
      `raw=${list}`,
      '--steps',
      steps,
    )
    ids['dataset'] = String(dataset['id'])
    const shown = await succeeds(2, 'show', id('dataset'))
    const [input] = shown['inputs'] as readonly { record: string; subset: { count: number } }[]
    assert.deepEqual([input?.record, input?.subset.count], [id('raw'), 2])
  })

  it('needs a pipeline', async () => {
    const from = await write(
      'architecture.yaml',
      architecture('{name: scale, kind: normalise, processes: [divide]}', FIT),
    )
    const path = network.path('train.py')
    const pipeline = await succeeds(
      2,
      'certify',
      'pipeline',
      path,
      '--name',
      'train',
      '--from',
      from,
    )
    ids['pipeline'] = String(pipeline['id'])
  })

  it('has a certificate that two organisations write (G32, M26)', async () => {
    const path = network.path('model.bin')
    const args = ['--dataset', 'org1/clean', '--pipeline', 'org2/train', '--name', 'base']
    const model = await succeeds(2, 'certify', 'model', path, ...args)
    ids['model'] = String(model['id'])
    const goal = await write('requirements.yaml', 'goal: find bad seams\n')
    const from = ['--phase', 'requirements', '--from', goal]
    assert.equal(codeOf(await network.cli(3, 'phase', 'add', 'org2/base', ...from)), 'not-allowed')
    await succeeds(2, 'invite', 'base', '--org', 'org3')
    await succeeds(3, 'phase', 'add', 'org2/base', ...from, '--decision', 'recall counts most')
    for (const phase of ['training', 'evaluation'] as const) {
      const template = await succeeds(2, 'phase', 'template', phase)
      const file = await write(`${phase}.yaml`, String(template['template']))
      await succeeds(2, 'phase', 'add', 'base', '--phase', phase, '--from', file)
    }
    const list = await succeeds(4, 'phase', 'list', 'org2/base')
    const phases = list['phases'] as readonly {
      readonly phase: string
      readonly records: readonly {
        readonly organisation: string
        readonly decisions?: readonly string[]
      }[]
    }[]
    assert.equal(phases.length, 9)
    const missing = list['missing'] as readonly string[]
    for (const phase of PHASES) assert.ok(!missing.includes(phase), phase)
    assert.equal(missing.length, 9 - PHASES.length)
    const [requirements] = phases
    assert.equal(requirements?.records[0]?.organisation, 'org3')
    assert.deepEqual(requirements.records[0].decisions, ['recall counts most'])
  })

  it('keeps what a correction corrects (G34)', async () => {
    const first = await succeeds(4, 'phase', 'list', 'org2/base')
    const records = (first['phases'] as readonly { records: readonly { record: string }[] }[])[0]
    const old = String(records?.records[0]?.record)
    const goal = await write('requirements.yaml', 'goal: find bad and doubtful seams\n')
    const args = ['--phase', 'requirements', '--from', goal, '--supersedes', old]
    await succeeds(3, 'phase', 'add', 'org2/base', ...args)
    const list = await succeeds(4, 'phase', 'list', 'org2/base')
    const [now] = list['phases'] as readonly { records: readonly { correctedBy?: string }[] }[]
    assert.equal(now?.records.length, 2)
    assert.ok(now.records[0]?.correctedBy)
  })

  it('is not deployed before it was evaluated, whoever asks (T-P5)', async () => {
    const deploy = ['deploy', 'base', '--place', 'press 4', '--pipeline', 'train']
    assert.equal(codeOf(await network.cli(2, ...deploy)), 'illegal-transition')
    const forced = await force(2, 'deployed', { place: 'press 4' })
    assert.deepEqual(forced, { status: 409, code: 'illegal-transition' })
    const metrics = ['--metric', 'accuracy=0.93', '--metric', 'recall=0.9']
    await succeeds(3, 'evaluate', 'org2/base', ...metrics, '--dataset', 'org1/clean')
    assert.equal((await succeeds(1, 'show', id('model')))['state'], 'evaluated')
    await succeeds(2, ...deploy)
    assert.equal((await succeeds(4, 'show', id('model')))['state'], 'deployed')
  })

  it('is invalid where its pipeline breaks a rule of the network, and never deployed (M39)', async () => {
    const from = await write(
      'backwards.yaml',
      architecture(FIT, '{name: scale, kind: normalise, processes: []}'),
    )
    const path = network.path('backwards.yaml')
    const certify = ['certify', 'pipeline', path, '--name', 'backwards', '--from', from]
    assert.equal(codeOf(await network.cli(2, ...certify)), 'declined')
    const pipeline = await succeeds(2, ...certify, '--yes')
    const model = await write('wrong.bin', 'wrong')
    const data = ['--dataset', 'org1/clean', '--pipeline', 'backwards']
    await succeeds(2, 'certify', 'model', model, '--name', 'wrong', ...data)
    const child = await write('child.bin', 'child')
    const parent = ['--dataset', 'org1/clean', '--parent', 'org2/wrong']
    await succeeds(3, 'certify', 'model', child, '--name', 'child', ...parent)
    assert.equal((await succeeds(4, 'show', 'org3/child'))['invalid'], pipeline['id'])
    await succeeds(3, 'evaluate', 'child', '--metric', 'accuracy=1')
    const deploy = await network.cli(3, 'deploy', 'child', '--place', 'press 4')
    assert.equal(codeOf(deploy), 'invalid-architecture')
  })

  it('has a card, of a type that this network declared', async () => {
    const card = await write('card.md', '# base')
    const certify = ['certify', 'artefact', card, '--type', 'model-card', '--name', 'card']
    await succeeds(2, ...certify, '--input', 'base', '--set', 'language=en')
    assert.equal((await succeeds(3, 'show', 'org2/card'))['state'], 'draft')
    await succeeds(2, 'event', 'card', 'approved', '--set', 'reviewer=carol')
    assert.equal((await succeeds(3, 'show', 'org2/card'))['state'], 'approved')
    const again = await network.cli(2, 'event', 'card', 'approved', '--set', 'reviewer=carol')
    assert.equal(codeOf(again), 'illegal-transition')
  })

  it('takes no event from a stranger (T-P6)', async () => {
    const alert = ['event', 'org2/base', 'alerted', '--set', 'metric=accuracy']
    const told = [...alert, '--set', 'value=0.8', '--set', 'threshold=0.9', '--set', 'bound=min']
    assert.equal(codeOf(await network.cli(4, ...told)), 'not-allowed')
    const forced = await force(4, 'retired', { reason: 'spite' })
    assert.deepEqual(forced, { status: 403, code: 'not-allowed' })
    await succeeds(3, ...told)
  })

  it('alerts when it crosses a threshold on the ledger, and never otherwise (M35)', async () => {
    const template = await succeeds(2, 'phase', 'template', 'monitoring')
    const file = await write('monitoring.yaml', String(template['template']))
    const set = ['phase', 'add', 'base', '--phase', 'monitoring', '--from', file]
    const { id: phase } = await succeeds(2, ...set)
    const monitor = ['monitor', 'org2/base', '--at', 'press 4', '--metric']
    const kept = await succeeds(3, ...monitor, 'accuracy=0.95')
    assert.deepEqual([kept['crossed'], kept['alerts']], [false, []])
    const crossed = await network.cli(3, ...monitor, 'accuracy=0.81')
    assert.equal(crossed.code, EXIT.refused, crossed.stderr)
    const [alert] = crossed.json()['alerts'] as readonly { id: string; details: object }[]
    const details = { metric: 'accuracy', value: 0.81, threshold: 0.9, bound: 'min', phase }
    assert.deepEqual(alert?.details, { ...details, place: 'press 4' })
    const shown = await succeeds(4, 'show', id('model'))
    const last = (shown['events'] as readonly { record: string }[]).at(-1)
    assert.equal(last?.record, alert.id)
    const forced = await force(3, 'alerted', { ...details, value: 0.95 } as Scalars)
    assert.deepEqual(forced, { status: 422, code: 'schema-violation' })
  })

  it('belongs to whom it was offered once that one accepts', async () => {
    assert.equal(codeOf(await network.cli(4, 'accept', 'org2/base')), 'not-allowed')
    await succeeds(2, 'transfer', 'base', '--to', 'org4')
    await succeeds(4, 'decline', 'org2/base')
    await succeeds(2, 'transfer', 'base', '--to', 'org4')
    await succeeds(4, 'accept', 'org2/base')
    assert.equal((await succeeds(1, 'show', id('model')))['owner'], 'org4')
    const late = await network.cli(2, 'retire', 'base', '--reason', 'ours once')
    assert.equal(codeOf(late), 'not-allowed')
  })

  it('ends when its owner retires it, and stays on the ledger', async () => {
    await succeeds(4, 'retire', 'org2/base', '--reason', 'a better one is there')
    const again = await succeeds(4, 'retire', 'org2/base', '--reason', 'a better one is there')
    assert.equal(again['status'], 'committed')
    assert.equal((await succeeds(1, 'show', id('model')))['state'], 'retired')
    const after = await network.cli(4, 'evaluate', 'org2/base', '--metric', 'accuracy=1')
    assert.equal(codeOf(after), 'illegal-transition')
  })
})
