import { homedir, hostname, userInfo } from 'node:os'
import { isAbsolute, relative, resolve, sep } from 'node:path'

/** What tells where and by whom something was run. */
export interface OwnNames {
  /** Absolute paths of the home, longest first. */
  readonly homes: readonly string[]
  readonly users: readonly string[]
  readonly hosts: readonly string[]
}

/** Names that say nothing of a person or a machine, and are common words in paths and flags. */
const COMMON: ReadonlySet<string> = new Set([
  'root',
  'user',
  'users',
  'admin',
  'node',
  'app',
  'data',
  'test',
  'home',
  'python',
  'ubuntu',
  'debian',
  'runner',
  'docker',
  'jovyan',
  'vscode',
  'nobody',
  'localhost',
  'model',
  'train',
])
const NAME_CHARS_MIN = 3

/** The names of this machine and of who runs this process. */
export function ownNames(environment: NodeJS.ProcessEnv = process.env): OwnNames {
  const user = currentUser()
  const host = hostname()
  const homes = [homedir(), user.home].filter((path) => path !== '' && path !== '/')
  const users = [user.name, environment.USER ?? '', environment.LOGNAME ?? '']
  return {
    homes: [...new Set(homes)].sort((a, b) => b.length - a.length),
    users: telling(users),
    hosts: telling([host, host.split('.')[0] ?? '']),
  }
}

/** Replaces the home by `~`, and the names of machine and user wherever they stand as a word. */
export function withoutOwnNames(text: string, names: OwnNames): string {
  let shown = text
  for (const home of names.homes) {
    shown = shown.replace(new RegExp(`${escaped(home)}(?![A-Za-z0-9._-])`, 'g'), '~')
  }
  // Somebody else's home names a person too.
  shown = shown.replace(/(^|[^A-Za-z0-9._~-])\/(home|Users)\/[^/\s:;,'"]+/g, '$1/$2/<user>')
  for (const host of names.hosts) shown = shown.replace(asWord(host), '<host>')
  for (const user of names.users) shown = shown.replace(asWord(user), '<user>')
  return shown
}

/**
 * A path as others may see it: relative in the project, `~/…` in the home, else absolute without
 * names of this machine or its user. A path inside the project is told as it is.
 *
 * @param absolute may hold `..`
 * @param project absolute path
 */
export function shownPath(absolute: string, project: string, names: OwnNames = ownNames()): string {
  const inside = relative(resolve(project), resolve(project, absolute))
  if (inside === '') return '.'
  if (inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)) return inside
  return withoutOwnNames(resolve(project, absolute), names)
}

function currentUser(): { readonly name: string; readonly home: string } {
  try {
    const { username, homedir: home } = userInfo()
    return { name: username, home }
  } catch {
    // A numeric user without an entry, as in many containers.
    return { name: '', home: '' }
  }
}

function telling(names: readonly string[]): readonly string[] {
  const distinct = new Set(
    names.filter((name) => name.length >= NAME_CHARS_MIN && !COMMON.has(name.toLowerCase())),
  )
  return [...distinct].sort((a, b) => b.length - a.length)
}

function asWord(name: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9])${escaped(name)}(?![A-Za-z0-9])`, 'gi')
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
