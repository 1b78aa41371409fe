import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')
const ROOMS = ['protocol', 'daemon', 'cli', 'simulations', 'test'] as const
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'examples/README.md',
  'protocol/consensus/README.md',
  ...ROOMS.map((room) => `${room}/README.md`),
]
/** A file or folder in backticks: `replica/pool.ts`, `consensus/`, `SPEC.md`. */
const NAMED = /`([a-z0-9][A-Za-z0-9./-]*(?:\.(?:ts|js|md)|\/))`/g
/** Of a home, or in the temporary folder: no place in this repository. */
const ELSEWHERE = /^(user\/|pedigree-UID\/)/

/** From the root, from the folder of the page, or anywhere below that by a bare name. */
function isThere(page: string, name: string): boolean {
  const folder = join(ROOT, dirname(page))
  if (existsSync(join(ROOT, name)) || existsSync(join(folder, name))) return true
  if (name.slice(0, -1).includes('/')) return false
  return below(folder).has(name.replace(/\/$/, ''))
}

const cache = new Map<string, ReadonlySet<string>>()

function below(folder: string): ReadonlySet<string> {
  const known = cache.get(folder)
  if (known !== undefined) return known
  const names = ROOMS.map((room) => join(ROOT, room))
    .filter((room) => room.startsWith(folder) || folder.startsWith(room))
    .map((room) => (folder.startsWith(room) ? folder : room))
    .flatMap((room) => readdirSync(room, { recursive: true, encoding: 'utf8' }))
  const found = new Set(names.map((name) => name.slice(name.lastIndexOf('/') + 1)))
  cache.set(folder, found)
  return found
}

/** Folders with sources, directly below a room. */
function foldersOf(room: string): readonly string[] {
  return readdirSync(join(ROOT, room), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
}

describe('the pages', () => {
  for (const page of PAGES) {
    it(`name files and folders that there are: ${page}`, () => {
      const text = readFileSync(join(ROOT, page), 'utf8')
      const named = [...text.matchAll(NAMED)].map(([, name = '']) => name)
      const missing = named.filter((name) => !ELSEWHERE.test(name) && !isThere(page, name))
      assert.deepEqual(missing, [])
    })
  }

  for (const room of ['protocol', 'daemon', 'cli'] as const) {
    it(`tell every folder of ${room}/`, () => {
      const text = readFileSync(join(ROOT, room, 'README.md'), 'utf8')
      const untold = foldersOf(room).filter((folder) => !text.includes(`\`${folder}/\``))
      assert.deepEqual(untold, [])
    })
  }
})
