import { existsSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const REPOSITORIES = ['.git', '.hg', '.svn', '.jj']

/**
 * The project that a folder belongs to: the version-controlled folder around it, else itself. A home that is under
 * version control is no project.
 *
 * @param folder absolute
 */
export function findProject(folder: string): string {
  const start = realpathSync(folder)
  const home = homedir()
  for (let path = start; path !== dirname(path) && path !== home; path = dirname(path)) {
    if (REPOSITORIES.some((name) => existsSync(join(path, name)))) return path
  }
  return start
}
