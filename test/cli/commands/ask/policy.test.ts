import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Digest, digestOf } from '../../../../protocol/digest.ts'
import { utf8Encode } from '../../../../protocol/encoding/utf8.ts'
import { HOME_FILES } from '../../../../protocol/home.ts'
import { buildReceipt } from '../../../../protocol/receipts/build-receipt.ts'
import { SampleLedger } from '../../../protocol/queries/sample-ledger.ts'
import { family, genesisBytes, receiptOf } from '../../../protocol/receipts/sample-receipts.ts'
import { accepted, signedAdvisory } from '../../../support/records.ts'
import { runHere } from '../../support/in-process.ts'
import { LiveLedger } from '../../support/live-ledger.ts'
import { ScriptedLedger } from '../../support/scripted-ledger.ts'
import { AS_OF } from '../../support/scripted-node.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

const STRICT = 'advisories: {refuse: affected}\n'

describe('verify by a policy', function () {
  this.timeout(30_000)
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  let live: LiveLedger

  /** org01's data was made with left-pad 1.2.0; org02's model is made from it. org04 warns. */
  beforeEach(async () => {
    live = await LiveLedger.start(folder())
    for (const name of ['data', 'model']) await writeFile(at(name), name)
    const software = ['--software', 'pkg:npm/left-pad@1.2.0']
    const data = await does(1, 'certify', 'dataset', at('data'), ...software)
    await does(2, 'certify', 'model', at('model'), '--dataset', data)
    await publish(4, 'PAD-1', '<1.3.0')
  })
  afterEach(() => live.stop())

  async function does(org: number, ...args: readonly string[]): Promise<string> {
    const run = await live.run(org, ...args)
    assert.equal(run.code, 0, run.stdout + run.stderr)
    return String(run.json()['id'])
  }

  const publish = (org: number, name: string, versions: string, purl = 'pkg:npm/left-pad') => {
    const flags = ['--package', purl, '--versions', versions, '--summary', 'it pads', '--id', name]
    return does(org, 'advisory', 'publish', ...flags)
  }

  const own = (text: string) => writeFile(join(live.home(2), HOME_FILES.policy), text)

  async function verdict(policy?: string, ...more: readonly string[]) {
    if (policy !== undefined) await writeFile(at('policy.yaml'), policy)
    const flags = policy === undefined ? [] : ['--policy', at('policy.yaml')]
    const run = await live.run(2, 'verify', at('model'), ...flags, ...more)
    const document = run.json()
    return { code: run.code, document, said: [run.code, document['verdict']] }
  }

  it('says refused by policy, never recalled, whose rule it is and for which advisory', async () => {
    assert.deepEqual((await verdict()).said, [0, 'verified'])
    const { said, document } = await verdict(STRICT)
    assert.deepEqual(said, [1, 'refused-by-policy'])
    const { path, origin, sha256, rules, refused, undecided } = document['policy'] as {
      [name: string]: unknown
    }
    assert.deepEqual([path, origin], [at('policy.yaml'), 'flag'])
    assert.equal(sha256, digestOf(utf8Encode(STRICT)))
    assert.deepEqual(rules, { advisories: { refuse: 'affected' } })
    const [flags] = document['flags'] as { artefact: string; advisories: { record: string }[] }[]
    assert.deepEqual(refused, [
      {
        artefact: flags?.artefact,
        rule: 'advisories',
        advisories: flags?.advisories.map(({ record }) => record),
      },
    ])
    assert.deepEqual(undecided, [])
    const text = await live.say(2, 'verify', at('model'), '--policy', at('policy.yaml'))
    assert.match(
      text.stdout,
      /^refused by policy: .*\n +sha256 .*\n +policy +\/.*, sha256 [0-9a-f]{64}\n/,
    )
    assert.match(text.stdout, /✗ advisory PAD-1 of org04 warns of pkg:npm\/left-pad@1\.2\.0/)
    assert.match(
      text.stdout,
      /✗ the policy .*policy\.yaml refuses it for advisory PAD-1 of org04 \(advisories\.refuse: affected\)\n/,
    )
    assert.doesNotMatch(text.stdout, /recalled[^ ]*:|is recalled since/)
  })

  it('goes by the policy of the home, unless another is named, and says which', async () => {
    await own(STRICT)
    const { said, document } = await verdict()
    assert.deepEqual(said, [1, 'refused-by-policy'])
    assert.equal((document['policy'] as { origin: string }).origin, 'home')
    const text = await live.say(2, 'verify', at('model'))
    assert.match(text.stdout, /\n +policy +policy\.yaml of this home, sha256 [0-9a-f]{64}\n/)
    assert.match(text.stdout, /✗ this home's policy refuses it for advisory PAD-1/)
    assert.deepEqual((await verdict('{}')).said, [0, 'verified'])
    assert.deepEqual((await live.run(1, 'verify', at('model'))).code, 0)
  })

  it('listens to whom it names, accepts what was looked at, and lets answers count', async () => {
    const policy = (more: string) => verdict(`advisories:\n  refuse: affected\n  ${more}\n`)
    assert.deepEqual((await policy('from: [org01, org03]')).said, [0, 'verified'])
    assert.deepEqual((await policy('from: [org04]')).said, [1, 'refused-by-policy'])
    assert.deepEqual((await policy('except: [PAD-1]')).said, [0, 'verified'])
    assert.deepEqual((await policy('answers: count')).said, [1, 'refused-by-policy'])
    const answer = (org: number, id: string) =>
      does(org, 'answer', id, '--about', 'PAD-1', '--status', 'not_affected', '--reason', 'unused')
    await answer(1, 'data@1')
    assert.deepEqual((await policy('answers: count')).said, [1, 'refused-by-policy'])
    await answer(2, 'model@1')
    assert.deepEqual((await policy('answers: count')).said, [0, 'verified'])
    assert.deepEqual((await policy('answers: ignore')).said, [1, 'refused-by-policy'])
    await does(4, 'advisory', 'withdraw', 'PAD-1', '--reason', 'it pads well')
    assert.deepEqual((await policy('answers: ignore')).said, [0, 'verified'])
  })

  it('refuses what cannot be compared only where it says so', async () => {
    await does(4, 'advisory', 'withdraw', 'PAD-1', '--reason', 'see PAD-2')
    const debian = ['--software', 'pkg:deb/debian/curl@7-1']
    await writeFile(at('model'), 'other')
    await does(2, 'certify', 'dataset', at('model'), '--name', 'other', ...debian)
    await publish(4, 'CURL-1', '<7-2', 'pkg:deb/debian/curl')
    assert.deepEqual((await verdict(STRICT)).said, [0, 'verified'])
    const { said } = await verdict('advisories: {refuse: undecided}')
    assert.deepEqual(said, [1, 'refused-by-policy'])
  })

  it('refuses unknown ancestry, at any depth', async () => {
    const policy = 'unknownAncestry: refuse\n'
    assert.deepEqual((await verdict(policy)).said, [0, 'verified'])
    await writeFile(at('base'), 'base')
    await writeFile(at('model'), 'child')
    const unknown = ['--dataset', 'unknown', '--reason', 'bought']
    const base = await does(3, 'certify', 'model', at('base'), ...unknown)
    const parent = ['--parent', base, '--relation', 'quantized']
    const none = ['--dataset', 'none', '--reason', 'only quantised']
    await does(2, 'certify', 'model', at('model'), '--name', 'child', ...parent, ...none)
    const { said, document } = await verdict(policy)
    assert.deepEqual(said, [1, 'refused-by-policy'])
    assert.match(JSON.stringify(document['checks']), /comes from what nobody has certified/)
    assert.deepEqual((await verdict('unknownAncestry: allow')).said, [0, 'verified'])
  })

  it('softens no recall, and judges nothing of other bytes', async () => {
    await does(1, 'recall', 'data@1', '--reason', 'labels swapped')
    for (const policy of [STRICT, '{}', 'advisories: {refuse: never, except: [PAD-1]}']) {
      assert.deepEqual((await verdict(policy)).said, [1, 'recalled'])
    }
    await writeFile(at('model'), 'changed')
    const { said, document } = await verdict(STRICT)
    assert.deepEqual(said, [1, 'modified'])
    assert.deepEqual((document['policy'] as { refused: unknown[] }).refused, [])
  })

  it('is refused with the line of what does not fit, and never counts as none', async () => {
    const wrong: readonly (readonly [text: string, code: string, detail: RegExp])[] = [
      ['', 'schema-violation', /line 1.*must be object/],
      ['advisories:\n  refuses: affected\n', 'schema-violation', /line 2.*not a known field/],
      ['advisories:\n  refuse: maybe\n', 'schema-violation', /line 2.*one of never, affected, und/],
      ['unknownAncestry: no\n', 'schema-violation', /line 1.*one of allow, refuse/],
      ['advisories:\n  from: []\n', 'schema-violation', /line 2.*fewer than 1/],
      ['advisories:\n  from:\n    - org04\n    - orgO4\n', 'schema-violation', /line 4/],
      ['advisories:\n  from:\n    - org04\n    - org44\n', 'unknown-organisation', /line 4.*org44/],
      ['advisories:\n  except: [1]\n', 'schema-violation', /line 2/],
      ['advisories: &a\n  refuse: affected\n', 'bad-document', /anchors/],
      ['advisories: !!js {}\n', 'bad-document', /line 1/],
      ['unknownAncestry: allow\nunknownAncestry: refuse\n', 'bad-document', /line 2.*second time/],
      [`x: ${'['.repeat(2_000)}`, 'bad-document', /./],
      [`# ${'x'.repeat(200_000)}`, 'bad-document', /longer/],
    ]
    for (const [text, code, detail] of wrong) {
      const named = await verdict(text)
      const { error } = named.document as { error: { code: string; detail: string } }
      assert.deepEqual([named.code, error.code], [1, code], text.slice(0, 60))
      assert.match(error.detail, detail)
      await own(text)
      const home = (await verdict()).document as { error: { code: string } }
      assert.equal(home.error.code, code, text.slice(0, 60))
    }
  })

  it('that is missing, or no file, is an error', async () => {
    const missing = await live.run(2, 'verify', at('model'), '--policy', at('nowhere'))
    assert.equal(missing.code, 2)
    await mkdir(join(live.home(2), HOME_FILES.policy))
    const { error } = (await verdict()).document as { error: { code: string } }
    assert.equal(error.code, 'not-a-file')
  })
})

describe('verify by a policy, where not every advisory was looked at', function () {
  this.timeout(30_000)
  const folder = useTemporaryFolder()

  it('cannot decide, and without a policy is not kept from its verdict', async () => {
    const ledger = await ScriptedLedger.create(folder())
    try {
      const file = join(folder(), 'data')
      await writeFile(file, 'one')
      const { id } = (await ledger.run('certify', 'dataset', file)).json() as { id: string }
      const none = { artefact: id, owner: 'acme', recalls: [], advisories: [], ancestors: 0 }
      const flags = { ...none, complete: true, advisoriesComplete: false, asOf: AS_OF }
      ledger.node.on('GET', `/chains/${ledger.chain}/artefacts/${id}/flags`, () => ({
        json: flags,
      }))
      const without = await ledger.run('verify', file)
      assert.deepEqual([without.code, without.json()['verdict']], [0, 'verified'])
      assert.match(JSON.stringify(without.json()['checks']), /may be more advisories/)
      await writeFile(join(ledger.home, HOME_FILES.policy), STRICT)
      const { code, json } = await ledger.run('verify', file)
      assert.deepEqual([code, json()['verdict']], [3, 'undecidable'])
      const { undecided } = json()['policy'] as { undecided: unknown }
      assert.deepEqual(undecided, [{ artefact: id, rule: 'advisories' }])
      await listens(ledger, file, { flags, id })
    } finally {
      await ledger.node.close()
    }
  })
})

describe('verify with a receipt, by a policy', () => {
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)

  async function verdict(policy: string, about: Digest | Uint8Array = family.child.id) {
    await writeFile(at('receipt'), typeof about === 'string' ? receiptOf(about) : about)
    await writeFile(at('genesis.json'), genesisBytes)
    await writeFile(at('p.yaml'), policy)
    const files = ['--receipt', at('receipt'), '--genesis', at('genesis.json')]
    const run = await runHere([
      '--home',
      folder(),
      '--json',
      'verify',
      ...files,
      '--policy',
      at('p.yaml'),
    ])
    const document = run.json()
    return { said: [run.code, document['verdict']], checks: JSON.stringify(document['checks']) }
  }

  it('that refuses advisories cannot decide: they are not in a receipt, and it says so', async () => {
    for (const word of ['affected', 'undecided']) {
      const { said, checks } = await verdict(`advisories: {refuse: ${word}}`)
      assert.deepEqual(said, [3, 'undecidable'])
      assert.match(checks, /advisories are not in a receipt: ask a node/)
    }
    assert.deepEqual((await verdict('advisories: {refuse: never}')).said, [0, 'verified'])
  })

  it('that refuses unknown ancestry goes by what the state proves', async () => {
    const policy = 'unknownAncestry: refuse'
    assert.deepEqual((await verdict(policy, family.digits.id)).said, [0, 'verified'])
    assert.deepEqual((await verdict(policy, family.base.id)).said, [1, 'refused-by-policy'])
    const alone = receiptOf(family.base.id, false)
    assert.deepEqual((await verdict(policy, alone)).said, [1, 'refused-by-policy'])
    // Of an event without its artefact, nothing is known of the ancestry.
    const event = receiptOf(family.retirement.id, false)
    assert.deepEqual((await verdict(policy, event)).said, [3, 'undecidable'])
  })

  it('counts where the home has one, also without a node', async () => {
    await verdict('{}')
    await writeFile(at(HOME_FILES.policy), STRICT)
    const files = ['--receipt', at('receipt'), '--genesis', at('genesis.json')]
    const run = await runHere(['--home', folder(), 'verify', ...files])
    assert.equal(run.code, 3)
    assert.match(
      run.stdout,
      /^undecidable\n +expected .*\n +policy +policy\.yaml of this home, sha/,
    )
  })

  it('has nothing to say of a record that stands on no artefact, unlike of an event', async () => {
    assert.deepEqual((await verdict(STRICT, family.retirement.id)).said, [3, 'undecidable'])
    const ledger = new SampleLedger()
    const advisory = signedAdvisory()
    ledger.commit(advisory)
    const { reader, genesis } = ledger
    const receipt = accepted(buildReceipt(reader, advisory.id, { genesis, ancestors: true }))
    assert.deepEqual((await verdict(STRICT, receipt)).said, [0, 'verified'])
  })
})

