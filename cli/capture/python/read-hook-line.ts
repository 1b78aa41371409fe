import type { BytePath } from '../byte-path.ts'
import { resolveBytes } from '../byte-path.ts'
import type { Observer } from '../files/observer.ts'
import { realPath } from '../files/places.ts'
import { lookAt } from '../files/stamp.ts'

/** Tells an observer what one line of the Python hook says. Total: nonsense says nothing. */
export function readHookLine(line: string, observer: Observer, wasThere: WasThere): void {
  const [kind, process, ...parts] = arrayOf(line)
  if (typeof kind !== 'string' || typeof process !== 'number') return
  const texts = parts.filter((part) => typeof part === 'string')
  const [first, second] = texts
  if (first === undefined) return
  if (kind === 'connect') return observer.connected(first)
  if (kind === 'bind') return observer.bound(first)
  if (kind === 'exec') return observer.executed(first as BytePath, texts.slice(1))
  if (second === undefined || !first.startsWith('/')) return
  const path = resolveBytes('/' as BytePath, first)
  if (kind === 'open') return opened(path, second, process, { observer, wasThere })
  if (kind === 'rename') {
    observer.moved({ path }, { path: resolveBytes('/' as BytePath, second) }, process)
  }
}

type WasThere = (path: BytePath) => boolean | undefined

function opened(
  path: BytePath,
  letters: string,
  process: number,
  { observer, wasThere }: { readonly observer: Observer; readonly wasThere: WasThere },
): void {
  const [reads, writes] = [letters.includes('r'), letters.includes('w')]
  // Python says that it is going to open a file; whether there is one, it does not know yet.
  if (!writes && wasThere(path) !== true && lookAt(path) === undefined) return
  const real = realPath(path)
  const [truncates, creates] = [letters.includes('t'), letters.includes('c')]
  observer.opened({ path, real, process, reads, writes, truncates, creates })
}

function arrayOf(line: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(line)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}
