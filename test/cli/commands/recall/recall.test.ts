import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram } from '../../../../cli/run-program.ts'
import { declaring } from '../../../protocol/rules/world.ts'
import { componentOf, referenceTo, signedModel, signedPipeline } from '../../../support/records.ts'
import { runHere } from '../../support/in-process.ts'
import { LiveLedger } from '../../support/live-ledger.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

describe('recall', function () {
  this.timeout(30_000)
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  let live: LiveLedger
  let data = ''
  let model = ''

  const idOf = async (org: number, ...args: readonly string[]) => {
    const run = await live.run(org, ...args)
    assert.equal(run.code, 0, run.stdout + run.stderr)
    return String(run.json()['id'])
  }

  /** org01 owns the dataset, org02 the model, org03 the quantised child of that. */
  beforeEach(async () => {
    live = await LiveLedger.start(folder())
    for (const name of ['data', 'model', 'small']) await writeFile(at(name), name)
    data = await idOf(1, 'certify', 'dataset', at('data'))
    model = await idOf(2, 'certify', 'model', at('model'), '--dataset', data)
    const parent = ['--parent', model, '--relation', 'quantized']
    const unknown = ['--dataset', 'unknown', '--reason', 'only the parent is known']
    await idOf(3, 'certify', 'model', at('small'), ...parent, ...unknown)
  })
  afterEach(() => live.stop())

  const proposeAndApprove = async (...approvers: readonly number[]) => {
    const proposal = await idOf(2, 'recall', data, '--reason', 'poisoned')
    for (const org of approvers) await idOf(org, 'approve', proposal)
    return proposal
  }

  it('is not lifted where there is none, and only a proposal is approved', async () => {
    const nothing = await live.say(1, 'recall', data, '--lift', '--reason', 'x')
    assert.equal(nothing.code, 1)
    assert.match(
      nothing.stderr,
      /^pedigree: org01\/data@1 is not recalled: there is nothing to lift/,
    )
    const artefact = await live.say(1, 'approve', data)
    assert.equal(artefact.code, 2)
    assert.match(artefact.stderr, /is an artefact.*proposal.*\n {2}try: pedigree --home .* recalls/)
  })

  it('by the owner makes verify of a grandchild exit 1 with which, why, who and since when', async () => {
    assert.equal((await live.run(3, 'verify', at('small'))).code, 0)
    const recall = await live.run(1, 'recall', 'data@0', '--reason', 'x')
    assert.equal(recall.code, 1)
    const { code, stdout, stderr } = await live.say(1, 'recall', data, '--reason', 'labels swapped')
    assert.equal(code, 0)
    assert.match(stderr, /recall of dataset org01\/data@1: labels swapped\n.*takes effect at once/)
    assert.match(stdout, /^recalled org01\/data@1, in force since block 4\n/)
    const verified = await live.run(3, 'verify', at('small'))
    assert.deepEqual([verified.code, verified.json()['verdict']], [1, 'recalled'])
    const text = await live.say(3, 'verify', at('small'))
    assert.match(text.stdout, /^recalled: /)
    assert.match(
      text.stdout,
      /✗ its ancestor org01\/data@1 \(2 generations up\) is recalled since block 4/,
    )
    assert.match(
      text.stdout,
      /by its owner org01 \(person1\): labels swapped \(recall [0-9a-f]{64}\)\n/,
    )
    assert.equal((await live.run(1, 'verify', at('data'))).code, 1)
  })

  it('is shown with the names of all that it speaks of, and so is what answers it', async () => {
    const first = await idOf(2, 'recall', data, '--reason', 'poisoned')
    const approval = await idOf(3, 'approve', first)
    const about = ['--about', first, '--status', 'under_investigation', '--reason', 'we look']
    const answer = await idOf(2, 'answer', model, ...about)
    const said = async (id: string) => (await live.say(4, 'show', id)).stdout
    assert.match(await said(first), /\n {2}author {3}person2 \(org02\), did:key:/)
    assert.match(await said(first), /\n {2}recalls {2}org01\/data@1 \([0-9a-f]{12}\)\n/)
    assert.match(await said(approval), /\n {2}approves recall of org01\/data@1 \([0-9a-f]{12}\)\n/)
    assert.match(await said(answer), /\n {2}artefact org02\/model@1 \([0-9a-f]{12}\)\n/)
    assert.match(await said(answer), /\n {2}about {4}recall of org01\/data@1 \([0-9a-f]{12}\)\n/)
  })

  it('by others is a proposal, which changes nothing until a quorum has approved', async () => {
    const proposed = await live.say(2, 'recall', data, '--reason', 'poisoned')
    assert.match(proposed.stderr, /org01 owns it: this is a proposal, .* approval of 3 of 4/)
    assert.match(
      proposed.stdout,
      /^proposed to recall org01\/data@1: 0 of 3 approvals, .*pedigree approve/,
    )
    const open = (await live.run(4, 'recalls')).json()['recalls'] as { record: string }[]
    const proposal = open[0]?.record ?? ''
    const approve = (org: number) => live.run(org, 'approve', proposal.slice(0, 12))
    const states = []
    for (const org of [2, 3, 4]) {
      const { standing, approvals } = (await approve(org)).json()
      states.push([standing, (approvals as string[]).length])
      if (org === 3) assert.equal((await live.run(3, 'verify', at('small'))).code, 0)
    }
    assert.deepEqual(states, [
      ['open', 1],
      ['open', 2],
      ['in-force', 3],
    ])
    const { stdout } = await live.say(3, 'verify', at('small'))
    assert.match(stdout, /by the committee, as org02 \(person2\) proposed: poisoned/)
  })

  it('of a quorum is lifted by a quorum alone; what its owner recalled, by the owner', async () => {
    await idOf(1, 'recall', data, '--reason', 'labels swapped')
    const lifted = await live.say(1, 'recall', data, '--lift', '--reason', 'checked')
    assert.match(lifted.stdout, /^lifted the recall of org01\/data@1\n/)
    assert.equal((await live.run(3, 'verify', at('small'))).code, 0)
    await proposeAndApprove(2, 3, 4)
    const tried = await live.say(1, 'recall', data, '--lift', '--reason', 'checked')
    assert.match(tried.stderr, /a quorum recalled it: this is a proposal/)
    assert.match(tried.stdout, /^proposed to lift the recall of/)
    assert.equal((await live.run(3, 'verify', at('small'))).code, 1)
  })

  it('of an organisation is open once, and its admin replaces what a colleague proposed', async () => {
    const proposal = await proposeAndApprove(3)
    const again = await live.run(2, 'recall', data, '--reason', 'again')
    assert.equal((again.json()['error'] as { code: string }).code, 'proposal-open')
    const admin = await live.run(2, 'recall', data, '--reason', 'of the admin', '--admin')
    assert.deepEqual([admin.code, admin.json()['standing']], [0, 'open'])
    const { recalls } = (await live.run(2, 'recalls', '--all')).json()
    assert.deepEqual(
      (recalls as { record: string; standing: string }[]).map(({ standing }) => standing),
      ['moot', 'open'],
    )
    assert.equal((await live.run(4, 'approve', proposal)).code, 1)
  })

  it('shows who approves what he signs, and refuses to approve twice or anything else', async () => {
    const proposal = await proposeAndApprove(3)
    const shown = await live.say(4, 'approve', proposal)
    assert.match(
      shown.stderr,
      /approval: recall of dataset org01\/data@1\n +proposed by org02 \(person2\): poisoned\n +1 of 3 approvals so far: org03\n/,
    )
    const again = await live.run(3, 'approve', proposal)
    assert.equal(again.code, 1)
    assert.equal((again.json()['error'] as { code: string }).code, 'illegal-transition')
    const other = await live.run(3, 'approve', data)
    assert.equal((other.json()['error'] as { code: string }).code, 'usage')
  })

  it('comes second to other bytes: those are modified, and the recall is told beside it', async () => {
    await idOf(1, 'recall', data, '--reason', 'labels swapped')
    await writeFile(at('small'), 'other')
    const { code, stdout } = await live.say(3, 'verify', at('small'))
    assert.equal(code, 1)
    assert.match(
      stdout,
      /^modified: .*✗ the bytes are not those of .*✗ its ancestor org01\/data@1/s,
    )
  })

  it('is listed while it is open or in force, and afterwards with --all', async () => {
    assert.match((await live.say(1, 'recalls')).stdout, /^nothing is recalled or proposed\n/)
    await idOf(1, 'recall', data, '--reason', 'labels swapped')
    await idOf(3, 'recall', model, '--reason', 'it drifts')
    const { stdout } = await live.say(2, 'recalls')
    assert.match(stdout, /recall of dataset org01\/data@1: in force since block 4, by the owner\n/)
    assert.match(stdout, /recall of model org02\/model@1: proposed, 0 of 3 approvals\n/)
    await idOf(1, 'recall', data, '--lift', '--reason', 'checked')
    const count = async (...flags: readonly string[]) =>
      ((await live.run(2, 'recalls', ...flags)).json()['recalls'] as unknown[]).length
    assert.deepEqual([await count(), await count('--all')], [1, 3])
  })

  it('is answered by the owner of a descendant: shown beside it, and it stays recalled', async () => {
    await idOf(1, 'recall', data, '--reason', 'labels swapped')
    const options = [
      '--about',
      data,
      '--status',
      'not_affected',
      '--reason',
      'that part was left out',
    ]
    const stranger = await live.run(4, 'answer', model, ...options)
    assert.equal((stranger.json()['error'] as { code: string }).code, 'not-allowed')
    await idOf(2, 'answer', model, ...options)
    const { code, stdout } = await live.say(2, 'verify', at('model'))
    assert.equal(code, 1)
    assert.match(stdout, /\? org02 \(person2\) answers not_affected: that part was left out\n/)
    const shown = await live.say(2, 'show', model)
    assert.match(
      shown.stdout,
      /✗ its ancestor org01\/data@1 \(1 generation up\) is recalled .*\n +· org02 .*not_affected/,
    )
    const wrong = await live.run(2, 'answer', model, ...options.with(1, model))
    assert.equal(wrong.code, 2)
  })

  it('keeps what strangers write from repainting the terminal', async () => {
    const bad = await live.run(1, 'recall', data, '--reason', 'a\u001b[2Jb')
    assert.equal((bad.json()['error'] as { code: string }).code, 'schema-violation')
    await idOf(1, 'recall', data, '--reason', 'a\u202eb')
    assert.match((await live.say(3, 'verify', at('small'))).stdout, /a\\u\{202e\}b/)
  })

  it('is proven offline by a receipt, with the block as of which it counts', async () => {
    const receipt = async (name: string) => {
      await live.run(3, 'receipt', 'small@1', '--out', at(name))
      const genesis = join(live.home(3), 'genesis.json')
      return runHere(['verify', '--receipt', at(name), '--genesis', genesis, at('small')])
    }
    const before = await receipt('before')
    assert.equal(before.code, 0)
    assert.match(before.stdout, /no ancestor is recalled as of block 3, .*Z; later unknown\n/)
    await idOf(1, 'recall', data, '--reason', 'labels swapped')
    const after = await receipt('after')
    assert.equal(after.code, 1)
    assert.match(
      after.stdout,
      /^recalled: .*✗ its ancestor org01\/data@1 is recalled since block 4 by its owner org01 \(person1\): labels swapped/s,
    )
  })

  it('hangs over what is said of an artefact too, but not over the recall itself', async () => {
    const said = await idOf(3, 'evaluate', 'small@1', '--metric', 'accuracy=0.9')
    const recall = await idOf(1, 'recall', data, '--reason', 'labels swapped')
    const verified = async (id: string) => {
      await live.run(4, 'receipt', id, '--out', at(id))
      const genesis = join(live.home(4), 'genesis.json')
      return runHere(['verify', '--receipt', at(id), '--genesis', genesis])
    }
    const event = await verified(said)
    assert.equal(event.code, 1)
    assert.match(event.stdout, /^recalled\n.*✗ org01\/data@1 is recalled since block/s)
    assert.equal((await verified(recall)).code, 0)
  })

  it('reaches whoever watches, loudly, until Ctrl-C', async () => {
    const before = live.node.driver.listeners.size
    const people = watch('watch', '--recalls')
    const program = watch('--json', 'watch')
    while (live.node.driver.listeners.size < before + 2) await new Promise(setImmediate)
    await idOf(1, 'recall', data, '--reason', 'labels swapped')
    await idOf(1, 'recall', data, '--lift', '--reason', 'checked')
    await idOf(2, 'recall', model, '--reason', 'it drifts')
    const text = await people.until('it drifts')
    assert.match(
      text,
      /^RECALLED: dataset org01\/data@1, block 4, by its owner org01\n +labels swapped\n.*\nRECALL LIFTED: dataset org01\/data@1, block 5/s,
    )
    const lines = (await program.until('it drifts')).trim().split('\n')
    const kinds = lines.map((line) => (JSON.parse(line) as { kind: string }).kind)
    assert.equal(kinds.filter((kind) => kind === 'block').length, 3)
    assert.deepEqual(
      kinds.filter((kind) => kind !== 'block'),
      ['recalled', 'lifted', 'recalled'],
    )
  })

  /** A command that runs until it has said something, and Ctrl-C then. */
  function watch(...args: readonly string[]) {
    const stop = new AbortController()
    let said = ''
    const running = runProgram(['--home', live.home(4), ...args], {
      stdout: { write: (text: string) => (said += text) },
      stderr: { write: () => true },
      environment: {},
      signal: stop.signal,
    })
    const until = async (words: string): Promise<string> => {
      while (!said.includes(words)) await new Promise(setImmediate)
      stop.abort()
      assert.equal(await running, 0)
      return said
    }
    return { until }
  }
})

