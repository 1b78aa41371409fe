/**
 * Calls that name a file, a program, a process or an address; `?` where a machine may not have one.
 * All else runs at full speed, which is what the filter in the kernel is for.
 */
const CALLS = [
  'open',
  'openat',
  'openat2',
  'creat',
  'rename',
  'renameat',
  'renameat2',
  'link',
  'linkat',
  'unlink',
  'unlinkat',
  'truncate',
  'execve',
  'execveat',
  'chdir',
  'fchdir',
  'connect',
  'bind',
  'getsockname',
  'clone',
  'clone3',
  'fork',
  'vfork',
]

/** Of arguments of programs; paths are never cut. */
const STRING_CHARS = 64

/**
 * The command line that traces another. `-DD` lets the traced command be our own child, in our process
 * group and on our terminal, with the tracer out of the way of Ctrl-C: signals and exit codes need no
 * translation.
 *
 * @param output a path that the tracer opens for writing
 */
export function straceArguments(output: string, argv: readonly string[]): readonly string[] {
  return [
    '-DD',
    '-f',
    '--seccomp-bpf',
    '-y',
    '-q',
    '-s',
    String(STRING_CHARS),
    '-e',
    'signal=none',
    '-e',
    `trace=${CALLS.map((call) => `?${call}`).join(',')}`,
    '-o',
    output,
    '--',
    ...argv,
  ]
}
