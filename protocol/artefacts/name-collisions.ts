import { type Rejection, refuse } from '../rejection.ts'
import { foldFileName } from './file-name.ts'

interface Seen {
  readonly name: string
  readonly isFile: boolean
}

/**
 * Refuses two names that cannot both lie in one directory on every system: files or folders that
 * differ only by case or normalisation, and a name that is a file here and a folder there.
 *
 * @param names each valid by checkFileName
 */
export function checkCollisions(names: Iterable<string>): Rejection | undefined {
  const seen = new Map<string, Seen>()
  for (const name of names) {
    const collision = addFolders(seen, name) ?? add(seen, { name, isFile: true })
    if (collision !== undefined) return collision
  }
  return undefined
}

function addFolders(seen: Map<string, Seen>, name: string): Rejection | undefined {
  for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
    const collision = add(seen, { name: name.slice(0, at), isFile: false })
    if (collision !== undefined) return collision
  }
  return undefined
}

function add(seen: Map<string, Seen>, entry: Seen): Rejection | undefined {
  const folded = foldFileName(entry.name)
  const earlier = seen.get(folded)
  if (earlier === undefined) {
    seen.set(folded, entry)
    return undefined
  }
  if (earlier.name === entry.name && !earlier.isFile && !entry.isFile) return undefined
  return refuse('schema-violation', describe(earlier, entry))
}

function describe(earlier: Seen, entry: Seen): string {
  const names = `${JSON.stringify(earlier.name)} and ${JSON.stringify(entry.name)}`
  if (earlier.name !== entry.name) {
    return `${names} differ only by case or normalisation: some systems hold one of them`
  }
  return entry.isFile && earlier.isFile
    ? `${JSON.stringify(entry.name)} is named twice`
    : `${JSON.stringify(entry.name)} is both a file and a folder`
}