/** The node names its flood of warnings, or those of `acme` alone, of which there are none. */
async function listens(
  ledger: ScriptedLedger,
  file: string,
  { flags, id }: { readonly flags: object; readonly id: string },
): Promise<void> {
  const asked: (string | null)[] = []
  const noise = { ...flagOf(id), organisation: 'flooder' }
  ledger.node.on('GET', `/chains/${ledger.chain}/artefacts/${id}/flags`, ({ query }) => {
    asked.push(query.get('from'))
    const isAll = query.get('from') === null
    const advisories = isAll ? [noise] : []
    return { json: { ...flags, advisories, advisoriesComplete: !isAll } }
  })
  const policy = join(ledger.home, HOME_FILES.policy)
  await writeFile(policy, 'advisories: {refuse: affected, from: [acme]}\n')
  const { code, json } = await ledger.run('verify', file)
  assert.deepEqual([code, json()['verdict']], [0, 'verified'])
  assert.deepEqual(asked, [null, 'acme'])
  const checks = JSON.stringify(json()['checks'])
  assert.match(checks, /may be more advisories/)
  assert.match(checks, /does not count advisory PAD-9 of flooder/)
}

function flagOf(id: string) {
  return {
    record: 'ab'.repeat(32),
    advisory: 'PAD-9',
    summary: 'it pads',
    artefact: { record: id, name: 'acme/data@1', type: 'dataset' },
    depth: 0,
    purl: 'pkg:npm/left-pad@1.2.0',
    certainty: 'affected',
    answers: [],
  }
}
