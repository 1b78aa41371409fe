import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EXIT } from '../../../cli/exit-codes.ts'
import { describeWhere } from '../../support/where.ts'
import { NO_TERMINAL } from '../support/no-terminal.ts'
import { ScriptedLedger } from '../support/scripted-ledger.ts'
import { useTemporaryFolder } from '../support/temporary-folder.ts'

const MAIN = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url))
const QUESTION = 'Sign and publish this? [y/N] '
const CTRL_C = '\x03'
const CTRL_D = '\x04'
const ENTER = '\r'

describeWhere(NO_TERMINAL, 'the question before signing, on a terminal', function () {
  this.timeout(60_000)
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  let ledger: ScriptedLedger | undefined
  let running: ChildProcess | undefined

  beforeEach(async () => {
    ledger = await ScriptedLedger.create(folder())
    await writeFile(at('data'), '1,2,3')
  })
  afterEach(async () => {
    running?.kill('SIGKILL')
    await ledger?.node.close()
  })

  /** What a person sees who types these keys once he is asked, and the exit code. */
  async function certify(keys: string, ...more: string[]) {
    const args = ['--home', at('acme'), 'certify', 'dataset', at('data')]
    const offline = ['--offline', '--out', at('signed')]
    const line = [process.execPath, MAIN, ...args, ...offline, ...more].map(quoted).join(' ')
    const child = spawn('script', ['-qec', `exec ${line}`, '/dev/null'], {
      env: { ...process.env, TERM: 'xterm', NO_COLOR: '1', SHELL: '/bin/sh' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    running = child
    let seen = ''
    let typed = false
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      seen += text
      if (typed || !seen.includes(QUESTION)) return
      typed = true
      child.stdin.write(keys)
    })
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, seen: seen.replaceAll('\r', ''), isSigned: await exists(at('signed')) }
  }

  it('shows what others will see, and signs after yes', async () => {
    const { code, seen, isSigned } = await certify(`yes${ENTER}`)
    assert.equal(code, EXIT.done, seen)
    assert.match(
      seen,
      /All members of test will see:\n {2}dataset acme\/data@1\n {2}signed by alice/,
    )
    assert.match(seen, /\[y\/N\] yes\nsigned [0-9a-f]{64}, not on the ledger yet\n/)
    assert.ok(isSigned)
  })

  it('signs nothing after anything else', async () => {
    for (const keys of [`n${ENTER}`, ENTER, `yesterday${ENTER}`]) {
      const { code, seen, isSigned } = await certify(keys)
      assert.equal(code, EXIT.refused, seen)
      assert.match(seen, /\[y\/N\] .*\npedigree: nothing was signed \[declined\]\n$/)
      assert.equal(isSigned, false)
    }
  })

  it('takes Ctrl-D for no', async () => {
    const { code, seen, isSigned } = await certify(CTRL_D)
    assert.equal(code, EXIT.refused, seen)
    assert.match(seen, /\[y\/N\] (\^D)?\n?.*pedigree: nothing was signed \[declined\]\n$/)
    assert.equal(isSigned, false)
  })

  it('stops at Ctrl-C with a line of its own, and no stack', async () => {
    const { code, seen, isSigned } = await certify(CTRL_C)
    assert.equal(code, EXIT.interrupted, seen)
    assert.match(seen, /\[y\/N\] \^C\npedigree: nothing was signed \[interrupted\]\n$/)
    assert.equal(isSigned, false)
  })

  it('is not asked with --yes', async () => {
    const { code, seen, isSigned } = await certify('', '--yes')
    assert.equal(code, EXIT.done, seen)
    assert.ok(seen.includes('All members of test will see:') && !seen.includes(QUESTION), seen)
    assert.ok(isSigned)
  })
})

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
