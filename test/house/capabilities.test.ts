import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { createProgram } from '../../cli/program.ts'
import { ON_PROCESSES } from '../../simulations/attacks/processes.ts'
import { ATTACKS } from '../../simulations/attacks/table.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const PAGE = 'test/CAPABILITIES.md'
/** Pages with commands that a reader may type as they stand. */
const PAGES = [PAGE, 'README.md', 'CONTRIBUTING.md'] as const
const STATES = new Set(['built', 'partly', 'not built'])

/** The rows that the page must have, in its order: ranges of numbers behind each letter. */
const ROWS = [
  ...rowsOf('P', [4, 7], [13, 16]),
  ...rowsOf('G', [1, 13], [17, 34]),
  ...rowsOf('S', [2, 2]),
  ...rowsOf('M', [26, 42], [57, 58], [62, 62], [76, 79], [87, 88]),
]

function rowsOf(letter: string, ...ranges: readonly (readonly [number, number])[]): string[] {
  return ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => `${letter}${first + i}`),
  )
}

const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8')

/** The page in paragraphs of one line each, so that what is wrapped is found. */
function unwrapped(text: string): string {
  return text.replace(/\n {2,}(?=\S)/g, ' ')
}

interface Entry {
  readonly id: string
  readonly state: string
  readonly said: string
  readonly shown: string
}

/** Entries as `- **P5, built.** What it is. Shown by …`. */
function entriesOf(text: string): readonly Entry[] {
  const found = text.matchAll(/^- \*\*([PGSM][0-9]+), ([a-z ]+)\.\*\* (.*)$/gm)
  return [...found].map(([, id = '', state = '', rest = '']) => {
    const [said = '', shown = ''] = rest.split(' Shown by ')
    return { id, state, said, shown }
  })
}

/** Cells of the rows of the table of attacks. */
function attackRows(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => /^\| +T-[PGSM][0-9]+b? +\|/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => cells.slice(1, -1))
}

/** Every file in backticks, with the test titles that stand behind it. */
function testsNamed(text: string): readonly { readonly path: string; readonly titles: string[] }[] {
  const named = [...text.matchAll(/`([a-z0-9/.-]+\/[A-Za-z0-9.-]+\.(?:ts|md))`((?:,? “[^”]+”)*)/g)]
  return named.map(([, path = '', titles = '']) => ({
    path,
    titles: [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => title),
  }))
}

/** Is there a test of this title, in any of the three kinds of quotes? */
function hasTest(source: string, title: string): boolean {
  const quoted = [`'${title}'`, `"${title}"`, `\`${title}\``]
  return quoted.some((text) => source.split(text).slice(0, -1).some(opensTest))
}

/** `it(`, `describe(`, and both where something may be lacking (test/support/where.ts). */
function opensTest(before: string): boolean {
  return /\b(?:it|describe)(?:\(|Where\(\w+, )$/.test(before)
}

/** Commands in backticks, and lines of code blocks that begin with one, without comments. */
function commandsIn(text: string): readonly string[] {
  const inline = [...text.matchAll(/`(pedigree [^`]+)`/g)].map(([, command = '']) => command)
  const blocks = [...text.matchAll(/^```.*\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
  const lines = blocks
    .flatMap((block) => block.split('\n'))
    .flatMap((line) => /^(?:\$ )?(?:npx )?(pedigree .*)$/.exec(line)?.[1] ?? [])
  return [...inline, ...lines].map((command) => command.replace(/\s+#.*$/, ''))
}

/** The flags of a command line that no such command has; undefined where there is no such command. */
function unknownFlags(program: Command, line: string): readonly string[] | undefined {
  const [own = ''] = line.split(' -- ')
  const words = own.split(/\s+/).slice(1)
  const global = new Set(program.options.map(({ long }) => long))
  while (global.has(words[0])) words.splice(0, words[0] === '--home' ? 2 : 1)
  let command = program
  for (
    let next = childOf(command, words[0]);
    next !== undefined;
    next = childOf(command, words[0])
  ) {
    command = next
    words.shift()
  }
  const isGroup = command.commands.length > 0
  if (isGroup && words[0] !== '--help') return undefined
  const known = new Set([...command.options.map(({ long }) => long), ...global, '--help'])
  return words.filter((word) => word.startsWith('--') && !known.has(word))
}

function childOf(command: Command, name: string | undefined): Command | undefined {
  return command.commands.find((child) => child.name() === name)
}

describe('the page of what is built', () => {
  const text = unwrapped(textOf(PAGE))
  const entries = entriesOf(text)

  it('has every row once, in words, with its state', () => {
    assert.deepEqual(
      entries.map(({ id }) => id),
      ROWS,
    )
    for (const { id, state, said } of entries) {
      assert.ok(STATES.has(state), `${id} says whether it is built`)
      assert.ok(said.length > 0, `${id} says what it is`)
      if (state !== 'built') assert.match(said, /\. Only: /, `${id} says what is missing`)
    }
  })

  it('names something that shows each row, or says that it is not built', () => {
    for (const { id, state, shown } of entries) {
      const isShown = /\.test\.ts` “|T-[A-Z][0-9]+ below|this page/.test(shown)
      assert.equal(isShown, state !== 'not built', `${id}: ${shown}`)
    }
  })

  it('names files and tests that there are', () => {
    const named = testsNamed(text)
    assert.ok(named.length > ROWS.length)
    for (const { path, titles } of named) {
      assert.ok(existsSync(join(ROOT, path)), `${path} is there`)
      for (const title of titles) assert.ok(hasTest(textOf(path), title), `${path} has “${title}”`)
    }
    const quoted = [...text.matchAll(/“/g)].length
    const read = named.reduce((sum, { titles }) => sum + titles.length, 0)
    assert.equal(read, quoted, 'every title stands behind its file')
  })

  it('has the attacks that there are, and where each is played', () => {
    const played = ATTACKS.map(({ id, run }) => [
      id,
      [...(run ? ['simulated'] : []), ...(id in ON_PROCESSES ? ['real'] : [])].join(', '),
    ])
    assert.deepEqual(
      attackRows(text).map(([id, , where]) => [id, where]),
      played,
    )
    for (const [, id] of text.matchAll(/(T-[A-Z][0-9]+) below/g)) {
      assert.ok(
        played.some(([one]) => one === id),
        `${id} is below`,
      )
    }
  })
})

/** The names of all commands that do something, as they are typed. */
function namesOf(command: Command, before = ''): readonly string[] {
  return command.commands.flatMap((child) => {
    const name = `${before}${child.name()}`
    return child.commands.length > 0 ? namesOf(child, `${name} `) : [name]
  })
}

describe('the commands of the pages', () => {
  const program = createProgram(() => async () => {})

  it('are all told in the README of the command line', () => {
    const told = textOf('cli/README.md')
    const missing = namesOf(program).filter((name) => !new RegExp(`\`${name}[ \`]`).test(told))
    assert.deepEqual(missing, [])
  })

  for (const page of PAGES) {
    it(`exist, with their flags: ${page}`, () => {
      for (const line of commandsIn(unwrapped(textOf(page)))) {
        assert.deepEqual(unknownFlags(program, line), [], `${page}: ${line}`)
      }
    })
  }
})
