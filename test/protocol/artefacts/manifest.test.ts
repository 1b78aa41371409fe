import assert from 'node:assert/strict'
import fc from 'fast-check'
import { compareManifests } from '../../../protocol/artefacts/compare-manifests.ts'
import { checkFileName, isVersionControlName } from '../../../protocol/artefacts/file-name.ts'
import {
  contentBytes,
  encodeManifest,
  type Manifest,
  type ManifestFile,
  manifestDigest,
  parseManifest,
} from '../../../protocol/artefacts/manifest.ts'
import { compareBytes } from '../../../protocol/bytes.ts'
import { type Digest, digestOf } from '../../../protocol/digest.ts'
import { canonicalJson } from '../../../protocol/encoding/canonical-json.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { isRejection, type Rejection } from '../../../protocol/rejection.ts'
import { accepted } from '../../support/records.ts'
import { assertStrict } from '../chain/hostile-bytes.ts'

function file(name: string, content = name): ManifestFile {
  return { name, bytes: content.length, sha256: digestOf(utf8Encode(content)) }
}

function manifest(...files: readonly ManifestFile[]): Manifest {
  return accepted(parseManifest(accepted(encodeManifest(files))))
}

function refusal(value: unknown): Rejection {
  assert.ok(isRejection(value), `refused: ${JSON.stringify(value)}`)
  return value
}

describe('a manifest', () => {
  it('is canonical JSON, sorted by the UTF-8 bytes of the names', () => {
    const names = ['a/b', 'a.b', 'a-b', '\u{1f600}', '\uff01', 'z']
    const sorted = manifest(...names.map((name) => file(name))).files.map(({ name }) => name)
    assert.deepEqual(sorted, ['a-b', 'a.b', 'a/b', 'z', '\uff01', '\u{1f600}'])
  })

  it('has these bytes and this digest', () => {
    const bytes = accepted(
      encodeManifest([{ name: 'w.bin', bytes: 3, sha256: 'ab'.repeat(32) as Digest }]),
    )
    const text = `{"files":[{"bytes":3,"name":"w.bin","sha256":"${'ab'.repeat(32)}"}],"format":"pedigree-manifest/1"}`
    assert.equal(new TextDecoder().decode(bytes), text)
    assert.equal(manifestDigest(bytes), digestOf(utf8Encode(text)))
  })

  it('is the same whatever the order in which the files were found', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{1,8}$/), { minLength: 1 })
    fc.assert(
      fc.property(names, fc.nat(), (list, turn) => {
        const files = list.map((name) => file(name))
        const turned = files.map((_, i) => files[(i + turn) % files.length] as ManifestFile)
        const bytes = accepted(encodeManifest(files))
        assert.equal(compareBytes(bytes, accepted(encodeManifest(turned))), 0)
        assert.equal(accepted(parseManifest(bytes)).files.length, list.length)
      }),
    )
  })

  it('has one byte form', () => {
    const codec = {
      encode: ({ files }: Manifest) => accepted(encodeManifest(files)),
      decode: parseManifest,
    }
    assertStrict(codec, [accepted(encodeManifest([file('a'), file('b/c'), file('b/d')]))])
  })

  it('sums the sizes of its files', () => {
    assert.equal(contentBytes(manifest(file('a', '123'), file('b', '45'))), 5)
  })

  it('is refused empty, unsorted, doubled, with other fields, or of another version', () => {
    const write = (files: unknown, rest: object = { format: 'pedigree-manifest/1' }) =>
      refusal(parseManifest(canonicalJson({ files, ...rest }))).rejected
    assert.equal(write([]), 'schema-violation')
    assert.equal(write([file('b'), file('a')]), 'not-canonical')
    assert.equal(write([file('a'), file('a')]), 'not-canonical')
    assert.equal(write([{ ...file('a'), mode: 7 }]), 'schema-violation')
    assert.equal(write([{ ...file('a'), bytes: -1 }]), 'schema-violation')
    assert.equal(write([{ ...file('a'), bytes: 0.5 }]), 'schema-violation')
    assert.equal(write([{ ...file('a'), sha256: 'AB'.repeat(32) }]), 'schema-violation')
    assert.equal(write([null]), 'schema-violation')
    assert.equal(write({}), 'schema-violation')
    assert.equal(write([file('a')], { format: 'pedigree-manifest/2' }), 'unknown-version')
    assert.equal(write([file('a')], {}), 'schema-violation')
    const huge = { ...file('a'), bytes: Number.MAX_SAFE_INTEGER }
    assert.equal(write([huge, file('b')]), 'schema-violation')
  })
})

describe('the name of a file in a manifest', () => {
  it('is refused unless it is relative, POSIX and visible, and the refusal names it', () => {
    const bad = [
      '',
      '/a',
      'a/',
      'a//b',
      '.',
      '..',
      './a',
      'a/../b',
      'a\\b',
      'a\nb',
      'a\u0000b',
      'a\u0085b',
    ]
    for (const name of bad) {
      const { rejected, detail } = refusal(encodeManifest([file('ok'), file(name)]))
      assert.equal(rejected, 'schema-violation')
      assert.ok(detail.includes(JSON.stringify(name)), detail)
    }
    assert.equal(refusal(checkFileName('\ud800')).rejected, 'schema-violation')
    assert.equal(refusal(checkFileName('é'.repeat(2_049))).rejected, 'too-large')
  })

  it('may be anything else', () => {
    for (const name of [
      'a b',
      '...',
      '.hidden',
      'ünï/çødé',
      'a:b',
      '\u{1f600}/x',
      'é'.repeat(2_048),
    ]) {
      assert.equal(checkFileName(name), undefined, name)
    }
  })

  it('is refused beside one that differs only by case or normalisation; both are named', () => {
    const pairs = [
      ['Model.bin', 'model.bin'],
      ['\u00e9', 'e\u0301'],
      ['stra\u00dfe', 'STRASSE'],
      ['Data/a', 'data/b'],
      ['data', 'data/a'],
      ['DATA', 'data/a'],
    ] as const
    for (const [a, b] of pairs) {
      for (const files of [
        [file(a), file(b)],
        [file(b), file(a)],
      ]) {
        const { rejected, detail } = refusal(encodeManifest(files))
        assert.equal(rejected, 'schema-violation', a)
        const first = a.split('/')[0] as string
        assert.ok(detail.includes(JSON.stringify(first).slice(0, -1)), detail)
      }
    }
    const doubled = refusal(encodeManifest([file('a'), file('a')]))
    assert.match(doubled.detail, /"a" is named twice/)
  })

  it('belongs to version control only at the top', () => {
    for (const name of ['.git/config', '.gitignore', '.gitattributes', '.github/x.yml']) {
      assert.ok(isVersionControlName(name), name)
    }
    for (const name of ['sub/.git', '.gitx', 'git', 'a'])
      assert.ok(!isVersionControlName(name), name)
  })
})

describe('two manifests', () => {
  it('differ by changed, missing and extra files', () => {
    const expected = manifest(file('same'), file('changed'), file('gone'))
    const actual = manifest(file('same'), file('changed', 'other'), file('new'))
    assert.deepEqual(compareManifests(expected, actual), {
      changed: ['changed'],
      missing: ['gone'],
      extra: ['new'],
    })
  })

  it('of one directory do not differ', () => {
    const same = manifest(file('a'), file('b/c'))
    assert.deepEqual(compareManifests(same, same), { changed: [], missing: [], extra: [] })
  })
})
