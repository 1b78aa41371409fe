import { cliError } from '../cli-error.ts'
import { readIfThere } from './read-if-there.ts'

/**
 * A JSON file of a home; undefined where there is none.
 *
 * @param format what its field `format` must say
 * @throws CliError `home-damaged` for anything that is not such a document
 */
export async function readJson<T extends { readonly format: string }>(
  path: string,
  format: T['format'],
): Promise<T | undefined> {
  const text = await readIfThere(path)
  if (text === undefined) return undefined
  const document = parse(text)
  if (document?.format === format) return document as T
  const said = document === undefined ? 'it is not JSON' : `its format is not ${format}`
  throw cliError('home-damaged', `cannot use ${path}: ${said}`, {
    hint: 'restore it from a backup, or move it away if it is not needed',
  })
}

function parse(text: string): { readonly format?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
