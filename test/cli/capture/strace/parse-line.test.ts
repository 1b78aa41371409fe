import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parseCall, type TraceEvent } from '../../../../cli/capture/strace/parse-line.ts'

const raw = String.raw

const READ = { reads: true, writes: false, truncates: false, creates: false } as const
const WRITE = { reads: false, writes: true, truncates: true, creates: true } as const

/** Lines as strace 6.1 and older ones print them. */
const GOLDEN: readonly (readonly [string, TraceEvent | undefined])[] = [
  [
    'openat(AT_FDCWD</w>, "/etc/ld.so.cache", O_RDONLY|O_CLOEXEC) = 3</etc/ld.so.cache>',
    {
      kind: 'open',
      given: { path: '/etc/ld.so.cache', folder: '/w' },
      ...READ,
      real: '/etc/ld.so.cache',
    },
  ],
  [
    raw`openat(AT_FDCWD</w/d>, "a\nb\"<x>\303\251", O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0666) = 3</w/d/a\nb\"\74x\76\303\251>`,
    {
      kind: 'open',
      given: { path: 'a\nb"<x>\xc3\xa9', folder: '/w/d' },
      ...WRITE,
      real: '/w/d/a\nb"<x>\xc3\xa9',
    },
  ],
  [
    raw`openat(AT_FDCWD, "bad\3777", O_RDONLY) = 3</w/bad\3777>`,
    { kind: 'open', given: { path: 'bad\xff7' }, ...READ, real: '/w/bad\xff7' },
  ],
  [
    'openat(5</w/sub>, "x", O_RDWR|O_CREAT, 0600) = 6</w/sub/x>',
    {
      kind: 'open',
      given: { path: 'x', folder: '/w/sub' },
      reads: true,
      writes: true,
      truncates: false,
      creates: true,
      real: '/w/sub/x',
    },
  ],
  [
    'open("x) = 4", O_RDONLY)                 = 3',
    { kind: 'open', given: { path: 'x) = 4' }, ...READ },
  ],
  [
    'open("x", O_RDONLY) = 3</w/y) = -1>',
    { kind: 'open', given: { path: 'x' }, ...READ, real: '/w/y) = -1' },
  ],
  ['creat("x", 0644) = 3</w/x>', { kind: 'open', given: { path: 'x' }, ...WRITE, real: '/w/x' }],
  [
    'openat(AT_FDCWD</w>, "/proc/self/fd/4", O_RDONLY|O_CLOEXEC) = 5</w/del>(deleted)',
    {
      kind: 'open',
      given: { path: '/proc/self/fd/4', folder: '/w' },
      ...READ,
      real: '/w/del',
      isDeleted: true,
    },
  ],
  [
    'openat(AT_FDCWD, "p", O_RDONLY) = 5</w/del (deleted)>',
    { kind: 'open', given: { path: 'p' }, ...READ, real: '/w/del', isDeleted: true },
  ],
  [
    'openat2(AT_FDCWD</w>, "x", {flags=O_WRONLY|O_CREAT|O_TRUNC, mode=0644, resolve=0}, 24) = 3</w/x>',
    { kind: 'open', given: { path: 'x', folder: '/w' }, ...WRITE, real: '/w/x' },
  ],
  ['openat(AT_FDCWD</w>, "/w", O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY) = 3</w>', undefined],
  ['openat(AT_FDCWD</w>, "no", O_RDONLY) = -1 ENOENT (No such file or directory)', undefined],
  ['openat(AT_FDCWD</w>, "no", O_RDONLY) = ? ERESTARTSYS', undefined],
  [raw`rename("a\nb", "c")  = 0`, { kind: 'rename', from: { path: 'a\nb' }, to: { path: 'c' } }],
  [
    'renameat2(AT_FDCWD</w>, "a", 4</w/d>, "b", RENAME_NOREPLACE) = 0',
    { kind: 'rename', from: { path: 'a', folder: '/w' }, to: { path: 'b', folder: '/w/d' } },
  ],
  [
    'linkat(AT_FDCWD</w>, "a", AT_FDCWD</w>, "b", 0) = 0',
    { kind: 'link', from: { path: 'a', folder: '/w' }, to: { path: 'b', folder: '/w' } },
  ],
  ['unlink("c")                       = 0', { kind: 'unlink', given: { path: 'c' } }],
  ['unlinkat(AT_FDCWD</w>, "hn", 0) = 0', { kind: 'unlink', given: { path: 'hn', folder: '/w' } }],
  ['truncate("x", 0)           = 0', { kind: 'truncate', given: { path: 'x' } }],
  ['chdir("/tmp")                     = 0', { kind: 'chdir', given: { path: '/tmp' } }],
  ['fchdir(3</w/d>)                   = 0', { kind: 'chdir', given: { path: '/w/d' } }],
  [
    'execve("/bin/docker", ["docker", "run", "x"...], 0x55 /* 24 vars */) = 0',
    { kind: 'execve', given: { path: '/bin/docker' }, argv: ['docker', 'run'] },
  ],
  [
    'execve("/bin/no", ["a) = 0"], 0x55 /* 2 vars */) = -1 ENOENT (No such file or directory)',
    undefined,
  ],
  [
    'vfork()              = 26919',
    { kind: 'fork', child: 26919, isThread: false, sharesFolder: false },
  ],
  [
    'clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD, child_tidptr=0x7f) = 26902',
    { kind: 'fork', child: 26902, isThread: false, sharesFolder: false },
  ],
  [
    'clone3({flags=CLONE_VM|CLONE_FS|CLONE_THREAD, exit_signal=0} => {parent_tid=[26916]}, 88) = 26916',
    { kind: 'fork', child: 26916, isThread: true, sharesFolder: true },
  ],
  [
    'connect(3<socket:[7]>, {sa_family=AF_INET, sin_port=htons(443), ' +
      'sin_addr=inet_addr("203.0.113.7")}, 16) = -1 EINPROGRESS (Operation now in progress)',
    { kind: 'connect', address: '203.0.113.7:443' },
  ],
  [
    'connect(4<socket:[7]>, {sa_family=AF_INET6, sin6_port=htons(9), sin6_flowinfo=htonl(0), ' +
      'inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
    { kind: 'connect', address: '[::1]:9' },
  ],
  [
    'connect(4<socket:[7]>, {sa_family=AF_UNIX, sun_path="/run/x.sock"}, 110) = 0',
    { kind: 'connect', address: '/run/x.sock' },
  ],
  [
    'connect(4<socket:[7]>, {sa_family=AF_INET, sin_port=htons(9), ' +
      'sin_addr=inet_addr("127.0.0.1")}, 16) = -1 ECONNREFUSED (Connection refused)',
    undefined,
  ],
  [
    'connect(4<socket:[7]>, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("1.2.3.4")}, 16) = 0',
    undefined,
  ],
  [
    'bind(3<socket:[7]>, {sa_family=AF_UNIX, sun_path="/tmp/pymp-a/listener-b"}, 25) = 0',
    { kind: 'bind', address: '/tmp/pymp-a/listener-b' },
  ],
  [
    'bind(3<socket:[7]>, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
    undefined,
  ],
  [
    'getsockname(3<socket:[7]>, {sa_family=AF_INET, sin_port=htons(40123), ' +
      'sin_addr=inet_addr("127.0.0.1")}, [16]) = 0',
    { kind: 'bind', address: '127.0.0.1:40123' },
  ],
  ['--- SIGCHLD {si_signo=SIGCHLD} ---', undefined],
  ['mmap(NULL, 5) = 0', undefined],
  ['', undefined],
]

