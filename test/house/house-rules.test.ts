import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')
const ROOMS = ['protocol', 'daemon', 'cli', 'simulations', 'test'] as const
const FILE_LINES_MAX = 400
const FUNCTION_LINES_MAX = 70
const LINE_CHARS_MAX = 140

interface SourceFile {
  readonly path: string
  readonly room: string
  readonly text: string
  readonly lines: readonly string[]
}

/** May import: the left room, from the right ones (besides itself). */
const IMPORTS: Record<string, readonly string[]> = {
  protocol: [],
  daemon: ['protocol'],
  cli: ['protocol'],
  simulations: ['protocol'],
  test: ['protocol', 'daemon', 'cli', 'simulations'],
}

/** What the compiler cannot ban in a room without I/O, clock or chance. */
const BANNED_IN_PROTOCOL: readonly { readonly pattern: RegExp; readonly because: string }[] = [
  { pattern: /\bDate\b/, because: 'time is an argument' },
  { pattern: /\bMath\.random\b/, because: 'chance is not deterministic' },
  { pattern: /\basync\b|\bawait\b|\bPromise\b/, because: 'protocol is synchronous' },
  { pattern: /\blocaleCompare\b|\bIntl\b|\.toLocale/, because: 'locales differ between machines' },
  { pattern: /from 'node:/, because: 'protocol touches no world' },
  { pattern: /\.sort\(\)/, because: 'a sort names its order' },
]

function sources(): SourceFile[] {
  return ROOMS.flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => {
        const path = relative(ROOT, join(ROOT, room, name))
        const text = readFileSync(join(ROOT, path), 'utf8')
        return { path, room, text, lines: text.split('\n') }
      }),
  )
}

/** Code without comments and strings, so that a sentence may say what code may not. */
function codeOf(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(?<!:)\/\/.*$/gm, '')
}

/** Relative paths of what each file imports from the house. */
function importsOf({ path, text }: SourceFile): readonly string[] {
  return [...text.matchAll(/from '(\.[^']+)'/g)].map(([, target]) =>
    relative(ROOT, join(ROOT, path, '..', target as string)),
  )
}

/** What is left when all that imports nothing left, and all that nobody left imports, has gone: circles. */
function circles(files: readonly SourceFile[]): readonly string[] {
  const left = new Map(files.map((file) => [file.path, importsOf(file)]))
  for (let before = -1; left.size !== before; ) {
    before = left.size
    const imported = new Set([...left.values()].flat())
    for (const [path, imports] of left) {
      const isOpen = !imported.has(path) || !imports.some((other) => left.has(other))
      if (isOpen) left.delete(path)
    }
  }
  return [...left.keys()]
}

describe('the house rules', () => {
  const files = sources()

  it('finds the rooms', () => {
    for (const room of ROOMS)
      assert.ok(
        files.some((file) => file.room === room),
        `${room} has files`,
      )
  })

  it('keep imports running one way', () => {
    for (const file of files) {
      for (const target of importsOf(file)) {
        const to = target.split('/')[0] as string
        const allowed = to === file.room || (IMPORTS[file.room] ?? []).includes(to)
        assert.ok(allowed, `${file.path} imports ${target}`)
      }
    }
  })

  it('keep imports free of circles; the parts of a replica call each other, as it is one machine', () => {
    const parts = files.filter(({ path }) => !path.startsWith('protocol/replica/'))
    assert.deepEqual(circles(parts), [])
  })

  it('keep protocol pure', () => {
    for (const file of files.filter(({ room }) => room === 'protocol')) {
      const code = codeOf(file.text)
      for (const { pattern, because } of BANNED_IN_PROTOCOL) {
        assert.ok(!pattern.test(code), `${file.path} uses ${pattern.source}, but ${because}`)
      }
    }
  })

  it(`keep files within ${FILE_LINES_MAX} lines and lines within ${LINE_CHARS_MAX} characters`, () => {
    for (const { path, lines } of files) {
      assert.ok(lines.length <= FILE_LINES_MAX, `${path} has ${lines.length} lines`)
      lines.forEach((line, index) => {
        assert.ok(
          line.length <= LINE_CHARS_MAX,
          `${path}:${index + 1} has ${line.length} characters`,
        )
      })
    }
  })

  it(`keep functions within ${FUNCTION_LINES_MAX} lines`, () => {
    for (const { path, lines, room } of files) {
      if (room === 'test') continue
      let start = -1
      lines.forEach((line, index) => {
        if (/^(export )?(async )?function\b/.test(line)) start = index
        if (line === '}' && start >= 0) {
          const length = index - start + 1
          assert.ok(
            length <= FUNCTION_LINES_MAX,
            `${path}:${start + 1} is a function of ${length} lines`,
          )
          start = -1
        }
      })
    }
  })

  it('have no barrels, default exports, unfinished marks or focused tests', () => {
    const marks = new RegExp(
      `\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`,
    )
    for (const { path, text } of files) {
      assert.ok(!/^export \* from/m.test(text), `${path} is a barrel`)
      assert.ok(!/^export default/m.test(text), `${path} has a default export`)
      assert.ok(!marks.test(text), `${path} is unfinished`)
      assert.ok(!/\.only\(/.test(codeOf(text)), `${path} runs one test only`)
    }
  })

  it('name files in kebab-case', () => {
    for (const { path } of files) {
      assert.match(path, /^[a-z0-9./-]+$/, `${path} is kebab-case`)
    }
  })
})
