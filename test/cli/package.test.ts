import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

describe('the package', function () {
  this.timeout(60_000)

  /** What `npm pack` would put in; what is built is there only where it was built. */
  function packed(): ReadonlySet<string> {
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts']
    const text = execFileSync('npm', args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] })
    const answer: unknown = JSON.parse(text.toString())
    const [found] = Object.values(answer as Record<string, { files: { path: string }[] }>)
    return new Set(found?.files.map(({ path }) => path))
  }

  it('holds its command with all that the command imports, and nothing of ours alone', () => {
    const files = packed()
    const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      readonly bin: { readonly pedigree: string }
    }
    const waiting = [bin.pedigree]
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      assert.ok(files.has(path), `${path} is not in the package`)
      const source = readFileSync(join(ROOT, path), 'utf8')
      for (const [, to = ''] of source.matchAll(/from '(\.[^']+)'/g)) {
        waiting.push(normalize(join(dirname(path), to)))
      }
    }
    const foreign = [...files].filter((path) =>
      /(^|\/)(test|simulations|example)\/|\.ts$/.test(path),
    )
    assert.deepEqual(foreign, [])
  })
})
