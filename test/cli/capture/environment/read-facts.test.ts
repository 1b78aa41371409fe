import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import type { CapturedFact } from '../../../../cli/capture/capture.ts'
import { type FactsOptions, readFacts } from '../../../../cli/capture/environment/read-facts.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

describe('parameters and metrics', () => {
  const folder = useTemporaryFolder()
  const at = (...parts: string[]) => join(folder(), ...parts)
  const put = async (name: string, text: string) => {
    await mkdir(dirname(at(name)), { recursive: true })
    await writeFile(at(name), text)
    return at(name)
  }
  const facts = (more: Partial<FactsOptions> = {}) =>
    readFacts({ project: folder(), argv: [], written: [], ...more })
  const short = (list: readonly CapturedFact[]) =>
    list.map(({ name, value, from, how }) => [name, value, from, how])

  it('come from the flags of a command line', async () => {
    const argv = [
      'python3',
      '-u',
      'train.py',
      '--lr',
      '0.1',
      '--epochs=3',
      '--shuffle',
      '--out',
      'm',
    ]
    const { parameters } = await facts({ argv: [...argv, 'model.depth=-4', '--bias', '-1e-3'] })
    assert.deepEqual(short(parameters), [
      ['lr', 0.1, 'command line', 'observed'],
      ['epochs', 3, 'command line', 'observed'],
      ['shuffle', true, 'command line', 'observed'],
      ['out', 'm', 'command line', 'observed'],
      ['model.depth', -4, 'command line', 'observed'],
      ['bias', -0.001, 'command line', 'observed'],
    ])
  })

  it('come from the usual files, by what is known of each', async () => {
    await put('params.yaml', 'train:\n  lr: 0.1\n  layers: [64, 32]\nseed: 7\n')
    const written = [
      await put('out/metrics.json', '{"accuracy": 0.9, "test": {"f1": 0.8}}'),
      await put('eval_results.json', '{"loss": 1}'),
      await put('out/config.json', '{"depth": 3}'),
      await put('notes.json', '{"x": 1}'),
    ]
    const { parameters, metrics } = await facts({ written })
    assert.deepEqual(short(parameters), [
      ['depth', 3, 'out/config.json', 'observed'],
      ['train.lr', 0.1, 'params.yaml', 'inferred'],
      ['train.layers', '[64,32]', 'params.yaml', 'inferred'],
      ['seed', 7, 'params.yaml', 'inferred'],
    ])
    assert.deepEqual(short(metrics), [
      ['accuracy', 0.9, 'out/metrics.json', 'observed'],
      ['test.f1', 0.8, 'out/metrics.json', 'observed'],
      ['loss', 1, 'eval_results.json', 'observed'],
    ])
  })

  it('come from the folders of MLflow, the last value of each metric', async () => {
    const written = [
      await put('mlruns/0/abc/params/lr', '0.5'),
      await put('mlruns/0/abc/metrics/loss', '1700000000000 0.9 0\n1700000000001 0.4 1\n'),
      await put('mlruns/0/abc/meta.yaml', 'x: 1'),
    ]
    const { parameters, metrics } = await facts({ written })
    assert.deepEqual(short(parameters), [['lr', 0.5, 'mlruns/0/abc/params/lr', 'observed']])
    assert.deepEqual(short(metrics), [['loss', 0.4, 'mlruns/0/abc/metrics/loss', 'observed']])
  })

  it('never hold a value with a secret name or form', async () => {
    const secret = 'hunter2hunter2'
    const token = `ghp_${'a1B2'.repeat(9)}`
    await put(
      'params.yaml',
      `db:\n  password: ${secret}\nurl: https://u:${secret}@h/x\ntag: ${token}\n`,
    )
    const found = await facts({ argv: ['t', '--api-key', secret, `--wandb-token=${secret}`] })
    assert.ok(!JSON.stringify(found).includes(secret))
    assert.ok(!JSON.stringify(found).includes(token))
    assert.ok(found.redacted.includes('parameter db.password'))
    assert.equal(found.parameters.find(({ name }) => name === 'url')?.value, 'https://h/x')
  })

  it('do no harm when a file is hostile', async () => {
    execFileSync('mkfifo', [at('metrics.json')])
    const written = [
      at('metrics.json'),
      await put('a/metrics.yaml', `a: &a [1]\nb: [*a, *a]\n`),
      await put('b/metrics.json', '['.repeat(100_000)),
      await put('c/metrics.json', `{"__proto__": {"polluted": 1}, "ok": 1, "n\\u0000": 2}`),
      await put('d/metrics.json', 'x'.repeat(2_000_000)),
      await put('e/metrics.json', `{"big": 1e300, "text": "${'y'.repeat(5_000)}"}`),
      await put('f/metrics.yaml', Array.from({ length: 1_000 }, (_, i) => `k${i}: 1`).join('\n')),
    ]
    const { metrics } = await facts({ written })
    assert.equal(metrics.length, 256)
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
    assert.deepEqual(
      metrics.filter(({ from }) => !from.startsWith('f/')).map(({ name }) => name),
      ['__proto__.polluted', 'ok'],
    )
  })

  it('end on any file', async () => {
    const any = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.json())
    await fc.assert(
      fc.asyncProperty(any, any, async (json, yaml) => {
        const written = [await put('metrics.json', json), await put('params.yaml', yaml)]
        const { parameters, metrics } = await facts({ written })
        assert.ok(parameters.length + metrics.length <= 512)
      }),
      { numRuns: 40 },
    )
  })
})
