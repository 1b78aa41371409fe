import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFile, chmod, mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { hashArtefact } from '../../../cli/hashing/hash-artefact.ts'
import { hashFile } from '../../../cli/hashing/hash-file.ts'
import { walkDirectory } from '../../../cli/hashing/walk.ts'
import { Output } from '../../../cli/output/output.ts'
import { digestOf } from '../../../protocol/digest.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { itWhere, NOT_ROOT } from '../../support/where.ts'
import { rejectsWith } from '../support/rejects-with.ts'
import { useTemporaryFolder } from '../support/temporary-folder.ts'

const sink = { write: () => true }
const context = {
  output: new Output({ json: false, stdout: sink, stderr: sink, environment: {} }),
  signal: new AbortController().signal,
}
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describe('hashing one file', () => {
  const folder = useTemporaryFolder()
  const file = () => join(folder(), 'model.bin')

  it('gives the SHA-256 and the length', async () => {
    await writeFile(file(), 'weights')
    assert.deepEqual(await hashFile(file()), { sha256: sha256('weights'), bytes: 7 })
  })

  it('hashes an empty file', async () => {
    await writeFile(file(), '')
    assert.deepEqual(await hashFile(file()), { sha256: sha256(''), bytes: 0 })
  })

  it('reads in chunks of bounded size', async () => {
    await writeFile(file(), Buffer.alloc(3_500_000, 7))
    const chunks: number[] = []
    await hashFile(file(), { onChunk: (bytes) => void chunks.push(bytes) })
    assert.ok(chunks.length >= 4 && Math.max(...chunks) <= 1_048_576, String(chunks))
  })

  it('refuses a file that grows while it is read', async () => {
    await writeFile(file(), Buffer.alloc(2_000_000))
    const onChunk = () => appendFile(file(), 'more')
    await rejectsWith(hashFile(file(), { onChunk }), 'changed-while-hashing')
  })

  it('refuses a file that is rewritten with the same length', async () => {
    await writeFile(file(), 'before')
    const onChunk = () => writeFile(file(), 'after!')
    await rejectsWith(hashFile(file(), { onChunk }), 'changed-while-hashing')
  })

  it('refuses a file that another one replaces', async () => {
    await writeFile(file(), 'before')
    await writeFile(`${file()}.new`, 'before')
    const onChunk = () => rename(`${file()}.new`, file())
    await rejectsWith(hashFile(file(), { onChunk }), 'changed-while-hashing')
  })

  it('stops when it is asked to', async () => {
    await writeFile(file(), 'weights')
    const signal = AbortSignal.abort()
    await assert.rejects(hashFile(file(), { signal }), { name: 'AbortError' })
  })
})

describe('hashing a path', () => {
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)

  it('says that a path is missing', async () => {
    await rejectsWith(hashArtefact(context, at('nothing')), 'path-missing', /nothing/)
  })

  it('refuses a device', async () => {
    await rejectsWith(hashArtefact(context, '/dev/null'), 'not-a-file', /a device/)
  })

  it('refuses a named pipe without waiting for a writer', async () => {
    execFileSync('mkfifo', [at('pipe')])
    await rejectsWith(hashArtefact(context, at('pipe')), 'not-a-file', /a named pipe/)
  })

  it('refuses a socket inside a directory', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(at('socket'), resolve))
    try {
      await rejectsWith(hashArtefact(context, folder()), 'not-a-file', /a socket/)
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })

  const all = NOT_ROOT === undefined ? 'root may read everything' : undefined
  itWhere(all, 'refuses a file that may not be read', async () => {
    await writeFile(at('secret'), 'x')
    await chmod(at('secret'), 0)
    await rejectsWith(hashArtefact(context, at('secret')), 'path-unreadable', /EACCES/)
  })

  it('refuses an empty directory, and one with version control alone', async () => {
    await mkdir(at('.git'))
    await writeFile(at('.git/HEAD'), 'ref')
    await writeFile(at('.gitignore'), 'x')
    await rejectsWith(hashArtefact(context, folder()), 'empty-directory')
  })

  it('gives a directory the digest of its manifest, sorted by UTF-8 bytes', async () => {
    await mkdir(at('a'))
    for (const name of ['b', 'a-b', 'a/b', 'é', '\u{10000}', '\uffee'])
      await writeFile(at(name), name)
    const { form, files, bytes, directory, sha256: digest } = await hashArtefact(context, folder())
    const names = directory?.manifest.files.map((file) => file.name)
    assert.deepEqual(names, ['a-b', 'a/b', 'b', 'é', '\uffee', '\u{10000}'])
    assert.equal(form, 'directory')
    assert.equal(files, 6)
    assert.equal(bytes, 1 + 3 + 3 + 2 + 4 + 3)
    const entries = names?.map((name) => ({
      bytes: utf8Encode(name).length,
      name,
      sha256: sha256(name),
    }))
    const manifest = JSON.stringify({ files: entries, format: 'pedigree-manifest/1' })
    assert.equal(digest, digestOf(utf8Encode(manifest)))
  })

  it('leaves version control out at the top, and nowhere else', async () => {
    await mkdir(at('.git'))
    await writeFile(at('.git/HEAD'), 'ref')
    await mkdir(at('sub/.git'), { recursive: true })
    await writeFile(at('sub/.git/HEAD'), 'ref')
    await writeFile(at('.gitattributes'), 'x')
    const files = await walkDirectory(folder())
    assert.deepEqual(
      files.map(({ name }) => name),
      ['sub/.git/HEAD'],
    )
  })

  it('refuses names that differ only by case', async () => {
    await writeFile(at('Labels.csv'), '1')
    await writeFile(at('labels.csv'), '2')
    await rejectsWith(
      hashArtefact(context, folder()),
      'name-collision',
      /Labels\.csv.*labels\.csv|labels/,
    )
  })

  it('refuses names that differ only by normalisation', async () => {
    await writeFile(at('caf\u00e9'), '1')
    await writeFile(at('cafe\u0301'), '2')
    await rejectsWith(hashArtefact(context, folder()), 'name-collision')
  })

  it('refuses a name that is not UTF-8', async () => {
    await writeFile(Buffer.concat([Buffer.from(`${folder()}/bad-`), Buffer.of(0xff)]), 'x')
    await rejectsWith(hashArtefact(context, folder()), 'name-invalid', /not UTF-8/)
  })

  it('refuses a name with a control character, and does not print it', async () => {
    await writeFile(at('two\nlines'), 'x')
    await rejectsWith(hashArtefact(context, folder()), 'name-invalid', /two\\nlines/)
  })
})

