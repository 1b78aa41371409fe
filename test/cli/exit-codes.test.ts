import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Command, CommanderError } from 'commander'
import { CLI_PROBLEMS, EXIT, exitCodeOf } from '../../cli/exit-codes.ts'
import { createProgram } from '../../cli/program.ts'
import { NODE_PROBLEMS } from '../../protocol/api/problem.ts'
import { REJECTIONS } from '../../protocol/rejection.ts'
import { runCli } from './support/run-cli.ts'
import { useTemporaryFolder } from './support/temporary-folder.ts'

const COMMANDS = [
  ['devnet'],
  ['init'],
  ['person', 'add'],
  ['identity'],
  ['network', 'create'],
  ['network', 'join'],
  ['start'],
  ['status'],
  ['certify', 'dataset'],
  ['certify', 'model'],
  ['submit'],
  ['show'],
  ['list'],
  ['retire'],
  ['lineage'],
  ['affected'],
  ['diff'],
  ['verify'],
  ['receipt'],
  ['get'],
]

/** The program, with commands that do nothing. */
function quietProgram(write: (text: string) => void): Command {
  const program = createProgram(() => async () => undefined)
  const quieten = (command: Command) => {
    command.configureOutput({ writeOut: write, writeErr: () => undefined })
    command.commands.forEach(quieten)
  }
  quieten(program)
  return program
}

describe('exit codes', function () {
  this.timeout(60_000)
  const folder = useTemporaryFolder()
  const codeOf = (json: Record<string, unknown>) => (json.error as { code: string }).code

  it('are 2 for an unknown command or option, and for what is missing', async () => {
    const create = ['network', 'create', 'no name', '--member', 'm', '--out', 'o']
    for (const args of [['bogus'], ['status', '--bogus'], ['verify'], create]) {
      const { code, json, stderr } = await runCli(['--json', ...args])
      assert.equal(code, EXIT.usage, args.join(' '))
      assert.equal(codeOf(json()), 'usage')
      assert.notEqual(stderr, '')
    }
  })

  it('are 2 for values that make no sense', async () => {
    const wrong = [
      ['show'],
      ['init'],
      ['certify', 'pipeline'],
      ['devnet', '--nodes', 'four'],
      ['devnet', '--nodes', '0'],
      ['list', '--limit', '-1'],
      ['list', '--after', 'zzz'],
      ['certify', 'dataset', 'x', '--timeout', 'soon'],
      ['certify', 'dataset', 'x', '--share', 'everyone'],
      ['lineage', 'x', '--format', 'svg'],
    ]
    for (const args of wrong) {
      const program = quietProgram(() => undefined)
      await assert.rejects(
        program.parseAsync(args, { from: 'user' }),
        CommanderError,
        args.join(' '),
      )
    }
  })

  it('are 2 without a home, and name the way to make one', async () => {
    const { code, json, stderr } = await runCli([
      '--home',
      join(folder(), 'no'),
      '--json',
      'status',
    ])
    assert.equal(code, EXIT.usage)
    assert.equal(codeOf(json()), 'home-missing')
    assert.match(stderr, /pedigree --home .*no init/)
    const file = join(folder(), 'file')
    writeFileSync(file, '')
    const inFile = await runCli(['--home', file, '--json', 'status'])
    assert.equal(codeOf(inFile.json()), 'home-missing')
  })

  it('are 2 in a home without a network, 4 without a node', async () => {
    const home = join(folder(), 'acme')
    const run = (...args: string[]) => runCli(['--home', home, '--json', ...args])
    await run('init', '--org', 'acme', '--person', 'alice')
    const before = await run('status')
    assert.deepEqual([before.code, codeOf(before.json())], [EXIT.usage, 'no-network'])
    await run('identity', '--out', join(folder(), 'acme.json'))
    const genesis = join(folder(), 'genesis.json')
    await run('network', 'create', 'one', '--member', join(folder(), 'acme.json'), '--out', genesis)
    await run('network', 'join', genesis)
    for (const args of [
      ['status'],
      ['list'],
      ['show', 'x'],
      ['person', 'add', 'bob'],
      ['verify', genesis],
    ]) {
      const after = await run(...args)
      assert.deepEqual(
        [after.code, codeOf(after.json())],
        [EXIT.unreachable, 'node-not-running'],
        args.join(' '),
      )
      assert.match(after.stderr, /pedigree --home .*acme start/)
    }
  })

  it('are 0 for help and version, with an example for every command', async () => {
    const { code, stdout } = await runCli(['--version'])
    assert.equal(code, EXIT.done)
    const packageJson = JSON.parse(
      await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
    )
    assert.equal(stdout.trim(), packageJson.version)
    for (const command of COMMANDS) {
      let help = ''
      const program = quietProgram((text) => {
        help += text
      })
      await assert.rejects(program.parseAsync([...command, '--help'], { from: 'user' }), {
        exitCode: 0,
      })
      assert.match(help, /Examples?:\n {2}\$ pedigree .*/, command.join(' '))
    }
  })

  it('follow PEDIGREE_HOME where --home is absent', async () => {
    const env = { PEDIGREE_HOME: join(folder(), 'elsewhere') }
    const { stderr } = await runCli(['status'], { env })
    assert.match(stderr, /elsewhere/)
  })

  it('exist for every code that anyone can answer', () => {
    const codes = [CLI_PROBLEMS, NODE_PROBLEMS, REJECTIONS].flatMap(Object.keys)
    const known: readonly number[] = Object.values(EXIT)
    for (const code of codes) {
      const exit = exitCodeOf(code)
      assert.ok(exit !== EXIT.done && known.includes(exit), code)
    }
    assert.equal(exitCodeOf('edge-unknown'), EXIT.refused)
  })
})
