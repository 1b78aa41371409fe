import { type Piece, unquote, unquoteDescriptor } from './unquote.ts'

/** A path as a system call was given it, with what strace says of the folder that it is relative to. */
export interface GivenPath {
  readonly path: string
  /** Of the descriptor in front of it: absolute, as the kernel knows it. */
  readonly folder?: string
}

/** One thing that a process did, and that succeeded. All texts have one character for each byte. */
export type TraceEvent =
  | {
      readonly kind: 'open'
      readonly given: GivenPath
      readonly reads: boolean
      readonly writes: boolean
      /** What was in the file before is not in it any more. */
      readonly truncates: boolean
      readonly creates: boolean
      /** What the kernel calls the file that was opened; no links are left in it. */
      readonly real?: string
      readonly isDeleted?: boolean
    }
  | { readonly kind: 'rename' | 'link'; readonly from: GivenPath; readonly to: GivenPath }
  | { readonly kind: 'unlink'; readonly given: GivenPath }
  | { readonly kind: 'truncate'; readonly given: GivenPath }
  | { readonly kind: 'execve'; readonly given: GivenPath; readonly argv: readonly string[] }
  | { readonly kind: 'chdir'; readonly given: GivenPath }
  | {
      readonly kind: 'fork'
      readonly child: number
      readonly isThread: boolean
      readonly sharesFolder: boolean
    }
  | { readonly kind: 'connect' | 'bind'; readonly address: string }

const CALL = /^(\w+)\(/
const RESULT = /\)\s+= (-?\d+|\?)/g
/** A connection that is still being made counts: what came of it, no later call says. */
const UNDER_WAY = 'EINPROGRESS'

/**
 * What one whole line of strace, without the process id, says. Total: whatever a line holds, it is an
 * event or nothing.
 */
export function parseCall(line: string): TraceEvent | undefined {
  const [head, name] = CALL.exec(line) ?? []
  if (head === undefined || name === undefined) return undefined
  const result = lastResult(line)
  if (result === undefined) return undefined
  const failed = result.value < 0
  if (failed && !(name === 'connect' && line.includes(UNDER_WAY, result.at))) return undefined
  const call: Call = { name, line, arguments: head.length, result }
  return EVENTS[name]?.(call)
}

interface Call {
  readonly name: string
  readonly line: string
  /** Index of the first argument. */
  readonly arguments: number
  readonly result: Result
}

interface Result {
  readonly value: number
  /** Index of the `)` in front of it. */
  readonly at: number
  /** Index behind the number. */
  readonly end: number
}

/** The last one: a path may hold `) = 3` as well, but none is behind the result. */
function lastResult(line: string): Result | undefined {
  let last: Result | undefined
  for (const found of line.matchAll(RESULT)) {
    // What stands in the result's own path is not a result.
    if (last !== undefined && isInDescriptor(line, last.end, found.index)) continue
    last = { value: Number(found[1]), at: found.index, end: found.index + found[0].length }
  }
  return last === undefined || Number.isNaN(last.value) ? undefined : last
}

function isInDescriptor(line: string, start: number, at: number): boolean {
  const piece = unquoteDescriptor(line, start)
  return piece !== undefined && at < piece.end
}

const EVENTS: Readonly<Record<string, (call: Call) => TraceEvent | undefined>> = {
  open: (call) => opened(call, pathAt(call.line, call.arguments)),
  openat: (call) => opened(call, pathInFolder(call.line, call.arguments)),
  openat2: (call) => opened(call, pathInFolder(call.line, call.arguments)),
  creat: (call) => opened(call, pathAt(call.line, call.arguments)),
  rename: (call) => moved(call, 'rename', pathAt),
  renameat: (call) => moved(call, 'rename', pathInFolder),
  renameat2: (call) => moved(call, 'rename', pathInFolder),
  link: (call) => moved(call, 'link', pathAt),
  linkat: (call) => moved(call, 'link', pathInFolder),
  unlink: (call) => about(call, 'unlink', pathAt),
  unlinkat: (call) => about(call, 'unlink', pathInFolder),
  truncate: (call) => about(call, 'truncate', pathAt),
  execve: (call) => executed(call, pathAt),
  execveat: (call) => executed(call, pathInFolder),
  chdir: (call) => about(call, 'chdir', pathAt),
  fchdir: ({ line, arguments: at }) => {
    const folder = folderAt(line, at)
    return folder === undefined ? undefined : { kind: 'chdir', given: { path: folder.text } }
  },
  clone: forked,
  clone3: forked,
  fork: forked,
  vfork: forked,
  connect: (call) => addressed(call, 'connect'),
  bind: (call) => addressed(call, 'bind'),
  // Who asks for any free port is told by this which one it got.
  getsockname: (call) => addressed(call, 'bind'),
}

interface FoundPath {
  readonly given: GivenPath
  readonly end: number
}

function pathAt(line: string, at: number): FoundPath | undefined {
  const piece = unquote(line, at)
  return piece && { given: { path: piece.text }, end: piece.end }
}

