import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeWhere } from '../../support/where.ts'
import { NO_TERMINAL } from '../support/no-terminal.ts'
import { useTemporaryFolder } from '../support/temporary-folder.ts'

const MAIN = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url))
const CTRL_C = '\x03'

/** Says what it is connected to, and how often it was interrupted. */
const PROGRAM = `
let times = 0
process.on('SIGINT', () => {
  times++
  setTimeout(() => { console.log('interrupted', times); process.exit(5) }, 300)
})
setTimeout(() => process.exit(9), 20_000)
console.log('terminal', process.stdin.isTTY, process.stdout.isTTY, process.stderr.isTTY)
`

describeWhere(NO_TERMINAL, 'a command that is captured on a terminal', function () {
  this.timeout(60_000)
  const folder = useTemporaryFolder()
  let running: ChildProcess | undefined
  afterEach(() => {
    running?.kill('SIGKILL')
  })

  for (const options of ['', '--no-strace --no-python']) {
    it(`has the terminal, and gets Ctrl-C once${options === '' ? '' : ', untraced'}`, async () => {
      await writeFile(join(folder(), 'program.js'), PROGRAM)
      const node = `'${process.execPath}'`
      const line = `exec ${node} '${MAIN}' run --name r ${options} -- ${node} program.js`
      const child = spawn('script', ['-qec', line, '/dev/null'], {
        cwd: folder(),
        env: { ...process.env, SHELL: '/bin/sh', NO_COLOR: '1' },
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      running = child
      let seen = ''
      let isTyped = false
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        seen += text
        if (isTyped || !seen.includes('terminal')) return
        isTyped = true
        child.stdin.write(CTRL_C)
      })
      const [code] = await once(child, 'close')
      assert.match(seen, /terminal true true true/)
      assert.match(seen, /interrupted 1\r/)
      assert.equal(code, 5)
      assert.match(await readFile(join(folder(), 'r.draft.yaml'), 'utf8'), /exitCode: 5/)
    })
  }
})
