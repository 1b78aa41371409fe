import assert from 'node:assert/strict'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { family, genesisBytes, receiptOf } from '../../../protocol/receipts/sample-receipts.ts'
import { runHere } from '../../support/in-process.ts'
import type { CliRun } from '../../support/run-cli.ts'
import { ScriptedLedger } from '../../support/scripted-ledger.ts'
import { AS_OF } from '../../support/scripted-node.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

interface Verdict {
  readonly verdict: string
  readonly expected?: string
  readonly sha256?: string
  readonly checks: readonly {
    readonly check: string
    readonly ok: boolean | null
    readonly detail: string
  }[]
  readonly certificates: readonly {
    readonly record: string
    readonly state: string
    readonly ancestors: readonly string[]
  }[]
  readonly difference?: { changed: string[]; missing: string[]; extra: string[] }
  readonly notProven: readonly string[]
}

const verdictOf = ({ json }: CliRun) => json() as unknown as Verdict

describe('verify', function () {
  this.timeout(30_000)
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  let ledger: ScriptedLedger

  beforeEach(async () => {
    ledger = await ScriptedLedger.create(folder())
    await writeFile(at('data'), 'one')
  })
  afterEach(() => ledger.node.close())

  const certify = async (name: string) =>
    (await ledger.run('certify', 'dataset', at(name))).json() as { id: string; sha256: string }

  it('says verified of what was certified here', async () => {
    const { id } = await certify('data')
    const run = await ledger.run('verify', at('data'))
    const { verdict, certificates, notProven } = verdictOf(run)
    assert.deepEqual([run.code, verdict, certificates[0]?.record], [0, 'verified', id])
    assert.ok(notProven.length > 0)
  })

  it('says modified when one byte differs, and names both digests', async () => {
    const { sha256 } = await certify('data')
    await writeFile(at('data'), 'oNe')
    const run = await ledger.run('verify', at('data'))
    const verdict = verdictOf(run)
    assert.deepEqual([run.code, verdict.verdict, verdict.expected], [1, 'modified', sha256])
    assert.notEqual(verdict.sha256, sha256)
    const text = await runHere(['--home', ledger.home, 'verify', at('data')])
    assert.match(text.stdout, /^modified: .*expected.*not proven: /s)
  })

  it('lists changed, missing and extra files of a directory', async () => {
    await mkdir(at('set'))
    for (const name of ['a', 'b', 'c']) await writeFile(at(`set/${name}`), name)
    await certify('set')
    await writeFile(at('set/a'), 'other')
    await rm(at('set/b'))
    await writeFile(at('set/d'), 'd')
    const { verdict, difference } = verdictOf(await ledger.run('verify', at('set')))
    assert.equal(verdict, 'modified')
    assert.deepEqual(difference, { changed: ['a'], missing: ['b'], extra: ['d'] })
    const { stdout } = await runHere(['--home', ledger.home, 'verify', at('set')])
    assert.match(stdout, /changed file:\n +a\n +missing file:\n +b\n +extra file:\n +d\n/)
  })

  it('says unknown of what is nowhere, and undecidable on a node that is behind', async () => {
    const unknown = await ledger.run('verify', at('data'))
    assert.deepEqual([unknown.code, verdictOf(unknown).verdict], [1, 'unknown'])
    const status = { network: 'test', chain: ledger.chain, height: 7, headTimeMs: AS_OF.timeMs }
    ledger.node.on('GET', `/chains/${ledger.chain}/status`, () => ({
      json: {
        ...status,
        sync: 'behind',
        behindBlocks: 12,
        committee: [],
        peers: 0,
        faultsTolerated: 0,
        view: 0,
        leader: 'acme',
        poolRecords: 0,
        maySign: true,
        diskBytesFree: 1,
      },
    }))
    const behind = await ledger.run('verify', at('data'))
    assert.deepEqual([behind.code, verdictOf(behind).verdict], [3, 'undecidable'])
    const { stdout } = await runHere(['--home', ledger.home, 'verify', at('data')])
    assert.match(stdout, /as of block 7, .* ago, 12 blocks behind/)
  })

  it('compares with what --against names, whatever the path was before', async () => {
    await certify('data')
    await writeFile(at('other'), 'two')
    const { id } = await certify('other')
    const swapped = await ledger.run('verify', at('data'), '--against', id)
    assert.deepEqual([swapped.code, verdictOf(swapped).verdict], [1, 'modified'])
    await writeFile(at('copy'), 'two')
    assert.equal((await ledger.run('verify', at('copy'), '--against', id)).code, 0)
  })

  it('finds a renamed copy by its digest', async () => {
    const { id } = await certify('data')
    await writeFile(at('copy'), 'one')
    const { verdict, certificates } = verdictOf(await ledger.run('verify', at('copy')))
    assert.deepEqual([verdict, certificates[0]?.record], ['verified', id])
  })

  it('calls what a model was made from by its name, safely, and gives machines the whole id', async () => {
    const { id } = await certify('data')
    ledger.more.set(id, { name: 'da\u202eta' })
    await writeFile(at('model'), 'weights')
    const made = await ledger.run('certify', 'model', at('model'), '--dataset', id)
    assert.equal(made.code, 0, made.stderr)
    const { certificates } = verdictOf(await ledger.run('verify', at('model')))
    assert.deepEqual(certificates[0]?.ancestors, [id])
    const { stdout } = await runHere(['--home', ledger.home, 'verify', at('model')])
    const words = `    dataset acme/da\\u{202e}ta@1 (${String(id).slice(0, 12)})\n`
    assert.ok(stdout.includes(words), stdout)
  })

  it('says that an artefact is retired', async () => {
    const { id } = await certify('data')
    assert.equal((await ledger.run('retire', id, '--reason', 'labels swapped')).code, 0)
    ledger.states.set(id, 'retired')
    const { verdict, checks } = verdictOf(await ledger.run('verify', at('data')))
    assert.equal(verdict, 'verified')
    const state = checks.find(({ check }) => check === 'state')
    assert.equal(state?.ok, false)
    assert.match(state?.detail ?? '', /retired.*labels swapped/)
  })

  it('cannot decide about a family tree that is too large to look at', async () => {
    const { id } = await certify('data')
    const none = { artefact: id, owner: 'acme', recalls: [], advisories: [], ancestors: 9_999 }
    const flags = { ...none, complete: false, advisoriesComplete: false, asOf: AS_OF }
    ledger.node.on('GET', `/chains/${ledger.chain}/artefacts/${id}/flags`, () => ({ json: flags }))
    const { code, json } = await ledger.run('verify', at('data'))
    assert.deepEqual([code, json()['verdict']], [3, 'undecidable'])
  })

  it('takes a file for no directory', async () => {
    const { id } = await certify('data')
    await mkdir(at('set'))
    await writeFile(at('set/data'), 'one')
    const { verdict } = verdictOf(await ledger.run('verify', at('set'), '--against', id))
    assert.equal(verdict, 'modified')
  })
})

