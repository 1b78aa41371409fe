import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { useTemporaryFolder } from '../support/temporary-folder.ts'
import { runCapture } from './run-capture.ts'

const NO_LAYERS = ['--no-strace', '--no-python'] as const

describe('a command that is captured', function () {
  this.timeout(60_000)
  const folder = useTemporaryFolder()
  const sh = (script: string, options: readonly string[] = []) =>
    runCapture(['sh', '-c', script], { folder: folder(), options })

  it('has its own input, output and exit code', async () => {
    const given = 'line\n'.repeat(50_000)
    const { code, stdout, stderr, capture } = await runCapture(
      ['sh', '-c', 'cat; echo said >&2; exit 7'],
      { folder: folder(), stdin: given },
    )
    assert.equal(code, 7)
    assert.equal(stdout, given)
    assert.match(
      stderr,
      /^said\npedigree: failed with 7 in .*r\.draft\.yaml written.*\n {2}note: the command failed with exit code 7\n$/,
    )
    const { command, notes } = await capture()
    assert.equal(command.exitCode, 7)
    assert.ok(notes.includes('the command failed with exit code 7'))
  })

  for (const options of [[], NO_LAYERS]) {
    it(`ends as 128 + n when a signal ends it${options.length > 0 ? ', untraced' : ''}`, async () => {
      const { code, capture } = await sh('kill -KILL $$', options)
      assert.equal(code, 137)
      assert.equal((await capture()).command.signal, 'SIGKILL')
    })

    for (const [signal, exit] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      it(`gets ${signal}, and leaves a draft that says so${options.length > 0 ? ', untraced' : ''}`, async () => {
        const { code, capture } = await runCapture(['sh', '-c', 'echo ready; exec sleep 30'], {
          folder: folder(),
          options,
          onStdout: (_text, kill) => kill(signal),
        })
        assert.equal(code, exit)
        const { command, notes } = await capture()
        assert.equal(command.signal, signal)
        assert.ok(notes.includes(`the command was ended by ${signal}`))
      })
    }
  }

  it('infers data outside the project that its command line names, where nobody could see', async () => {
    const elsewhere = join(folder(), 'data')
    const project = join(folder(), 'project')
    await mkdir(elsewhere)
    await mkdir(project)
    await writeFile(join(elsewhere, 'a.csv'), '1')
    const argv = ['sh', '-c', 'cat $0/a.csv > $0/late.csv', elsewhere]
    const { capture } = await runCapture(argv, { folder: project, options: NO_LAYERS })
    const { files } = await capture()
    assert.deepEqual(
      files.map(({ role, path, how }) => [role, path.replace(/^.*\//, ''), how]),
      [['input', 'a.csv', 'inferred']],
    )
  })

  it('decides for itself what a signal means', async () => {
    const script =
      "trap 'echo hup' HUP; trap 'echo usr; exit 9' USR1; echo ready; while :; do sleep 0.05; done"
    const { code, stdout } = await runCapture(['sh', '-c', script], {
      folder: folder(),
      onStdout: (text, kill) => {
        if (text === 'ready\n') kill('SIGHUP')
        if (text === 'ready\nhup\n') kill('SIGUSR1')
      },
    })
    assert.equal(code, 9)
    assert.equal(stdout, 'ready\nhup\nusr\n')
  })

  it('is not found: 127, and a draft that says so', async () => {
    const { code, stderr, capture } = await runCapture(['no-such-command'], { folder: folder() })
    assert.equal(code, 127)
    assert.match(stderr, /no-such-command is not found/)
    assert.equal((await capture()).command.startFailure, 'no-such-command is not found')
  })

  it('cannot be executed: 126', async () => {
    await writeFile(join(folder(), 'plain.txt'), 'x')
    assert.equal((await runCapture(['./plain.txt'], { folder: folder() })).code, 126)
    assert.equal((await runCapture(['./'], { folder: folder() })).code, 126)
  })

  it('may be a script without an interpreter line, as in a shell', async () => {
    const script = join(folder(), 'plain')
    await writeFile(script, 'echo ran $1\n')
    await chmod(script, 0o755)
    for (const options of [[], NO_LAYERS]) {
      const { code, stdout } = await runCapture(['./plain', 'x'], { folder: folder(), options })
      assert.deepEqual([code, stdout], [0, 'ran x\n'])
    }
  })

  it('is not started when the draft could not be written', async () => {
    const { code, stdout, stderr } = await sh('echo ran', ['--draft', 'no/such/folder/x.yaml'])
    assert.deepEqual([code, stdout], [125, ''])
    assert.match(stderr, /write-failed/)
  })

  it('is not started when our own options are wrong: 125', async () => {
    const { code, stdout } = await sh('echo ran', ['--no-such-option'])
    assert.deepEqual([code, stdout], [125, ''])
  })

  it('leaves nothing behind but its draft', async () => {
    const [project, temporary] = [join(folder(), 'project'), join(folder(), 'temporary')]
    for (const path of [project, temporary]) await mkdir(path)
    const { files } = await runCapture(['sh', '-c', 'echo 1 > out.txt'], {
      folder: project,
      env: { TMPDIR: temporary },
    })
    assert.deepEqual(await files(), ['output out.txt'])
    assert.deepEqual((await readdir(project)).sort(), ['out.txt', 'r.draft.yaml'])
    assert.deepEqual(await readdir(temporary), [])
  })

  it('does not overwrite a draft that somebody has begun to fill in', async () => {
    await writeFile(join(folder(), 'r.draft.yaml'), 'mine\n')
    const { code, stderr } = await sh('echo 1 > out.txt')
    assert.equal(code, 0)
    assert.match(stderr, /r-2\.draft\.yaml written/)
    assert.equal(await readFile(join(folder(), 'r.draft.yaml'), 'utf8'), 'mine\n')
  })

  it('tells by its log what nobody can see', async () => {
    await mkdir(join(folder(), 'data'))
    await writeFile(join(folder(), 'data', 'a.csv'), '1')
    const lines = [
      '{"input":"data"}',
      '{"param":{"name":"lr","value":0.5}}',
      '{"metric":{"name":"f1","value":1}}',
      'nonsense',
    ]
    const script = lines.map((line) => `echo '${line}' >> "$PEDIGREE_CAPTURE"`).join('; ')
    const { capture, file } = await sh(script, NO_LAYERS)
    const { parameters, metrics, notes } = await capture()
    const said = { from: 'PEDIGREE_CAPTURE', how: 'declared' }
    assert.deepEqual(parameters, [{ name: 'lr', value: 0.5, ...said }])
    assert.deepEqual(metrics, [{ name: 'f1', value: 1, ...said }])
    assert.equal((await file('data/a.csv'))?.how, 'declared')
    assert.ok(
      notes.some((note) => note.startsWith('1 lines in PEDIGREE_CAPTURE say nothing known')),
    )
  })

  it('is seen by a snapshot when nothing else can see', async () => {
    await writeFile(join(folder(), 'old.txt'), 'old')
    await writeFile(join(folder(), 'script.sh'), 'echo new > new.txt; echo more >> old.txt\n')
    const { capture } = await runCapture(['sh', 'script.sh'], {
      folder: folder(),
      options: NO_LAYERS,
    })
    const files = (await capture()).files.map(({ role, path, how }) => `${role} ${path} ${how}`)
    assert.deepEqual(files, [
      'output new.txt inferred',
      'output old.txt inferred',
      'input script.sh inferred',
    ])
  })

  it('has inputs and outputs that were only named', async () => {
    await writeFile(join(folder(), 'in.txt'), 'in')
    await writeFile(join(folder(), 'kept.bin'), 'kept')
    const options = [
      ...NO_LAYERS,
      '--input',
      'in.txt',
      '--output',
      'kept.bin',
      '--output',
      'no.bin',
    ]
    const { capture, file } = await sh(':', options)
    assert.equal((await file('in.txt', 'input'))?.how, 'declared')
    assert.equal((await file('kept.bin', 'output'))?.how, 'declared')
    const note = 'no.bin was to be an output, and was not there at the end'
    assert.ok((await capture()).notes.includes(note))
  })

  it('keeps secrets out of its draft', async () => {
    await writeFile(join(folder(), '.env'), 'KEY=hunter22\n')
    const { capture } = await sh('cat .env > /dev/null; : --password hunter22', ['--input', '.env'])
    assert.doesNotMatch(JSON.stringify(await capture()), /hunter22/)
    assert.ok((await capture()).redacted.includes('file .env'))
    assert.equal((await capture()).files.length, 0)
  })
})
