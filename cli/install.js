import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Plain JavaScript for any Node from 20 on: it runs before anything is installed. */

/** The clone, or the installed package. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/** npm writes it at the end of every install. */
const INSTALLED_MARK = join(ROOT, 'node_modules', '.package-lock.json')
const LOCK = join(ROOT, 'package-lock.json')

/** True where the sources are; false inside the node_modules of somebody else. */
export function isClone() {
  return existsSync(LOCK) && existsSync(join(ROOT, 'cli', 'main.ts'))
}

function isInstalled() {
  if (!existsSync(INSTALLED_MARK) || !existsSync(pinnedNode())) return false
  return statSync(INSTALLED_MARK).mtimeMs >= statSync(LOCK).mtimeMs
}

/** The runtime that the repository pins. */
export function pinnedNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  return join(ROOT, 'node_modules', 'node', 'bin', name)
}

/** Installs what is missing in a clone. Everything it says goes to stderr. Ends the process on failure. */
export function installMissing() {
  if (!isClone() || isInstalled()) return
  process.stderr.write('pedigree: installing what is missing (once; npm ci)\n')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const { status, error } = spawnSync(npm, ['ci', '--no-fund', '--no-audit'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (status === 0 && existsSync(pinnedNode())) return
  const why = error === undefined ? `npm ci ended with ${status}` : error.message
  process.stderr.write(`pedigree: could not install: ${why}\n`)
  process.exit(127)
}

// `npm test` and the other scripts run this file itself.
if (process.argv[1] === fileURLToPath(import.meta.url)) installMissing()