describe('symbolic links', () => {
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)

  beforeEach(async () => {
    await mkdir(at('data'))
    await writeFile(at('data/file'), 'x')
    await writeFile(at('outside'), 'secret')
  })

  it('that stay inside are refused by name', async () => {
    await symlink('file', at('data/alias'))
    await rejectsWith(hashArtefact(context, at('data')), 'link-refused', /data\/alias/)
  })

  it('that lead outside are refused as an escape', async () => {
    await symlink('../outside', at('data/alias'))
    await rejectsWith(hashArtefact(context, at('data')), 'link-escape', /data\/alias/)
  })

  it('in a loop are refused', async () => {
    await symlink('loop', at('data/loop'))
    await rejectsWith(hashArtefact(context, at('data')), 'link-loop', /data\/loop/)
  })

  it('to a folder above are refused, and not walked for ever', async () => {
    await symlink('..', at('data/up'))
    await rejectsWith(hashArtefact(context, at('data')), 'link-escape')
  })

  it('to nothing are refused', async () => {
    await symlink('gone', at('data/dangling'))
    await rejectsWith(hashArtefact(context, at('data')), 'link-refused', /to nothing/)
  })

  it('are refused as the path itself', async () => {
    await symlink('outside', at('alias'))
    await rejectsWith(hashArtefact(context, at('alias')), 'link-refused')
  })

  it('are of no concern in the folders above the path', async () => {
    await symlink('data', at('alias'))
    const { path } = await hashArtefact(context, at('alias/file'))
    assert.equal(path, at('data/file'))
  })

  describe('of a Hugging Face cache', () => {
    const snapshot = () => at('models--acme--base/snapshots/4f2c')

    beforeEach(async () => {
      await mkdir(at('models--acme--base/blobs'), { recursive: true })
      await mkdir(snapshot(), { recursive: true })
      await writeFile(at('models--acme--base/blobs/abc'), 'weights')
      await symlink('../../blobs/abc', join(snapshot(), 'model.safetensors'))
    })

    it('are followed into its blobs, under the name of the link', async () => {
      const { directory } = await hashArtefact(context, snapshot())
      const expected = [{ name: 'model.safetensors', bytes: 7, sha256: sha256('weights') }]
      assert.deepEqual(directory?.manifest.files, expected)
    })

    it('are followed for one file as well', async () => {
      const hashed = await hashArtefact(context, join(snapshot(), 'model.safetensors'))
      assert.equal(hashed.sha256, sha256('weights'))
    })

    it('are refused when they lead to the blobs of another repository', async () => {
      await mkdir(at('models--evil--base/blobs'), { recursive: true })
      await writeFile(at('models--evil--base/blobs/abc'), 'malware')
      await symlink('../../../models--evil--base/blobs/abc', join(snapshot(), 'other'))
      await rejectsWith(hashArtefact(context, snapshot()), 'link-escape', /other/)
    })
  })
})