describe('verify with a receipt', () => {
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  const verify = (...more: string[]) =>
    runHere([
      '--home',
      at('nowhere'),
      '--json',
      'verify',
      ...more,
      '--receipt',
      at('receipt'),
      '--genesis',
      at('genesis.json'),
    ])

  beforeEach(async () => {
    await writeFile(at('receipt'), receiptOf(family.child.id))
    await writeFile(at('genesis.json'), genesisBytes)
  })

  it('proves who signed what, when, and says what it cannot know', async () => {
    const run = await verify()
    assert.equal(run.code, 0, run.stderr)
    const { verdict, checks, notProven } = verdictOf(run)
    assert.equal(verdict, 'verified')
    for (const name of ['signature', 'ledger', 'committee', 'key', 'state', 'ancestors']) {
      assert.ok(
        checks.some(({ check }) => check === name),
        name,
      )
    }
    assert.match(
      checks.map(({ detail }) => detail).join('\n'),
      /as of block \d+, .*; later unknown/,
    )
    assert.ok(notProven.some((sentence) => /after block \d+/.test(sentence)))
  })

  it('says modified of other bytes', async () => {
    await writeFile(at('file'), 'something else')
    const run = await verify(at('file'))
    assert.deepEqual([run.code, verdictOf(run).verdict], [1, 'modified'])
  })

  it('refuses a receipt in which one bit differs, and one under another genesis', async () => {
    const bytes = receiptOf(family.child.id).slice()
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
    await writeFile(at('receipt'), bytes)
    assert.equal((await verify()).code, 1)
    await writeFile(at('receipt'), receiptOf(family.child.id))
    await writeFile(at('genesis.json'), await readFile(at('receipt')))
    const mistaken = await verify()
    assert.equal(mistaken.code, 1)
    assert.match(mistaken.stderr, /^pedigree: --genesis .*genesis\.json: /)
    await writeFile(at('genesis.json'), genesisBytes.subarray(1))
    assert.equal((await verify()).code, 1)
  })

  it('names the ancestors that a receipt leaves out', async () => {
    await writeFile(at('receipt'), receiptOf(family.child.id, false))
    const { checks } = verdictOf(await verify())
    assert.equal(checks.find(({ check }) => check === 'ancestors')?.ok, null)
  })

  it('says which file is missing', async () => {
    await rm(at('receipt'))
    const { code, stderr } = await verify()
    assert.equal(code, 2)
    assert.match(stderr, /there is no .*receipt/)
  })
})