describe('a line of strace', () => {
  for (const [line, event] of GOLDEN) {
    it(`says what it says: ${JSON.stringify(line.slice(0, 72))}`, () => {
      assert.deepEqual(parseCall(line), event)
    })
  }

  it('never throws, whatever is in it', () => {
    const piece = fc.constantFrom(
      'openat(',
      'AT_FDCWD',
      '</w',
      '>',
      '"',
      '\\',
      '\\3',
      ', ',
      ') = ',
      '3',
      '<',
      '-1',
    )
    const line = fc.array(fc.oneof(piece, fc.string({ unit: 'binary' })), { maxLength: 40 })
    fc.assert(
      fc.property(line, (pieces) => {
        parseCall(pieces.join(''))
      }),
    )
  })

  it('never throws, wherever a real line is cut', () => {
    for (const [line] of GOLDEN) {
      for (let end = 0; end <= line.length; end++) parseCall(line.slice(0, end))
    }
  })

  it('gives every name of bytes back as it was', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 })
    fc.assert(
      fc.property(bytes, (name) => {
        const path = Buffer.from(name.filter((byte) => byte !== 0)).toString('latin1')
        const event = parseCall(`unlink("${quoted(path)}") = 0`)
        assert.deepEqual(event, { kind: 'unlink', given: { path } })
      }),
    )
  })

  it('takes a hostile line of full length in no time', () => {
    const names = [') = 3<'.repeat(680), '\\'.repeat(4_000), '<'.repeat(4_000), '("'.repeat(2_000)]
    for (const name of names) parseCall(`open("${quoted(name)}", O_RDONLY) = 3</${quoted(name)}>`)
  })
})

/** As strace quotes: the shortest octal escape, unless a digit follows. */
function quoted(path: string): string {
  return path
    .split('')
    .map((byte, at) => {
      if (byte === '"' || byte === '\\') return `\\${byte}`
      if (byte === '\n') return '\\n'
      if (byte >= ' ' && byte <= '~') return byte
      const octal = byte.charCodeAt(0).toString(8)
      return `\\${/[0-9]/.test(path[at + 1] ?? '') ? octal.padStart(3, '0') : octal}`
    })
    .join('')
}