/** `AT_FDCWD, "a"`, `AT_FDCWD</b>, "a"` or `3</b>, "a"`. */
function pathInFolder(line: string, at: number): FoundPath | undefined {
  const folder = folderAt(line, at)
  const comma = folder === undefined ? line.indexOf(',', at) : folder.end
  if (comma < 0 || !line.startsWith(', ', comma)) return undefined
  const piece = unquote(line, comma + 2)
  if (piece === undefined) return undefined
  const given = { path: piece.text, ...(folder && { folder: folder.text }) }
  return { given, end: piece.end }
}

function folderAt(line: string, at: number): Piece | undefined {
  const [descriptor] = /^(?:AT_FDCWD|\d+)(?=<\/)/.exec(line.slice(at, at + 12)) ?? []
  return descriptor === undefined ? undefined : unquoteDescriptor(line, at + descriptor.length)
}

function opened(call: Call, found: FoundPath | undefined): TraceEvent | undefined {
  if (found === undefined) return undefined
  const flags = call.line.slice(found.end, call.result.at)
  if (/\bO_(?:DIRECTORY|PATH)\b/.test(flags)) return undefined
  const isCreat = call.name === 'creat'
  const isBoth = /\bO_RDWR\b/.test(flags)
  const writes = isCreat || isBoth || /\bO_WRONLY\b/.test(flags)
  const real = unquoteDescriptor(call.line, call.result.end)
  return {
    kind: 'open',
    given: found.given,
    reads: isBoth || !writes,
    writes,
    truncates: isCreat || /\bO_(?:TRUNC|EXCL|TMPFILE)\b/.test(flags),
    creates: isCreat || /\bO_CREAT\b/.test(flags),
    ...(real?.text.startsWith('/') && realOf(call.line, real)),
  }
}

const DELETED = ' (deleted)'

/** Newer ones say `3</a>(deleted)`, older ones `3</a (deleted)>`. */
function realOf(line: string, { text, end }: Piece): { real: string; isDeleted?: true } {
  if (line.startsWith('(deleted)', end)) return { real: text, isDeleted: true }
  if (text.endsWith(DELETED)) return { real: text.slice(0, -DELETED.length), isDeleted: true }
  return { real: text }
}

type FindPath = (line: string, at: number) => FoundPath | undefined

function moved(call: Call, kind: 'rename' | 'link', find: FindPath): TraceEvent | undefined {
  const from = find(call.line, call.arguments)
  if (from === undefined || !call.line.startsWith(', ', from.end)) return undefined
  const to = find(call.line, from.end + 2)
  return to && { kind, from: from.given, to: to.given }
}

function about(
  call: Call,
  kind: 'unlink' | 'truncate' | 'chdir',
  find: FindPath,
): TraceEvent | undefined {
  const found = find(call.line, call.arguments)
  return found && { kind, given: found.given }
}

function executed({ line, arguments: at }: Call, find: FindPath): TraceEvent | undefined {
  const found = find(line, at)
  if (found === undefined) return undefined
  return { kind: 'execve', given: found.given, argv: argumentsAt(line, found.end + 2) }
}

/** `["a", "b"..., ...]`: a cut argument ends what is known. */
function argumentsAt(line: string, start: number): readonly string[] {
  const argv: string[] = []
  if (line[start] !== '[') return argv
  for (let at = start + 1; ; at += ', '.length) {
    const piece = unquote(line, at)
    if (piece === undefined) return argv
    argv.push(piece.text)
    at = piece.end
    if (!line.startsWith(', ', at)) return argv
  }
}

function forked({ name, line, result }: Call): TraceEvent | undefined {
  if (result.value <= 0) return undefined
  const isClone = name.startsWith('clone')
  const isThread = isClone && line.includes('CLONE_THREAD')
  const sharesFolder = isClone && line.includes('CLONE_FS')
  return { kind: 'fork', child: result.value, isThread, sharesFolder }
}

function addressed(
  { line, arguments: at }: Call,
  kind: 'connect' | 'bind',
): TraceEvent | undefined {
  const address = addressOf(line.slice(at))
  return address === undefined ? undefined : { kind, address }
}

const IP4 = /sin_port=htons\((\d+)\), sin_addr=inet_addr\("([0-9.]+)"\)/
const IP6 = /sin6_port=htons\((\d+)\),.*?inet_pton\(AF_INET6, "([0-9a-fA-F:.]+)"/

/** Port 0 is how a resolver asks the kernel for a route: nothing is sent. */
function addressOf(text: string): string | undefined {
  const [, port4, ip4] = IP4.exec(text) ?? []
  if (ip4 !== undefined) return port4 === '0' ? undefined : `${ip4}:${port4}`
  const [, port6, ip6] = IP6.exec(text) ?? []
  if (ip6 !== undefined) return port6 === '0' ? undefined : `[${ip6}]:${port6}`
  const at = text.indexOf('sun_path="')
  return at < 0 ? undefined : unquote(text, at + 'sun_path='.length)?.text
}
