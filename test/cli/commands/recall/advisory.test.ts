import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HOME_FILES } from '../../../../protocol/home.ts'
import { OSV_BYTES_MAX } from '../../../../protocol/limits.ts'
import { signedDataset, signedModel } from '../../../support/records.ts'
import { runHere } from '../../support/in-process.ts'
import { LiveLedger } from '../../support/live-ledger.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

const EXPIRES_MS = 600_000

describe('advisory (S2, M41, T-S2)', function () {
  this.timeout(30_000)
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  let live: LiveLedger

  /** org01's model was made with torch 2.3.0; org02's descends from it; org03's with a Debian package. */
  beforeEach(async () => {
    live = await LiveLedger.start(folder())
    const expires = Date.now() + EXPIRES_MS
    const made = (org: number, name: string, purl: string) =>
      signedModel({ org, name, expires, more: { software: [{ purl }] } })
    const base = made(0, 'base', 'pkg:pypi/torch@2.3.0%2Bcu118')
    const digest = base.statement.subject[0]?.digest
    assert.ok(digest !== undefined && 'sha256' in digest)
    const parent = { record: base.id, digest: digest.sha256, relation: 'finetune' } as const
    const child = signedModel({
      org: 1,
      name: 'child',
      expires,
      parents: [{ kind: 'certified', ...parent }],
    })
    live.ledger.commit(base, child)
    live.ledger.commit(
      made(2, 'other', 'pkg:deb/debian/python3-torch@2.3.0-1'),
      signedDataset({ org: 3, expires }),
    )
  })
  afterEach(() => live.stop())

  const publish = (...args: readonly string[]) => live.run(4, 'advisory', 'publish', ...args)
  const warnOf = (purl: string, versions: string, ...more: readonly string[]) =>
    publish('--package', purl, '--versions', versions, '--summary', 'wrong gradients', ...more)

  async function affectedBy(id: string) {
    const { artefacts } = (await live.run(2, 'advisory', 'affected', id)).json()
    return (artefacts as { artefact: { name: string }; certainty: string }[]).map(
      ({ artefact, certainty }) => `${artefact.name} ${certainty}`,
    )
  }

  it('is published once when it is typed twice, and again once it was withdrawn', async () => {
    const id = async () => String((await warnOf('pkg:pypi/torch', '<2')).json()['id'])
    const first = await id()
    assert.equal(await id(), first)
    const withdrawn = await live.run(4, 'advisory', 'withdraw', first, '--reason', 'a mistake')
    assert.equal(withdrawn.code, 0, withdrawn.stderr)
    assert.notEqual(await id(), first)
  })

  it('lists what was made with an affected version, and its descendants', async () => {
    const run = await warnOf('pkg:pypi/Torch', '>=2.0, <2.3.1', '--id', 'TORCH-1')
    assert.equal(run.code, 0, run.stdout)
    assert.deepEqual(await affectedBy('TORCH-1'), [
      'org01/base@1 affected',
      'org02/child@1 affected',
    ])
    const { stdout } = await live.say(
      2,
      'advisory',
      'affected',
      String(run.json()['id']).slice(0, 12),
    )
    assert.match(stdout, /^TORCH-1: wrong gradients\n +pkg:pypi\/torch: >=2\.0 <2\.3\.1\n/)
    assert.match(
      stdout,
      /\n2 affected, 0 that nobody can decide\n +✗ .*org01\/base@1 of org01, pkg:pypi/,
    )
    assert.match(stdout, /✗ .*child@1 of org02, from org01\/base@1\n/)
    assert.match(
      (await live.say(1, 'advisory', 'list')).stdout,
      /TORCH-1: wrong gradients\n.*by org04/,
    )
  })

  it('touches nothing of other versions', async () => {
    await warnOf('pkg:pypi/torch', '<2.3.0', '--id', 'TORCH-2')
    assert.deepEqual(await affectedBy('TORCH-2'), [])
  })

  it('says that it cannot compare, rather than "no"', async () => {
    await warnOf('pkg:deb/debian/python3-torch', '<2.3.1-1', '--id', 'DEB-1')
    assert.deepEqual(await affectedBy('DEB-1'), ['org03/other@1 unknown'])
    const { stdout } = await live.say(1, 'advisory', 'affected', 'DEB-1')
    assert.match(
      stdout,
      /0 affected, 1 that nobody can decide\n +\? .*its versions cannot be compared/,
    )
  })

  it('flags a descendant in verify and show, which still exits 0, with the answer of its owner', async () => {
    await warnOf('pkg:pypi/torch', '<2.3.1', '--id', 'TORCH-1', '--severity', 'high')
    const options = ['--about', 'TORCH-1', '--status', 'not_affected', '--reason', 'never called']
    assert.equal((await live.run(2, 'answer', 'child@1', ...options)).code, 0)
    await writeFile(at('file'), 'child')
    const { code, stdout } = await live.say(2, 'verify', at('file'), '--against', 'child@1')
    assert.equal(code, 0)
    assert.match(
      stdout,
      /^verified: .*✗ advisory TORCH-1 \[high\] of org04 warns of pkg:pypi\/torch@2/s,
    )
    assert.match(stdout, /in org01\/base@1, 1 up: wrong gradients\n +\? org02 \(person2\) answers/)
    assert.match(stdout, /answers not_affected: never called\n/)
    assert.match((await live.say(2, 'show', 'child@1')).stdout, /✗ advisory TORCH-1 .*\n +· org02/)
    assert.match(
      (await live.say(1, 'advisory', 'affected', 'TORCH-1')).stdout,
      /child.*; org02 .* not_affected/,
    )
  })

  it('is withdrawn by who published it: then it stays, says so, and flags nothing', async () => {
    const first = await warnOf('pkg:pypi/torch', '<2.3.1', '--id', 'TORCH-1')
    const options = ['--about', 'TORCH-1', '--status', 'under_investigation', '--reason', 'looking']
    assert.equal((await live.run(2, 'answer', 'child@1', ...options)).code, 0)
    const withdraw = (org: number, why: string) =>
      live.run(org, 'advisory', 'withdraw', 'TORCH-1', '--reason', why)
    const stranger = (await withdraw(1, 'it hurts us')).json() as { error: { code: string } }
    assert.equal(stranger.error.code, 'not-allowed')
    assert.equal((await affectedBy('TORCH-1')).length, 2)
    assert.equal((await withdraw(4, 'it was\u202e another')).code, 0)
    assert.deepEqual(await affectedBy('TORCH-1'), [])
    const said = /WITHDRAWN in block \d+, .*Z, by org04 \(person4\): it was\\u\{202e\} another\n/
    const affected = await live.say(2, 'advisory', 'affected', 'TORCH-1')
    assert.match(affected.stdout, said)
    assert.match(affected.stdout, /so it flags nothing\n/)
    assert.match((await live.say(1, 'advisory', 'list')).stdout, said)
    assert.match((await live.say(1, 'show', String(first.json()['id']))).stdout, said)
    await writeFile(at('file'), 'child')
    const verified = await live.say(2, 'verify', at('file'), '--against', 'child@1')
    assert.doesNotMatch(verified.stdout, /TORCH-1|under_investigation/)
    assert.match((await live.say(2, 'show', 'child@1', '--full')).stdout, /status under invest/)
    const again = (await withdraw(4, 'once more')).json() as { error: { code: string } }
    assert.equal(again.error.code, 'illegal-transition')
  })

  it('proves offline, by its receipt, that it was published, and whether it was withdrawn', async () => {
    const id = String((await warnOf('pkg:pypi/torch', '<2.3.1')).json()['id'])
    const verified = async () => {
      assert.equal((await live.run(1, 'receipt', id, '--out', at('receipt'))).code, 0)
      const genesis = join(live.home(1), HOME_FILES.genesis)
      return runHere(['verify', '--receipt', at('receipt'), '--genesis', genesis])
    }
    const before = await verified()
    assert.equal(before.code, 0)
    assert.match(
      before.stdout,
      /✓ an advisory, not withdrawn as of block \d+, .*Z; later unknown\n/,
    )
    await live.run(4, 'advisory', 'withdraw', id, '--reason', 'another\u202e one')
    const after = await verified()
    assert.equal(after.code, 0)
    const said = /✗ WITHDRAWN in block \d+, .*Z, by org04 \(person4\): another\\u\{202e\} one \(/
    assert.match(after.stdout, said)
  })

  it('is found by its name among others that go by it: first what still warns', async () => {
    await warnOf('pkg:pypi/torch', '<2.3.1', '--id', 'TORCH-1')
    await live.run(4, 'advisory', 'withdraw', 'TORCH-1', '--reason', 'too wide')
    await warnOf('pkg:pypi/torch', '<2.3.0', '--id', 'TORCH-1')
    assert.deepEqual(await affectedBy('TORCH-1'), [])
    const narrow = ['--package', 'pkg:pypi/torch', '--versions', '2.3.0', '--summary', 'also']
    await live.run(1, 'advisory', 'publish', ...narrow, '--id', 'TORCH-1')
    assert.equal((await live.run(2, 'advisory', 'affected', 'TORCH-1')).code, 2)
    const own = await live.run(1, 'advisory', 'withdraw', 'TORCH-1', '--reason', 'as org04 says')
    assert.equal(own.code, 0, own.stdout)
  })

  it('is made from an OSV file, whose digest it names, and found by its alias', async () => {
    const affected = [
      {
        package: { ecosystem: 'PyPI', name: 'torch' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2.3.1' }] }],
      },
      { package: { ecosystem: 'Linux', name: 'Kernel' }, versions: ['6'] },
    ]
    const osv = { id: 'GHSA-a', aliases: ['CVE-2026-9'], summary: 'bad', affected }
    await writeFile(at('a.osv.json'), JSON.stringify(osv))
    const run = await live.say(4, 'advisory', 'publish', at('a.osv.json'))
    assert.equal(run.code, 0, run.stderr)
    assert.match(run.stderr, /\/affected\/1: .* left out\n.*advisory GHSA-a, CVE-2026-9: bad\n/s)
    assert.equal((await affectedBy('CVE-2026-9')).length, 2)
    await writeFile(at('file'), 'child')
    const verifyBy = async (rule: string) => {
      await writeFile(at('policy'), `advisories: {refuse: affected, ${rule}}`)
      const verify = ['verify', at('file'), '--against', 'child@1', '--policy', at('policy')]
      return (await live.run(2, ...verify)).code
    }
    assert.deepEqual([await verifyBy('except: [CVE-2026-9]'), await verifyBy('except: []')], [0, 1])
  })

  it('is not made from hostile files: each is refused with its place', async () => {
    const files: Readonly<Record<string, string | Uint8Array>> = {
      'too-large': new Uint8Array(OSV_BYTES_MAX + 1),
      malformed: '{"id": ',
      'schema-violation': '{"id": "x", "affected": {"__proto__": 1}}',
    }
    for (const [code, content] of Object.entries(files)) {
      await writeFile(at(code), content)
      const { error } = (await publish(at(code))).json() as { error: { code: string } }
      assert.equal(error.code, code === 'too-large' ? 'bad-document' : code)
    }
    const missing = await publish(at('nowhere'))
    assert.equal(missing.code, 2)
  })

  it('says what is wrong with the flags', async () => {
    const cases = [
      ['pkg:pypi/torch@1', '<2'],
      ['torch', '<2'],
      ['pkg:pypi/torch', '>2'],
      ['pkg:pypi/torch', '^2'],
      ['pkg:pypi/torch', '<two'],
      ['pkg:pypi/torch', '>=2, <1'],
      ['pkg:pypi/torch', ''],
      ['pkg:pypi/torch', '<1, <=2'],
    ] as const
    for (const [purl, versions] of cases) {
      assert.equal((await warnOf(purl, versions)).code, 2, `${purl} ${versions}`)
    }
    assert.equal((await publish('--package', 'pkg:pypi/torch')).code, 2)
    assert.equal((await publish(at('x'), '--id', 'y')).code, 2)
  })
})
