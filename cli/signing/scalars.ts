import type { Scalars } from '../../protocol/records/certificates/certificates.ts'
import { cliError } from '../cli-error.ts'

type Scalar = Scalars[string]

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/

/**
 * `NAME=VALUE` items. Numbers and true and false are such; in double quotes they are text.
 *
 * @param flag for messages
 * @throws CliError `usage`
 */
export function parseScalars(flag: string, items: readonly string[] = []): Scalars {
  const entries = items.map((item) => parsePair(flag, item))
  const names = entries.map(([name]) => name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw cliError('usage', `${flag} ${twice} is given twice`)
  return Object.fromEntries(entries.map(([name, text]) => [name, parseScalar(text)]))
}

/** @returns name and value as text; the first = parts them */
export function parsePair(flag: string, item: string): readonly [string, string] {
  const at = item.indexOf('=')
  if (at > 0) return [item.slice(0, at), item.slice(at + 1)]
  throw cliError('usage', `${flag} ${item} is not NAME=VALUE`)
}

function parseScalar(text: string): Scalar {
  if (text === 'true' || text === 'false') return text === 'true'
  if (/^".*"$/s.test(text)) return text.slice(1, -1)
  if (!NUMBER.test(text)) return text
  const number = Number(text)
  const isExact = Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER
  return isExact ? number : text
}
