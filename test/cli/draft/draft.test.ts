import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { stringify } from 'yaml'
import type { Capture } from '../../../cli/capture/capture.ts'
import { CliError } from '../../../cli/cli-error.ts'
import { fitCapture } from '../../../cli/draft/fit-capture.ts'
import { parseDraft, readDraft } from '../../../cli/draft/read-draft.ts'
import { renderDraft } from '../../../cli/draft/render-draft.ts'
import { seal, wellFormed } from '../../../cli/draft/seal.ts'
import { writeDraft } from '../../../cli/draft/write-draft.ts'
import { rejectsWith } from '../support/rejects-with.ts'
import { useTemporaryFolder } from '../support/temporary-folder.ts'
import { fileOf, sampleCapture } from './sample-capture.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const parse = (text: string) => parseDraft('x.draft.yaml', bytes(text))

function fails(text: string, code: string, sentence: RegExp): void {
  assert.throws(
    () => parse(text),
    (error: unknown) => {
      assert.ok(error instanceof CliError, String(error))
      assert.equal(error.code, code, error.message)
      assert.match(error.message, sentence)
      return true
    },
  )
}

const anyText = fc.string({ unit: 'binary', maxLength: 40 })
const captures: fc.Arbitrary<Capture> = fc
  .record({
    argv: fc.array(anyText),
    paths: fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 })),
    notes: fc.array(anyText),
    value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()),
  })
  .map(({ argv, paths, notes, value }) => {
    const sample = sampleCapture()
    const isSafe = typeof value === 'boolean' || Math.abs(value) < 2 ** 53
    return sampleCapture({
      command: { ...sample.command, argv },
      files: paths.map((path) => fileOf(path, 'input', 'a')),
      notes,
      metrics: [{ name: 'm', value: isSafe ? value : 0, from: 'x', how: 'observed' }],
    })
  })

