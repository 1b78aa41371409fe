import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { saltedDigestOf } from '../../../../protocol/artefacts/salted-digest.ts'
import type { Digest } from '../../../../protocol/digest.ts'
import { subjectOf } from '../../../../protocol/records/subject.ts'
import { runHere } from '../../support/in-process.ts'
import { type CliRun, runCli } from '../../support/run-cli.ts'
import { CID, ScriptedLedger } from '../../support/scripted-ledger.ts'
import { sha256Of } from '../../support/scripted-node.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

const codeOf = ({ json }: CliRun) => (json().error as { code: string }).code

describe('certify', function () {
  this.timeout(60_000)
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  let ledger: ScriptedLedger

  beforeEach(async () => {
    ledger = await ScriptedLedger.create(folder())
    await writeFile(at('Digits Set.csv'), '1,2,3')
  })
  afterEach(() => ledger.node.close())

  const dataset = (...more: string[]) =>
    ledger.run('certify', 'dataset', at('Digits Set.csv'), ...more)
  const records = () => ledger.node.posted('/chains/.*/records')
  const pendingFiles = () => readdir(join(ledger.home, 'user/pending'))

  it('signs what it says, and answers where it is', async () => {
    const { code, json, stderr } = await dataset('--description', 'handwritten')
    assert.equal(code, 0, stderr)
    const sha256 = sha256Of(Buffer.from('1,2,3'))
    const answer = json()
    assert.deepEqual(
      { ...answer, id: undefined },
      {
        id: undefined,
        status: 'committed',
        height: 7,
        sha256,
        cid: null,
        name: 'acme/digits-set.csv@1',
        repeated: false,
      },
    )
    const record = ledger.committed.get(String(answer.id))
    assert.equal(record?.type, 'dataset')
    assert.deepEqual(subjectOf(record.statement).digest, { sha256 })
    assert.match(stderr, /All members of test will see:.*acme\/digits-set\.csv@1.*handwritten/s)
    assert.deepEqual(await pendingFiles(), [])
  })

  it('never certifies twice when it is repeated', async () => {
    const first = (await dataset()).json()
    const second = (await dataset()).json()
    assert.equal(second.id, first.id)
    assert.equal(second.repeated, true)
    assert.equal(records().length, 1)
    assert.notEqual((await dataset('--name', 'other')).json().id, first.id)
  })

  it('resumes with the same bytes after a time-out', async () => {
    ledger.commits = false
    const late = await dataset('--timeout', '300ms')
    assert.equal(late.code, 5)
    const { code, hint, id } = late.json().error as Record<string, string>
    assert.equal(code, 'timed-out')
    assert.match(hint ?? '', new RegExp(`show ${id} --wait`))
    assert.deepEqual(await pendingFiles(), [`${id}.json`])
    ledger.commits = true
    const again = await dataset()
    assert.equal(again.code, 0, again.stderr)
    assert.equal(again.json().id, id)
    const [sent, resent] = records()
    assert.ok(sent !== undefined && resent !== undefined && sent.equals(resent))
    assert.deepEqual(await pendingFiles(), [])
  })

  it('resumes after Ctrl-C, which names the id', async () => {
    ledger.commits = false
    const stop = new AbortController()
    ledger.node.on('GET', `/chains/${ledger.chain}/records/.*`, () => {
      stop.abort()
      return { hangUp: true }
    })
    const args = ['--home', ledger.home, '--json', 'certify', 'dataset', at('Digits Set.csv')]
    const stopped = await runHere(args, stop.signal)
    assert.equal(stopped.code, 130)
    assert.equal(codeOf(stopped), 'interrupted')
    const { id } = stopped.json().error as { id: string }
    assert.deepEqual(await pendingFiles(), [`${id}.json`])
  })

  it('saves what it signed before anyone can see it', async () => {
    let saved: readonly string[] = []
    ledger.node.on('POST', `/chains/${ledger.chain}/records`, () => ({ hangUp: true }))
    const lost = await dataset()
    saved = await pendingFiles()
    assert.equal(lost.code, 4, lost.stdout)
    assert.equal(codeOf(lost), 'node-lost')
    assert.equal(saved.length, 1)
  })

  it('signs anew, with a fresh nonce, what was refused for good', async () => {
    ledger.refusal = { refused: { rejected: 'expired', detail: 'too late' } }
    const refused = await dataset()
    assert.deepEqual([refused.code, codeOf(refused)], [1, 'expired'])
    ledger.refusal = undefined
    assert.equal((await dataset()).code, 0)
    const nonces = records().map((body) => {
      const { payload } = JSON.parse(body.toString()) as { payload: string }
      return JSON.parse(Buffer.from(payload, 'base64').toString()).predicate.ledger.nonce
    })
    assert.deepEqual(nonces, [1, 2])
  })

  it('keeps what was refused for the moment only', async () => {
    ledger.refusal = { refused: { rejected: 'pool-full', detail: 'come back' } }
    assert.equal(codeOf(await dataset()), 'pool-full')
    ledger.refusal = undefined
    await dataset()
    const [sent, resent] = records()
    assert.ok(sent !== undefined && resent !== undefined && sent.equals(resent))
  })

  it('returns at once with --no-wait', async () => {
    ledger.commits = false
    const { code, json } = await dataset('--no-wait')
    assert.deepEqual([code, json().status, json().height], [0, 'admitted', null])
  })

  it('hands shared bytes to the node first, and compares what arrived', async () => {
    ledger.node.on('POST', '/blobs', ({ body }) => ({
      json: { sha256: sha256Of(body), cid: CID, bytes: body.length },
    }))
    const shared = await dataset('--share', 'members')
    assert.equal(shared.code, 0, shared.stderr)
    assert.equal(shared.json().cid, CID)
    assert.deepEqual(ledger.node.posted('/blobs').map(String), ['1,2,3'])
    ledger.node.on('POST', '/blobs', () => ({
      json: { sha256: 'f'.repeat(64), cid: CID, bytes: 5 },
    }))
    const differs = await dataset('--share', 'members', '--name', 'other')
    assert.equal(codeOf(differs), 'changed-while-hashing')
    ledger.node.on('POST', '/blobs', ({ query }) =>
      query.get('sha256') === sha256Of(Buffer.from('1,2,3'))
        ? { problem: 'digest-differs' }
        : { problem: 'bad-request' },
    )
    const refused = await dataset('--share', 'members', '--name', 'other')
    assert.equal(codeOf(refused), 'changed-while-hashing')
  })

  it('keeps local bytes away from the node', async () => {
    await dataset()
    assert.equal(ledger.node.posted('/blobs').length, 0)
    assert.ok(!ledger.node.requests.some(({ body }) => body.includes('1,2,3')))
  })

  it('publishes a salted digest that is the same when repeated, and verifies here alone', async () => {
    const salted = await dataset('--salted')
    assert.equal(salted.code, 0, salted.stderr)
    assert.equal((await dataset('--salted')).json().repeated, true)
    const record = ledger.committed.get(String(salted.json().id))
    assert.ok(record !== undefined)
    const { digest } = subjectOf(record.statement)
    assert.ok('pedigree-salted-sha256' in digest)
    const expectations = JSON.parse(
      await readFile(join(ledger.home, 'user/expectations.json'), 'utf8'),
    )
    const { salt, sha256 } = expectations.paths[at('Digits Set.csv')]
    const published = saltedDigestOf(Buffer.from(salt, 'base64'), sha256 as Digest)
    assert.equal(digest['pedigree-salted-sha256'], published)
    assert.equal((await ledger.run('verify', at('Digits Set.csv'))).code, 0)
    await writeFile(at('copy'), '1,2,3')
    const without = await ledger.run('verify', at('copy'), '--against', record.id)
    assert.deepEqual([without.code, without.json().verdict], [3, 'undecidable'])
    const disclosed = await ledger.run('verify', at('copy'), '--against', record.id, '--salt', salt)
    assert.deepEqual([disclosed.code, disclosed.json().verdict], [0, 'verified'])
  })

  describe('a model', () => {
    beforeEach(() => writeFile(at('model'), 'weights'))
    const model = (...more: string[]) => ledger.run('certify', 'model', at('model'), ...more)

    it('names its dataset by record and digest, whichever way it was given', async () => {
      const data = (await dataset('--name', 'digits')).json()
      for (const given of ['digits', String(data.id), at('Digits Set.csv'), String(data.sha256)]) {
        const { json, stderr } = await model('--dataset', given, '--name', `m-${records().length}`)
        const record = ledger.committed.get(String(json().id))
        assert.ok(record?.type === 'model', stderr)
        const edge = { kind: 'certified', record: data.id, digest: data.sha256 }
        assert.deepEqual(record.statement.predicate.datasets, [edge])
        const short = String(data.id).slice(0, 12)
        assert.match(stderr, new RegExp(`dataset  acme/digits@1 \\(${short}\\)`))
      }
    })

    it('is refused with a name that is nowhere or means several things', async () => {
      const nowhere = await model('--dataset', 'nothing')
      assert.deepEqual([nowhere.code, codeOf(nowhere)], [1, 'unknown-id'])
      const ids = []
      for (const version of ['1', '2']) {
        ids.push((await dataset('--name', `digits@${version}`)).json().id)
      }
      const several = await model('--dataset', 'digits')
      assert.deepEqual([several.code, codeOf(several)], [2, 'ambiguous'])
      for (const id of ids) assert.ok(several.stderr.includes(String(id)))
      assert.equal(records().length, 2)
    })

    it('says openly what it does not know', async () => {
      assert.equal((await model()).code, 2)
      assert.equal((await model('--dataset', 'unknown')).code, 2)
      const { code, json, stderr } = await model(
        '--dataset',
        'unknown',
        '--reason',
        'before our time',
        '--external',
        'hf://acme/base@4f2c',
        '--sha256',
        'a'.repeat(64),
        '--relation',
        'quantized',
      )
      assert.equal(code, 0, stderr)
      const record = ledger.committed.get(String(json().id))
      assert.ok(record?.type === 'model')
      const { datasets, parents, modelId } = record.statement.predicate
      assert.deepEqual(datasets, [{ kind: 'unknown', reason: 'before our time' }])
      const external = { kind: 'external', uri: 'hf://acme/base', revision: '4f2c' }
      assert.deepEqual(parents, [{ ...external, digest: 'a'.repeat(64), relation: 'quantized' }])
      assert.match(modelId, /^[0-9a-f-]{36}$/)
    })

    it('is imported from Listing 1.1 and written as it again', async () => {
      const data = (await dataset('--name', 'digits')).json()
      const listing = {
        'record-type': 'model',
        'model-name': 'Model Alpha',
        'model-id': '8ad53dd3-4b02-4af5-a17f-e03d2fabee1c',
        'parent-model-name': 'None',
        'parent-model-id': 'None',
        'training-data-hash': data.sha256,
        'training-data-url': 'None',
        payload: 'exde4UOIQvV/f4bwZ59bhg==',
      }
      await writeFile(at('listing.json'), JSON.stringify(listing))
      const { code, json, stderr } = await model('--import', at('listing.json'))
      assert.equal(code, 0, stderr)
      const shown = await ledger.run('show', String(json().id), '--format', 'listing-1.1')
      assert.deepEqual(shown.json(), listing)
      await writeFile(at('listing.json'), JSON.stringify({ ...listing, 'model-id': 'x' }))
      assert.equal(
        codeOf(await model('--import', at('listing.json'), '--name', 'y')),
        'schema-violation',
      )
    })
  })

  it('signs without a node, and submits from another shell', async () => {
    const out = at('record.json')
    const offline = await dataset('--offline', '--out', out)
    assert.equal(offline.code, 0, offline.stderr)
    assert.equal(ledger.node.requests.length, 0)
    const sent = await ledger.run('submit', out)
    assert.equal(sent.code, 0, sent.stderr)
    assert.equal(sent.json().id, offline.json().id)
    const bytes = await readFile(out)
    await writeFile(out, bytes.subarray(0, -1))
    assert.equal((await ledger.run('submit', out)).code, 1)
    assert.equal((await dataset('--out', out)).code, 2)
    const unresolved = await ledger.run(
      'certify',
      'model',
      at('Digits Set.csv'),
      '--dataset',
      'digits',
      '--offline',
      '--out',
      at('m'),
    )
    assert.equal(unresolved.code, 2)
  })

  it('chooses the signer, and takes nobody else for one', async () => {
    const key = join(ledger.home, 'user/keys/admin.json')
    assert.equal(codeOf(await dataset('--key', key)), 'key-unsuitable')
    assert.equal(codeOf(await dataset('--key', at('none.json'))), 'key-missing')
    ledger.node.on('GET', `/chains/${ledger.chain}/authors/.*`, () => ({
      problem: 'unknown-author-key',
    }))
    assert.equal(codeOf(await dataset()), 'unknown-author')
  })

  it('prints one JSON document on stdout and the rest on stderr, as a process of its own', async () => {
    const args = ['--home', ledger.home, '--json', 'certify', 'dataset', at('Digits Set.csv')]
    const { code, json, stderr } = await runCli(args)
    assert.equal(code, 0, stderr)
    assert.match(String(json().id), /^[0-9a-f]{64}$/)
  })

  it('retires what it certified', async () => {
    const { id } = (await dataset('--name', 'digits')).json()
    const { code, json, stderr } = await ledger.run(
      'retire',
      'digits',
      '--reason',
      'labels swapped',
    )
    assert.equal(code, 0, stderr)
    assert.equal(json().artefact, id)
    const record = ledger.committed.get(String(json().id))
    assert.ok(record?.type === 'event')
    assert.equal(record.statement.predicate.event, 'retired')
    assert.deepEqual(record.statement.predicate.details, { reason: 'labels swapped' })
  })

  it('escapes what a stranger wrote before it reaches a terminal', async () => {
    const { id } = (await dataset()).json()
    const answer = ledger.node
    answer.on('GET', `/chains/${ledger.chain}/records/.*`, () => ({
      json: {
        id,
        status: 'refused',
        asOf: {
          height: 1,
          timeMs: 1,
          sync: 'in-sync',
          behindBlocks: 0,
        },
        rejection: {
          rejected: 'expired',
          detail: 'evil\x1B[2J‮',
        },
      },
    }))
    const { stdout } = await runHere(['--home', ledger.home, 'show', String(id)])
    assert.ok(stdout.includes('evil\\u{1b}[2J\\u{202e}'), stdout)
  })
})
