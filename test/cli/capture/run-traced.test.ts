import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describeWhere } from '../../support/where.ts'
import { useTemporaryFolder } from '../support/temporary-folder.ts'
import { canTrace, runCapture } from './run-capture.ts'

const WAIT_MS_MAX = 10_000

/** The kernel, or a container, may forbid it. */
const LACK = canTrace() ? undefined : 'no process may be traced'

describeWhere(LACK, 'a command that strace follows', function () {
  this.timeout(60_000)
  const project = useTemporaryFolder()
  const elsewhere = useTemporaryFolder()
  const put = (name: string, text: string) => writeFile(join(project(), name), text)
  const sh = (script: string, options: readonly string[] = []) =>
    runCapture(['sh', '-c', script], { folder: project(), options })

  it('tells inputs, intermediates and results apart', async () => {
    await put('in.txt', '2\n1\n')
    const script =
      'sort in.txt > mid.txt; cat mid.txt > out.txt; echo x > part; mv part done.txt; echo t > t; rm t; cat out.txt'
    const { files, file } = await sh(script)
    assert.deepEqual(await files(), [
      'output done.txt',
      'input in.txt',
      'intermediate mid.txt',
      'output out.txt',
      'intermediate t',
    ])
    assert.equal((await file('in.txt'))?.how, 'observed')
    assert.match((await file('in.txt'))?.sha256 ?? '', /^[0-9a-f]{64}$/)
  })

  it('leaves a result that is named one, whoever reads it again', async () => {
    const { file } = await sh('echo 1 > a; cat a > b', ['--output', 'a'])
    assert.equal((await file('a'))?.role, 'output')
    assert.equal((await file('a'))?.how, 'observed')
  })

  it('follows a folder that is renamed', async () => {
    const { files } = await sh('mkdir tmp; echo 1 > tmp/a; mv tmp final')
    assert.deepEqual(await files(), ['output final/a'])
  })

  it('has an input and a result in a file that it changes', async () => {
    await put('log.txt', 'before\n')
    const { files, file } = await sh('cat log.txt; sleep 0.5; echo after >> log.txt')
    assert.deepEqual(await files(), ['input log.txt', 'output log.txt'])
    const [before, after] = [await file('log.txt', 'input'), await file('log.txt', 'output')]
    assert.equal(before?.bytes, 7)
    assert.equal(before?.changedTo, after?.sha256)
  })

  it('reports an input that it deletes, with what it held', async () => {
    await put('gone.txt', 'x')
    const { file, capture } = await sh('cat gone.txt; sleep 0.5; rm gone.txt')
    assert.equal((await file('gone.txt'))?.bytes, 1)
    assert.ok((await capture()).notes.includes('gone.txt was read, and is gone now'))
  })

  it('calls data behind a link by its name in the project', async () => {
    await mkdir(join(elsewhere(), 'set'))
    await writeFile(join(elsewhere(), 'set', 'a.csv'), '1')
    await symlink(join(elsewhere(), 'set'), join(project(), 'data'))
    const { files } = await sh('cat data/a.csv')
    assert.deepEqual(await files(), ['input data/a.csv'])
  })

  it('makes one entry of what lies outside, unless it is named', async () => {
    const path = join(elsewhere(), 'a.csv')
    await writeFile(path, '1')
    const unnamed = await (await sh(`cat ${path}`)).capture()
    assert.equal(unnamed.files.length, 0)
    assert.ok(unnamed.environment.files > 1)
    const [note] = unnamed.notes
    assert.match(note ?? '', /a\.csv was read outside the project, .* name it with --input$/)
    const named = await sh(`cat ${path}`, ['--input', path])
    assert.equal((await named.file(path))?.how, 'observed')
  })

  it('takes data outside the project that its command line names for its own', async () => {
    await mkdir(join(elsewhere(), 'set'))
    await writeFile(join(elsewhere(), 'set', 'a.csv'), '1')
    await writeFile(join(elsewhere(), 'labels.csv'), '2')
    await put('train.sh', 'cat "$1/a.csv" "$(echo "$2" | cut -d= -f2)" > model.bin\n')
    const argv = ['sh', 'train.sh', join(elsewhere(), 'set'), `--labels=${elsewhere()}/labels.csv`]
    const { capture } = await runCapture(argv, { folder: project() })
    const { files, notes } = await capture()
    const inputs = files.flatMap(({ role, path, how }) =>
      role === 'input' ? [[path.replace(/^.*\//, ''), how]] : [],
    )
    assert.deepEqual(inputs, [
      ['labels.csv', 'observed'],
      ['a.csv', 'observed'],
      ['train.sh', 'observed'],
    ])
    assert.deepEqual(notes, [])
  })

  it('lists odd names, pipes and bytes that are no text, with a note', async () => {
    const script =
      'echo 1 > "a\nb"; echo 1 > "$(printf "c\\377d")"; mkfifo p; (echo 1 > p &); cat p > /dev/null'
    const { files, file, capture } = await sh(script)
    assert.deepEqual(await files(), ['output a\\u{a}b', 'output c\\xffd', 'intermediate p'])
    assert.equal((await file('c\\xffd'))?.unhashed, 'its name is not UTF-8')
    assert.equal((await file('p'))?.unhashed, 'it is a named pipe')
    assert.ok(
      (await capture()).notes.some((note) => note.includes('has a name that is shown escaped')),
    )
  })

  it('is not waited for beyond its end, and what outlives it goes on', async () => {
    const script = '(sleep 2; cat in.txt > late.txt) > /dev/null 2>&1 & echo main'
    await put('in.txt', 'x')
    const { capture, stdout } = await sh(script)
    assert.equal(stdout, 'main\n')
    const { notes } = await capture()
    assert.ok(notes.some((note) => note.startsWith('processes outlived the command')))
    const late = join(project(), 'late.txt')
    assert.equal(existsSync(late), false)
    for (let ms = 0; !existsSync(late); ms += 100) {
      assert.ok(ms < WAIT_MS_MAX, 'the process that outlived the command was not disturbed')
      await sleep(100)
    }
  })

  it('may start processes by the hundred', async () => {
    const { capture } = await sh('i=0; while [ $i -lt 300 ]; do (:); i=$((i+1)); done; echo 1 > o')
    const { command, files } = await capture()
    assert.ok(command.processes >= 300)
    assert.deepEqual(
      files.map(({ path }) => path),
      ['o'],
    )
  })

  it('reads addresses, which are not hashed', async () => {
    const server = createServer((socket) => socket.end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const address = server.address()
      assert.ok(address !== null && typeof address === 'object')
      const script = `require('net').connect(${address.port}, '127.0.0.1').resume()`
      const { capture } = await runCapture([process.execPath, '-e', script], { folder: project() })
      const { endpoints } = await capture()
      assert.deepEqual(endpoints, [{ address: `127.0.0.1:${address.port}`, how: 'observed' }])
    } finally {
      server.close()
    }
  })

  it('does not read from elsewhere when its processes talk to each other', async () => {
    const script = `
      const { createServer } = require('net')
      const { spawn } = require('child_process')
      const there = createServer((socket) => socket.end()).listen('workers.sock', () => {
        const here = createServer((socket) => socket.end()).listen(0, () => {
          const ask = "require('net').connect(" + here.address().port + ", '127.0.0.1').resume();"
            + "require('net').connect('workers.sock').resume()"
          spawn(process.execPath, ['-e', ask]).on('exit', () => { here.close(); there.close() })
        })
      })`
    const { code, capture } = await runCapture([process.execPath, '-e', script], {
      folder: project(),
    })
    assert.equal(code, 0)
    assert.deepEqual((await capture()).endpoints, [])
  })

  it('says so where it hands its work to somebody else', async () => {
    await put('docker', '#!/bin/sh\necho container\n')
    const { capture } = await sh('chmod +x docker; PATH=.:$PATH docker run image')
    assert.ok((await capture()).opaque.some((sentence) => sentence.startsWith('`docker` runs')))
  })

  it('is captured all the same where tracing is forbidden', async () => {
    // What is being traced already cannot be traced by a second one.
    const under = ['strace', '-f', '--seccomp-bpf', '-e', 'trace=execve', '-o', '/dev/null']
    const argv = ['sh', '-c', 'echo 1 > out.txt; exit 3']
    const { code, capture, file } = await runCapture(argv, { folder: project(), under })
    assert.equal(code, 3)
    const [strace] = (await capture()).layers
    assert.equal(strace?.used, false)
    assert.match(strace?.detail ?? '', /not permitted/)
    assert.equal((await file('out.txt'))?.how, 'inferred')
  })
})
