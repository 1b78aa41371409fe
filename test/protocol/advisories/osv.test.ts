import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parseOsv } from '../../../protocol/advisories/osv.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { OSV_BYTES_MAX } from '../../../protocol/limits.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { accepted } from '../../support/records.ts'

const range = (type: string, ...events: readonly object[]) => ({ type, events })

const TORCH = {
  schema_version: '1.6.0',
  id: 'GHSA-aaaa-bbbb-cccc',
  modified: '2026-01-01T00:00:00Z',
  aliases: ['CVE-2026-1234'],
  summary: 'wrong gradients',
  details: 'much more',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L' }],
  affected: [
    {
      package: { ecosystem: 'PyPI', name: 'torch', purl: 'pkg:pypi/torch' },
      ranges: [range('ECOSYSTEM', { introduced: '0' }, { fixed: '2.3.1' })],
      versions: ['2.2.0', '2.3.0', '1999.1'],
    },
  ],
  references: [
    { type: 'WEB', url: 'https://example.org/a' },
    { type: 'ADVISORY', url: 'https://example.org/b' },
  ],
}

const parse = (document: unknown) => parseOsv(utf8Encode(JSON.stringify(document)))
const affecting = (...affected: readonly object[]) => ({ ...TORCH, affected })

function refusal(document: unknown) {
  const parsed = parse(document)
  assert.ok(isRejection(parsed))
  return [parsed.rejected, parsed.detail] as const
}

describe('an OSV file', () => {
  it('becomes an advisory, without the versions that its ranges say already', () => {
    const { advisory, notes } = accepted(parse(TORCH))
    assert.deepEqual(notes, [])
    assert.deepEqual(advisory, {
      advisory: 'GHSA-aaaa-bbbb-cccc',
      aliases: ['CVE-2026-1234'],
      summary: 'wrong gradients',
      severity: 'CVSS:3.1/AV:N/AC:L',
      url: 'https://example.org/b',
      packages: [
        {
          purl: 'pkg:pypi/torch',
          versions: ['1999.1'],
          ranges: [{ introduced: '0', fixed: '2.3.1' }],
        },
      ],
    })
  })

  it('may name packages by ecosystem', () => {
    const ranges = [range('SEMVER', { introduced: '1.0.0' }, { last_affected: '1.2.0' })]
    const names = [
      ['npm', '@scope/name', 'pkg:npm/%40scope/name'],
      ['Maven', 'org.example:lib', 'pkg:maven/org.example/lib'],
      ['Go', 'github.com/a/b', 'pkg:golang/github.com/a/b'],
      ['crates.io', 'serde', 'pkg:cargo/serde'],
    ]
    const affected = names.map(([ecosystem, name]) => ({ package: { ecosystem, name }, ranges }))
    const { packages } = accepted(parse(affecting(...affected))).advisory
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      names.map(([, , purl]) => purl),
    )
    assert.deepEqual(packages[0]?.ranges, [{ introduced: '1.0.0', lastAffected: '1.2.0' }])
  })

  it('may have its events in any order', () => {
    const events = [
      { fixed: '1.2.0' },
      { introduced: '2.0.0' },
      { introduced: '0' },
      { fixed: '2.1.0' },
    ]
    const entry = { package: { ecosystem: 'npm', name: 'x' }, ranges: [range('SEMVER', ...events)] }
    assert.deepEqual(accepted(parse(affecting(entry))).advisory.packages[0]?.ranges, [
      { introduced: '0', fixed: '1.2.0' },
      { introduced: '2.0.0', fixed: '2.1.0' },
    ])
  })

  it('says what of it is left out, and is refused when nothing is left', () => {
    const commits = { ranges: [range('GIT', { introduced: '0' })] }
    const linux = { package: { ecosystem: 'Linux', name: 'Kernel' }, versions: ['6.1'] }
    const trap = { package: { ecosystem: 'constructor', name: 'x' }, versions: ['1'] }
    const { advisory, notes } = accepted(parse(affecting(commits, linux, trap, ...TORCH.affected)))
    assert.equal(advisory.packages.length, 1)
    assert.deepEqual(
      notes.map((note) => note.split(':')[0]),
      ['/affected/0', '/affected/1', '/affected/2'],
    )
    assert.match(refusal(affecting(commits, linux))[1], /no package with versions/)
  })

  it('that was withdrawn is not published', () => {
    const withdrawn = refusal({ ...TORCH, withdrawn: '2026-02-01T00:00:00Z' })
    assert.equal(withdrawn[0], 'illegal-transition')
  })

  it('of the wrong shape is refused with the place', () => {
    assert.deepEqual(refusal({ ...TORCH, affected: [{ versions: '1' }] }), [
      'schema-violation',
      '/affected/0/versions: must be array',
    ])
    assert.match(refusal({ ...TORCH, schema_version: '2.0' })[1], /schema_version/)
    assert.match(refusal({ ...TORCH, summary: '', details: undefined })[1], /summary/)
    assert.match(
      refusal(
        affecting({ package: { ecosystem: 'npm', name: 'x' }, ranges: [range('SEMVER')] }),
      )[1],
      /no version in which it was introduced/,
    )
  })

  it('that is too long, no UTF-8 or no JSON is refused', () => {
    const codes = [new Uint8Array(OSV_BYTES_MAX + 1), new Uint8Array([0xff]), utf8Encode('{')].map(
      (bytes) => {
        const parsed = parseOsv(bytes)
        return isRejection(parsed) && parsed.rejected
      },
    )
    assert.deepEqual(codes, ['too-large', 'malformed', 'malformed'])
  })

  it('of any JSON is an advisory or a refusal, and no error', () => {
    const affected = fc.array(
      fc.record(
        {
          package: fc.record({ ecosystem: fc.string(), name: fc.string(), purl: fc.string() }),
          versions: fc.array(fc.string()),
          ranges: fc.array(
            fc.record({
              type: fc.constantFrom('SEMVER', 'ECOSYSTEM', 'GIT', '?'),
              events: fc.array(fc.dictionary(fc.constantFrom('introduced', 'fixed'), fc.string())),
            }),
          ),
        },
        { requiredKeys: [] },
      ),
    )
    fc.assert(fc.property(fc.json(), (json) => void parseOsv(utf8Encode(json))))
    fc.assert(fc.property(affected, (entries) => void parse({ ...TORCH, affected: entries })))
  })
})
