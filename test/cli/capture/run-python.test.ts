import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeWhere } from '../../support/where.ts'
import { useTemporaryFolder } from '../support/temporary-folder.ts'
import { has, runCapture } from './run-capture.ts'

const PYTHON = 'python3'

const LACK = has(PYTHON, ['-c', 'import sys; sys.addaudithook']) ? undefined : 'there is no Python'

describeWhere(LACK, 'a Python program that is asked, not traced', function () {
  this.timeout(60_000)
  const folder = useTemporaryFolder()
  const python = (program: string, env: Readonly<Record<string, string>> = {}) =>
    runCapture([PYTHON, '-c', program], { folder: folder(), options: ['--no-strace'], env })

  it('tells what it opens, also in other processes', async () => {
    await writeFile(join(folder(), 'in.txt'), 'x')
    const { files, capture } = await python(`
import os
from multiprocessing import get_context
def work(i):
    open("in.txt").read()
    open("out%d" % i, "w").write("1")
ps = [get_context("fork").Process(target=work, args=(i,)) for i in range(2)]
[p.start() for p in ps]; [p.join() for p in ps]
open("part", "w").write("1"); os.rename("part", "whole")
try: open("absent")
except OSError: pass
`)
    assert.deepEqual(await files(), ['input in.txt', 'output out0', 'output out1', 'output whole'])
    const { layers, files: all } = await capture()
    assert.equal(layers.find(({ layer }) => layer === 'python')?.used, true)
    assert.ok(all.every(({ how }) => how === 'observed'))
  })

  it('still loads a sitecustomize of its own, from the path that it was given', async () => {
    await mkdir(join(folder(), 'own'))
    await writeFile(join(folder(), 'own', 'sitecustomize.py'), 'print("mine", __name__)\n')
    const { stdout } = await python(
      'import sys; print(any("pedigree-run-" in p for p in sys.path))',
      {
        PYTHONPATH: join(folder(), 'own'),
      },
    )
    assert.equal(stdout, 'mine sitecustomize\nFalse\n')
  })

  it('is not disturbed by what we do, whatever it does to its files', async () => {
    const { code, stdout } = await python(`
import os, sys
os.closerange(3, 64)
fd = os.open("data", os.O_RDWR | os.O_CREAT)
for i in range(20): open("x%d" % i, "w").close()
os.environ.clear(); os.chdir("/"); open("/dev/null").close()
print(os.fstat(fd).st_size, sys.modules["sitecustomize"] is not None)
`)
    assert.deepEqual([code, stdout], [0, '0 True\n'])
  })

  it('names hosts as the program named them', async () => {
    const { capture } = await python(`
import socket
try: socket.create_connection(("localhost", 9), 1)
except OSError: pass
`)
    assert.ok((await capture()).endpoints.some(({ address }) => address === 'localhost:9'))
  })

  it('does not name what it listens on itself', async () => {
    const { capture } = await python(`
import os, socket
server = socket.socket(socket.AF_UNIX); server.bind(os.path.abspath("own.sock")); server.listen()
socket.socket(socket.AF_UNIX).connect(os.path.abspath("own.sock"))
`)
    assert.deepEqual((await capture()).endpoints, [])
  })

  it('gives odd names as bytes', async () => {
    const { files } = await python('open(b"a\\xff\\n\\"", "wb").close(); open("é", "w").close()')
    assert.deepEqual(await files(), ['output a\\xff\\x0a"', 'output é'])
  })
})
