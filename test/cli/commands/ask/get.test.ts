import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson } from '../../../../protocol/encoding/canonical-json.ts'
import { runHere } from '../../support/in-process.ts'
import type { CliRun } from '../../support/run-cli.ts'
import { ScriptedLedger } from '../../support/scripted-ledger.ts'
import { AS_OF, sha256Of } from '../../support/scripted-node.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

const ID = 'd'.repeat(64)
const codeOf = ({ json }: CliRun) => (json().error as { code: string }).code

const CID = 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'

describe('get', function () {
  this.timeout(30_000)
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  let ledger: ScriptedLedger

  beforeEach(async () => {
    ledger = await ScriptedLedger.create(at('net'))
  })
  afterEach(() => ledger.node.close())

  const get = (...more: string[]) => ledger.run('get', 'org2/model@1', '--out', at('out'), ...more)

  function share(artefact: { sha256: string; bytes: number; form: string; share?: string }): void {
    const base = `/chains/${ledger.chain}`
    const match = { record: ID, kind: 'artefact', by: 'name', type: 'model' }
    const view = {
      record: ID,
      type: 'model',
      name: 'model',
      version: '1',
      organisation: 'org2',
      owner: 'org2',
      author: 'did:key:z',
      signer: 'bob',
      files: 1,
      share: 'members',
      state: 'registered',
      height: 3,
      timeMs: 1,
      events: [],
      asOf: AS_OF,
      ...artefact,
    }
    ledger.node
      .on('GET', `${base}/resolve`, ({ query }) => ({
        json: { query: query.get('q'), matches: [match] },
      }))
      .on('GET', `${base}/artefacts/${ID}`, () => ({ json: view }))
  }

  function shareFile(bytes: Buffer, served = bytes): void {
    share({ sha256: sha256Of(bytes), bytes: bytes.length, form: 'file' })
    ledger.node.on('GET', `/chains/.*/artefacts/${ID}/content`, () => ({ bytes: served }))
  }

  function shareDirectory(files: Readonly<Record<string, string>>, manifest?: Uint8Array): void {
    const listed = Object.entries(files).map(([name, text]) => ({
      bytes: Buffer.byteLength(text),
      name,
      sha256: sha256Of(Buffer.from(text)),
    }))
    const bytes = manifest ?? canonicalJson({ format: 'pedigree-manifest/1', files: listed })
    share({ sha256: sha256Of(bytes), bytes: 1, form: 'directory' })
    ledger.node
      .on('GET', `/chains/.*/artefacts/${ID}/manifest`, () => ({ bytes }))
      .on('GET', `/chains/.*/artefacts/${ID}/content`, ({ query }) => {
        const text = files[query.get('name') ?? '']
        return text === undefined ? { problem: 'unknown-file' } : { bytes: Buffer.from(text) }
      })
      .on('GET', `/chains/.*/artefacts/${ID}/contents`, ({ query }) => {
        const asked = Object.values(files).slice(Number(query.get('first')))
        return { bytes: Buffer.from(asked.join('')) }
      })
  }

  it('tells what hangs over the bytes: a recall of an ancestor too', async () => {
    shareFile(Buffer.from('weights'))
    const recall = {
      record: 'e'.repeat(64),
      artefact: { record: 'f'.repeat(64), name: 'org1/digits@1', type: 'dataset' },
      depth: 2,
      by: 'owner',
      organisation: 'org1',
      signer: 'ada',
      reason: 'poisoned',
      sinceHeight: 4,
      answers: [],
    }
    const rest = { advisories: [], ancestors: 2, complete: true, advisoriesComplete: true }
    const flags = { artefact: ID, owner: 'org2', recalls: [recall], ...rest, asOf: AS_OF }
    ledger.node.on('GET', `/chains/.*/artefacts/${ID}/flags`, () => ({ json: flags }))
    const args = ['--home', ledger.home, 'get', 'org2/model@1', '--out', at('out')]
    const { code, stdout, stderr } = await runHere(args)
    assert.equal(code, 0, stderr)
    assert.match(stdout, /✗ its ancestor org1\/digits@1 .*is recalled since block 4.*poisoned/)
  })

  it('gives a file its name once it is verified, and expects it from then on', async () => {
    shareFile(Buffer.from('weights'))
    const { code, json, stderr } = await get()
    assert.equal(code, 0, stderr)
    assert.equal(await readFile(at('out'), 'utf8'), 'weights')
    assert.equal(json().sha256, sha256Of(Buffer.from('weights')))
    await writeFile(at('out'), 'wEights')
    const verdict = await ledger.run('verify', at('out'))
    assert.deepEqual([verdict.code, verdict.json().verdict], [1, 'modified'])
  })

  it('takes a CID also as an ipfs URL, and none with a path in it', async () => {
    shareFile(Buffer.from('weights'))
    const asked: (string | null)[] = []
    const match = { record: ID, kind: 'artefact', by: 'cid', type: 'model' }
    ledger.node.on('GET', `/chains/${ledger.chain}/resolve`, ({ query }) => {
      asked.push(query.get('q'))
      return { json: { query: query.get('q'), matches: [match] } }
    })
    const run = (url: string) => ledger.run('get', url, '--out', at('out'), '--force')
    for (const url of [`ipfs://${CID}`, `IPFS://${CID}/`, CID]) {
      const { code, stderr } = await run(url)
      assert.equal(code, 0, stderr)
    }
    assert.deepEqual(asked, [CID, CID, CID])
    for (const url of [`ipfs://${CID}/a.csv`, `ipfs://${CID}?x`, 'ipfs://', `ipfs:///${CID}`]) {
      const { code, stderr } = await run(url)
      assert.equal(code, 2, url)
      assert.match(stderr, /is not ipfs:\/\/CID and nothing after it/)
    }
    assert.equal(asked.length, 3)
  })

  it('keeps nothing of other bytes, or of too many', async () => {
    for (const served of [Buffer.from('wEights'), Buffer.from('weights and more')]) {
      shareFile(Buffer.from('weights'), served)
      const run = await get()
      assert.deepEqual([run.code, codeOf(run)], [1, 'content-mismatch'])
      assert.deepEqual(await readdir(folder()), ['net'])
    }
  })

  it('keeps nothing when the node is lost half-way', async () => {
    shareFile(Buffer.from('weights'))
    ledger.node.on('GET', `/chains/.*/artefacts/${ID}/content`, () => ({ hangUp: true }))
    assert.equal(codeOf(await get()), 'node-lost')
    assert.deepEqual(await readdir(folder()), ['net'])
  })

  it('overwrites nothing without --force', async () => {
    shareFile(Buffer.from('weights'))
    await writeFile(at('out'), 'mine')
    assert.equal(codeOf(await get()), 'path-exists')
    assert.equal(await readFile(at('out'), 'utf8'), 'mine')
    assert.equal((await get('--force')).code, 0)
    assert.equal(await readFile(at('out'), 'utf8'), 'weights')
    assert.deepEqual((await readdir(folder())).sort(), ['net', 'out'])
  })

  it('fetches a directory by its manifest', async () => {
    shareDirectory({ 'a/b/c.txt': 'deep', 'top.txt': '' })
    const { code, stderr } = await get()
    assert.equal(code, 0, stderr)
    assert.equal(await readFile(at('out/a/b/c.txt'), 'utf8'), 'deep')
    assert.equal(await readFile(at('out/top.txt'), 'utf8'), '')
    assert.equal((await ledger.run('verify', at('out'))).code, 0)
  })

  it('asks for the file by name at which the joined files broke off, then goes on', async () => {
    const files = { a: 'one', b: 'two', c: 'three', d: 'four' }
    shareDirectory(files)
    const asked: string[] = []
    ledger.node.on('GET', `/chains/.*/artefacts/${ID}/contents`, ({ query }) => {
      const first = query.get('first') ?? ''
      asked.push(first)
      return first === '0'
        ? { firstBytes: Buffer.from('onetw') }
        : { bytes: Buffer.from('threefour') }
    })
    const { code, stderr } = await get()
    assert.equal(code, 0, stderr)
    assert.deepEqual(asked, ['0', '2'])
    assert.deepEqual((await readdir(at('out'))).sort(), ['a', 'b', 'c', 'd'])
    for (const [name, text] of Object.entries(files)) {
      assert.equal(await readFile(at(`out/${name}`), 'utf8'), text)
    }
  })

  it('keeps nothing of a directory when the node cannot give one of its files, and says why', async () => {
    shareDirectory({ a: 'one', b: 'two' })
    ledger.node
      .on('GET', `/chains/.*/artefacts/${ID}/contents`, () => ({ firstBytes: Buffer.from('onet') }))
      .on('GET', `/chains/.*/artefacts/${ID}/content`, () => ({ problem: 'artefact-unavailable' }))
    assert.equal(codeOf(await get()), 'artefact-unavailable')
    assert.deepEqual(await readdir(folder()), ['net'])
  })

  it('names the file of a directory that has other bytes, or too few', async () => {
    shareDirectory({ a: 'one', b: 'two' })
    for (const served of ['onetwO', 'onetw', 'One']) {
      ledger.node.on('GET', `/chains/.*/artefacts/${ID}/contents`, () => ({
        bytes: Buffer.from(served),
      }))
      const { code, json } = await get()
      const error = json().error as { code: string; detail: string }
      assert.deepEqual([code, error.code], [1, 'content-mismatch'])
      assert.match(error.detail, served === 'One' ? / for a / : / for b /)
      assert.deepEqual(await readdir(folder()), ['net'])
    }
  })

  it('writes large files of a directory between small ones', async () => {
    const files = { a: 'one', b: 'x'.repeat(2_500_000), c: '', d: 'y'.repeat(1_048_577), e: 'end' }
    shareDirectory(files)
    const { code, stderr } = await get()
    assert.equal(code, 0, stderr)
    for (const [name, text] of Object.entries(files)) {
      assert.equal(await readFile(at(`out/${name}`), 'utf8'), text)
    }
  })

  it('replaces a directory whole with --force', async () => {
    shareDirectory({ new: 'x' })
    await mkdir(at('out'))
    await writeFile(at('out/old'), 'y')
    assert.equal((await get('--force')).code, 0)
    assert.deepEqual(await readdir(at('out')), ['new'])
  })

  it('refuses a manifest that leads out of the directory', async () => {
    for (const name of ['../evil', '/etc/evil', 'a/../../evil', 'a\\evil']) {
      const files = [{ bytes: 1, name, sha256: sha256Of(Buffer.from('x')) }]
      shareDirectory({}, canonicalJson({ format: 'pedigree-manifest/1', files }))
      const run = await get()
      assert.deepEqual([run.code, codeOf(run)], [1, 'schema-violation'], name)
      assert.deepEqual(await readdir(folder()), ['net'])
    }
  })

  it('refuses a manifest with another digest than the certificate', async () => {
    shareDirectory({ a: 'x' })
    const other = canonicalJson({ format: 'pedigree-manifest/1', files: [] })
    ledger.node.on('GET', `/chains/.*/artefacts/${ID}/manifest`, () => ({ bytes: other }))
    assert.equal(codeOf(await get()), 'content-mismatch')
  })

  it('says that bytes stay with their owner', async () => {
    share({ sha256: 'a'.repeat(64), bytes: 1, form: 'file', share: 'local' })
    assert.equal(codeOf(await get()), 'not-shared')
  })
})