describe('a draft', () => {
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)

  it('gives back what was captured, and what was asked for', async () => {
    const path = at('train.draft.yaml')
    await writeDraft(path, sampleCapture(), { as: 'model' })
    const draft = await readDraft(path)
    assert.deepEqual(draft.capture, sampleCapture())
    assert.deepEqual(draft.original, sampleCapture())
    assert.deepEqual(draft.changes, [])
    assert.equal(draft.yours.as, 'model')
    assert.equal(draft.yours.output, 'model.bin')
    assert.equal(draft.yours.goal, undefined)
    assert.equal((await stat(path)).mode & 0o077, 0)
  })

  it('gives back any capture', () => {
    fc.assert(
      fc.property(captures, (capture) => {
        const draft = parse(renderDraft(capture))
        assert.deepEqual(draft.original, JSON.parse(JSON.stringify(wellFormed(capture))))
        assert.deepEqual(draft.changes, [])
      }),
      { numRuns: 60 },
    )
  })

  it('is replaced while nobody touched it, and never afterwards', async () => {
    const path = at('n.draft.yaml')
    await writeDraft(path, sampleCapture())
    await writeDraft(path, sampleCapture({ name: 'again' }))
    assert.equal((await readDraft(path)).capture.name, 'again')
    const edited = (await readFile(path, 'utf8')).replace('goal:', 'goal: sort letters #')
    await writeFile(path, edited)
    await rejectsWith(writeDraft(path, sampleCapture()), 'draft-exists', /changed by hand/)
    assert.equal(await readFile(path, 'utf8'), edited)
    await writeFile(at('other.yaml'), 'mine: 1\n')
    await rejectsWith(writeDraft(at('other.yaml'), sampleCapture()), 'draft-exists')
  })

  it('keeps results before inputs where not all fits in', () => {
    const files = [
      fileOf('a', 'intermediate', 'a'),
      fileOf('b', 'input', 'b'),
      fileOf('c', 'output', 'c'),
      fileOf('d', 'input', 'd'),
    ]
    const fitted = fitCapture(sampleCapture({ files }), 600)
    assert.deepEqual(
      fitted.files.map(({ path }) => path),
      ['b', 'c'],
    )
    assert.match(fitted.notes[0] ?? '', /^2 more files/)
    assert.deepEqual(fitCapture(sampleCapture({ files })).files, files)
  })

  it('takes what a person fills in', () => {
    const text = renderDraft(sampleCapture())
      .replace(/ {2}goal: .*/, '  goal: sort letters by hand')
      .replace('  decisions: []', '  decisions: [kept the outliers]')
      .replace(
        '  phases: {}',
        '  phases:\n    training: { hyperparameters: { epochs: 3 } }\n    cleaning:',
      )
    const { yours } = parse(text)
    assert.equal(yours.goal, 'sort letters by hand')
    assert.deepEqual(yours.decisions, ['kept the outliers'])
    assert.deepEqual(yours.phases, { training: { hyperparameters: { epochs: 3 } } })
  })

  it('counts as declared what a person changed, added or removed, beside what was captured', () => {
    const text = renderDraft(sampleCapture())
      .replace('"name":"lr","value":0.1', '"name":"lr","value":0.2')
      .replace(/.*data\/a\.csv.*\n/, '')
      .replace('  metrics:\n', '  metrics:\n    - {name: f1, value: 1, from: me, how: observed}\n')
      .replace('cores: 2', 'cores: 4')
    const { capture, original, changes } = parse(text)
    assert.deepEqual(original, sampleCapture())
    assert.deepEqual(capture.parameters, [
      { name: 'lr', value: 0.2, from: 'command line', how: 'declared' },
    ])
    assert.equal(capture.metrics.find(({ name }) => name === 'f1')?.how, 'declared')
    assert.deepEqual(
      capture.files.map(({ path, how }) => [path, how]),
      [
        ['data/b.csv', 'observed'],
        ['model.bin', 'observed'],
      ],
    )
    assert.deepEqual(
      changes.map((change) => [change.at, 'captured' in change, 'declared' in change]),
      [
        ['/files/data/a.csv', true, false],
        ['/hardware/cores', true, true],
        ['/metrics/f1 (me)', false, true],
        ['/parameters/lr (command line)', true, true],
      ],
    )
    assert.deepEqual(changes[1], { at: '/hardware/cores', captured: 2, declared: 4 })
  })

  it('refuses a seal that was changed, or does not fit', () => {
    const text = renderDraft(sampleCapture())
    const other = renderDraft(sampleCapture({ name: 'other' }))
    const sealLine = /^sealed: .*$/m
    const otherSeal = sealLine.exec(other)?.[0] ?? ''
    fails(text.replace(sealLine, otherSeal), 'draft-seal-broken', /sealed part was changed/)
    fails(text.replace('  H4sI', '  H4sJ'), 'draft-seal-broken', /sealed part was changed/)
    fails(text.replace(/original: \|[\s\S]*/, 'original: ""\n'), 'draft-seal-broken', /sealed part/)
    fails(text.replace(sealLine, 'sealed: yes'), 'schema-violation', /line \d+.*sealed/)
  })

  it('never unpacks more than a capture may have', () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1_048_576)).toString('base64')
    const text = renderDraft(sampleCapture()).replace(/original: \|[\s\S]*/, `original: ${bomb}\n`)
    fails(text, 'draft-seal-broken', /sealed part was changed/)
  })

  it('refuses a seal that fits something else than a capture', () => {
    const { digest, original } = seal({ format: 'pedigree-capture/1', hello: 'world' })
    const text = renderDraft(sampleCapture())
      .replace(/^sealed: .*$/m, `sealed: ${digest}`)
      .replace(/original: \|[\s\S]*/, `original: ${original}\n`)
    fails(text, 'draft-seal-broken', /no capture/)
  })

  it('names the unknown field and its line', () => {
    const text = renderDraft(sampleCapture())
    fails(text.replace('  goal:', '  gaol: x #'), 'schema-violation', /line 1\d.*gaol/)
    fails(text.replace('  phases: {}', '  phases: {baking: {}}'), 'schema-violation', /baking/)
    fails(
      text.replace('role":"output', 'role":"outptu'),
      'schema-violation',
      /line \d+.*captured\/files\/2\/role/,
    )
    fails(text.replace(/^format: .*$/m, 'format: pedigree-draft/9'), 'schema-violation', /format/)
    for (const other of ['a,b', '', 'components: []', '[1]']) {
      fails(other, 'bad-document', /is no draft \(format: pedigree-draft\/1\)/)
    }
  })

  it('refuses what YAML can do beyond plain values, and names the line', () => {
    const yours = (line: string) =>
      renderDraft(sampleCapture()).replace(/ {2}goal: .*/, `  goal: ${line}`)
    fails(yours('&a text'), 'bad-document', /line \d+.*anchor/)
    fails(yours('*a'), 'bad-document', /line \d+/)
    fails(yours('!!binary aGk='), 'bad-document', /line \d+/)
    fails(yours('!!js/function "x"'), 'bad-document', /line \d+/)
    fails(yours('x\n  goal: y'), 'bad-document', /line \d+.*goal/)
    fails(yours('x\n  <<: {name: y}'), 'bad-document', /line \d+/)
    fails(`${yours('x')}\n---\nsecond: 1\n`, 'bad-document', /second document/)
    fails(yours(`${'['.repeat(5_000)}`), 'bad-document', /deep|nested/)
    const bomb = 'a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n'
    fails(bomb, 'bad-document', /line 1/)
    assert.throws(() => parseDraft('x', Uint8Array.of(0xff, 0xfe, 0)), /not UTF-8/)
  })

  it('ends in a draft or a clear error, whatever it is made of', () => {
    const lines = renderDraft(sampleCapture()).split('\n')
    const mutated = fc
      .tuple(fc.nat(lines.length - 1), fc.string({ unit: 'binary', maxLength: 60 }))
      .map(([line, text]) => lines.map((old, i) => (i === line ? text : old)).join('\n'))
    const structured = fc.object({ maxDepth: 4 }).map((value) => {
      try {
        return stringify(value)
      } catch {
        return ''
      }
    })
    const any = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), mutated, structured)
    fc.assert(
      fc.property(any, (text) => {
        try {
          parse(text)
        } catch (error) {
          assert.ok(error instanceof CliError, String(error))
        }
      }),
      { numRuns: 300 },
    )
  }).timeout(20_000)
})