describe('verify of what a forbidden architecture made (T-M19)', function () {
  this.timeout(30_000)
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  let live: LiveLedger

  beforeEach(async () => {
    const architectureRules = [{ id: 'no-split', rule: 'forbids', kind: 'split' }] as const
    live = await LiveLedger.start(folder(), declaring({ architectureRules }))
  })
  afterEach(() => live.stop())

  it('exits 1 and names the pipeline, asking a node or a receipt', async () => {
    const expires = Date.now() + 600_000
    const line = signedPipeline({ expires, more: { components: [componentOf('split')] } })
    const more = { pipeline: referenceTo(line) }
    const made = signedModel({ org: 1, expires, name: 'made', more })
    live.ledger.commit(line, made)
    await writeFile(at('made'), 'made')
    const { code, stdout } = await live.say(4, 'verify', at('made'))
    assert.equal(code, 1)
    assert.match(stdout, /^recalled: .*✗ it comes from the pipeline org01\/.* \(rule no-split\)\n/s)
    await live.run(4, 'receipt', made.id, '--out', at('receipt'))
    const genesis = join(live.home(4), 'genesis.json')
    const offline = await runHere(['verify', '--receipt', at('receipt'), '--genesis', genesis])
    assert.equal(offline.code, 1)
    assert.match(offline.stdout, /✗ it is, or comes from, the pipeline org01\//)
  })
})
