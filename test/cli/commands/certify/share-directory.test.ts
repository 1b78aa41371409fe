import assert from 'node:assert/strict'
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { batchesOf, uploadBatch } from '../../../../cli/artefacts/upload-batch.ts'
import { RpcClient } from '../../../../cli/rpc/rpc-client.ts'
import type { Digest } from '../../../../protocol/digest.ts'
import type { CliRun } from '../../support/run-cli.ts'
import { CID, ScriptedLedger } from '../../support/scripted-ledger.ts'
import { ScriptedNode, sha256Of } from '../../support/scripted-node.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

const codeOf = ({ json }: CliRun) => (json().error as { code: string }).code

describe('certify a shared directory', function () {
  this.timeout(60_000)
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  let ledger: ScriptedLedger

  beforeEach(async () => {
    ledger = await ScriptedLedger.create(folder())
    await mkdir(at('set'))
  })
  afterEach(() => ledger.node.close())

  /** Answers a batch of blobs: four bytes of length before each. */
  function storeBatches(): void {
    ledger.node.on('POST', '/blobs/batch', ({ body }) => {
      const blobs = []
      for (let at = 0; at < body.length; ) {
        const end = at + 4 + body.readUInt32BE(at)
        const bytes = body.subarray(at + 4, end)
        blobs.push({ sha256: sha256Of(bytes), cid: cidOf(bytes), bytes: bytes.length })
        at = end
      }
      return { json: { blobs } }
    })
  }

  const cidOf = (bytes: Buffer) =>
    `bafkreia${sha256Of(bytes)
      .slice(0, 50)
      .replace(/[0189]/g, 'z')}a`

  it('shares a directory with its manifest', async () => {
    const directoryCid = CID.replace('bafkrei', 'bafybei')
    storeBatches()
    ledger.node
      .on('POST', '/blobs', ({ body }) => ({
        json: { sha256: sha256Of(body), cid: CID, bytes: body.length },
      }))
      .on('POST', '/directories', () => ({ json: { cid: directoryCid } }))
    const long = 'x'.repeat(1_048_577)
    await writeFile(at('set/b'), 'two')
    await writeFile(at('set/a'), 'one')
    await writeFile(at('set/long'), long)
    await writeFile(at('set/none'), '')
    const { code, json, stderr } = await ledger.run(
      'certify',
      'dataset',
      at('set'),
      '--share',
      'members',
    )
    assert.equal(code, 0, stderr)
    assert.equal(json().cid, directoryCid)
    const [request] = ledger.node.posted('/directories')
    assert.deepEqual(JSON.parse(String(request)), {
      files: [
        { name: 'a', cid: cidOf(Buffer.from('one')) },
        { name: 'b', cid: cidOf(Buffer.from('two')) },
        { name: 'long', cid: CID },
        { name: 'none', cid: cidOf(Buffer.of()) },
      ],
      manifestCid: CID,
    })
    assert.equal(ledger.node.posted('/blobs/batch').length, 2)
    const [large, manifest] = ledger.node.posted('/blobs')
    assert.equal(String(large), long, 'a large file is streamed alone')
    assert.equal(sha256Of(manifest ?? Buffer.of()), json().sha256, 'the last blob is the manifest')
  })

  it('refuses an answer to a batch that is not about the files that were sent', async () => {
    ledger.node.on('POST', '/blobs/batch', () => ({
      json: { blobs: [{ sha256: 'f'.repeat(64), cid: CID, bytes: 3 }] },
    }))
    await writeFile(at('set/a'), 'one')
    const run = await ledger.run('certify', 'dataset', at('set'), '--share', 'members')
    assert.equal(codeOf(run), 'bad-answer')
    assert.equal(ledger.node.posted('/directories').length, 0)
  })

  it('names the file that changed after it was hashed, whatever the node says', async () => {
    const node = await ScriptedNode.listen(at('sock'))
    node.on('POST', '/blobs/batch', () => ({ problem: 'bad-request' }))
    const rpc = new RpcClient(at('sock'), new AbortController().signal)
    const files = []
    for (const name of ['a', 'b', 'c']) {
      await writeFile(at(`set/${name}`), name.repeat(5))
      const sha256 = sha256Of(Buffer.from(name.repeat(5))) as Digest
      files.push({ name, path: at(`set/${name}`), bytes: 5, sha256 })
    }
    const progress = { advance: () => undefined, stop: () => undefined }
    try {
      for (const changed of ['bbbbB', 'bbbb', 'bbbbbb', '']) {
        await writeFile(at('set/b'), changed)
        await assert.rejects(uploadBatch({ rpc }, files, progress), {
          code: 'changed-while-hashing',
          message: /set\/b changed/,
        })
      }
    } finally {
      await node.close()
    }
  })

  it('refuses what holds a secret key of Pedigree, wherever it lies in it', async () => {
    await mkdir(at('set/deep'))
    await writeFile(at('set/data.json'), '{}')
    const [key = ''] = await readdir(join(ledger.home, 'user/keys'))
    await copyFile(join(ledger.home, 'user/keys', key), at('set/deep/mine.json'))
    for (const path of ['set', 'set/deep/mine.json']) {
      for (const share of ['members', 'local']) {
        const run = await ledger.run('certify', 'dataset', at(path), '--share', share, '--yes')
        assert.deepEqual([run.code, codeOf(run)], [1, 'secret-key'], path)
        assert.match(run.stderr, /mine\.json is a secret key/)
      }
    }
    assert.equal(ledger.node.posted('/blobs.*').length, 0)
  })

  it('wants a yes for files that are secret by their names', async () => {
    storeBatches()
    await writeFile(at('set/a.csv'), '1')
    await writeFile(at('set/.env'), 'TOKEN=x')
    const unasked = await ledger.run('certify', 'dataset', at('set'), '--share', 'members')
    assert.deepEqual([unasked.code, codeOf(unasked)], [1, 'declined'])
    assert.match(unasked.stderr, /FLAGGED: every member could fetch what looks secret.*: \.env\n/)
    assert.equal((await ledger.run('certify', 'dataset', at('set'))).code, 0)
  })

  it('puts small files together as far as a request goes, and large ones alone', () => {
    const file = (name: string, bytes: number) => ({
      name,
      bytes,
      path: name,
      sha256: 'a'.repeat(64) as Digest,
    })
    const batch = (...files: Parameters<typeof batchesOf>[0][]) =>
      [...batchesOf(files.flat())].map((each) => each.length)
    const small = Array.from({ length: 5_000 }, (_, i) => file(`${i}`, 10))
    assert.deepEqual(batch(small), [4_096, 904])
    const chunks = Array.from({ length: 17 }, (_, i) => file(`${i}`, 1_048_576))
    assert.deepEqual(batch(chunks), [15, 2])
    const large = file('large', 1_048_577)
    assert.deepEqual(batch(small.slice(0, 2), [large, large], small.slice(2, 4)), [2, 1, 1, 2])
    assert.deepEqual(batch([]), [])
  })
})
