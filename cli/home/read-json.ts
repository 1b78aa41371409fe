import { readFile } from 'node:fs/promises'
import { cliError, systemCode } from '../cli-error.ts'

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

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return undefined
    throw cliError('path-unreadable', `cannot read ${path}: ${code}`, { cause: error })
  }
}

function parse(text: string): { readonly format?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
