import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { BytePath } from '../../../../cli/capture/byte-path.ts'
import type { Observer } from '../../../../cli/capture/files/observer.ts'
import { LineSplitter } from '../../../../cli/capture/line-splitter.ts'
import { TraceFollower } from '../../../../cli/capture/strace/trace-follower.ts'

/** What an observer was told, a line each. */
function follow(lines: readonly string[]): { said: string[]; follower: TraceFollower } {
  const said: string[] = []
  const observer: Observer = {
    opened: ({ path, reads, writes, process }) =>
      said.push(`${process} ${reads ? 'r' : ''}${writes ? 'w' : ''} ${path}`),
    removed: ({ path }, process) => said.push(`${process} removed ${path}`),
    moved: (from, to, process) => said.push(`${process} moved ${from.path} ${to.path}`),
    linked: (from, to, process) => said.push(`${process} linked ${from.path} ${to.path}`),
    connected: (address) => said.push(`connected ${address}`),
    bound: (address) => said.push(`bound ${address}`),
    executed: (program, argv) => said.push(`executed ${program} ${argv.join(' ')}`),
  }
  const follower = new TraceFollower('/w' as BytePath, observer)
  for (const line of lines) follower.line(line)
  return { said, follower }
}

describe('following strace', () => {
  it('puts a call together that another thread has cut in two', () => {
    const { said } = follow([
      '10 openat(AT_FDCWD</w>, "a", O_RDONLY|O_CLOEXEC <unfinished ...>',
      '11 openat(AT_FDCWD</w>, "b", O_RDONLY <unfinished ...>',
      '10 <... openat resumed>)             = 3</w/a>',
      '11 <... openat resumed> )            = -1 ENOENT (No such file or directory)',
      '12 <... openat resumed>)             = 3</w/c>',
    ])
    assert.deepEqual(said, ['10 r /w/a'])
  })

  it('knows where each process works', () => {
    const { said } = follow([
      '10 chdir("sub")                     = 0',
      '10 clone(child_stack=NULL, flags=SIGCHLD) = 11',
      '11 unlink("x")                      = 0',
      '11 chdir("/other")                  = 0',
      '11 rename("y", "../z")              = 0',
      '10 unlink("x")                      = 0',
    ])
    assert.deepEqual(said, ['11 removed /w/sub/x', '11 moved /other/y /z', '10 removed /w/sub/x'])
  })

  it('counts a thread to its process, in the same folder', () => {
    const { said, follower } = follow([
      '10 clone3({flags=CLONE_VM|CLONE_FS|CLONE_THREAD} => {parent_tid=[11]}, 88) = 11',
      '11 chdir("sub") = 0',
      '10 unlink("x") = 0',
      '11 open("y", O_RDONLY) = 3</w/sub/y>',
      '11 +++ exited with 0 +++',
    ])
    assert.deepEqual(said, ['10 removed /w/sub/x', '10 r /w/sub/y'])
    assert.equal(follower.processes, 1)
  })

  it('counts processes', () => {
    const { follower } = follow([
      '10 vfork( <unfinished ...>',
      '11 execve("/bin/a", ["a"], 0x1 /* 1 var */) = 0',
      '10 <... vfork resumed>)              = 11',
      '11 +++ exited with 0 +++',
      '10 +++ exited with 0 +++',
    ])
    assert.equal(follower.processes, 2)
    assert.equal(follower.executions, 1)
  })

  it('never throws, and holds no more than its bounds', () => {
    const line = fc.tuple(
      fc.nat(50),
      fc.constantFrom(
        'open("',
        'vfork( <unfinished ...>',
        '<... vfork resumed>) = 7',
        '+++ exited',
        'chdir("..") = 0',
      ),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        follow(lines.map(([id, call, tail]) => `${id} ${call}${tail}`))
      }),
    )
  })
})

describe('cutting bytes into lines', () => {
  it('gives the same lines, however the bytes come', () => {
    const chunks = fc.array(
      fc.uint8Array({ maxLength: 8 }).map((bytes) => bytes.map((b) => (b % 3) + 9)),
    )
    fc.assert(
      fc.property(chunks, (parts) => {
        const lines: string[] = []
        const splitter = new LineSplitter(1_000, (line) => lines.push(line))
        for (const part of parts) splitter.push(Buffer.from(part))
        splitter.end()
        const whole = Buffer.concat(parts).toString('latin1').split('\n')
        if (whole.at(-1) === '') whole.pop()
        assert.deepEqual(lines, whole)
      }),
    )
  })

  it('drops a line beyond the bound, and goes on behind it', () => {
    const lines: string[] = []
    const splitter = new LineSplitter(4, (line) => lines.push(line))
    for (const part of ['ab', 'cde', 'fgh\nok\nlonger\n', 'x']) splitter.push(Buffer.from(part))
    splitter.end()
    assert.deepEqual(lines, ['ok', 'x'])
    assert.equal(splitter.dropped, 2)
  })
})
