import { parsePackageUrl } from '../../protocol/advisories/package-url.ts'
import {
  compareVersions,
  FIRST_VERSION,
  isComparable,
  normalVersion,
} from '../../protocol/advisories/versions.ts'
import type { AffectedPackage, VersionRange } from '../../protocol/records/events/recalls.ts'
import { type CliError, cliError } from '../cli-error.ts'

const HINT = 'say for example "<2.3.1", ">=1.0 <2.3.1", "<=1.4", "1.2.0 || 1.2.1" or "*"'

/**
 * The versions of one package that somebody typed, in the words of OSV.
 *
 * @param purl package URL, without a version
 * @param text alternatives between `||`; in each, bounds (>=, <, <=) or one version
 * @throws CliError `usage`
 */
export function affectedPackage(purl: string, text: string): AffectedPackage {
  const { type, base, version } = parsePackageUrl(purl)
  if (type === '' || version !== undefined) {
    throw cliError('usage', `${purl} is not a package URL without a version`, {
      hint: 'say for example --package pkg:pypi/torch --versions "<2.3.1"',
    })
  }
  const versions: string[] = []
  const ranges: VersionRange[] = []
  for (const alternative of text.split('||')) {
    const found = parseAlternative(type, alternative.trim())
    if (typeof found === 'string') versions.push(found)
    else ranges.push(found)
  }
  return {
    purl: base,
    ...(versions.length > 0 && { versions: [...new Set(versions)] }),
    ...(ranges.length > 0 && { ranges }),
  }
}

const BOUND = /^(>=|<=|<|=)?\s*([^\s<>=~^|*,]+)$/

function parseAlternative(type: string, text: string): string | VersionRange {
  if (text === '*') return { introduced: FIRST_VERSION }
  // Several bounds follow each other with a comma or blanks between them; an operator may stand apart.
  const parts = text.split(/\s*,\s*|(?<![<>=])\s+/).map((part) => BOUND.exec(part))
  const bounds: { [operator in '>=' | '<=' | '<']?: string } = {}
  for (const part of parts) {
    const [, operator = '=', version = ''] = part ?? []
    checkVersion(type, version, text)
    if (operator === '=' && parts.length === 1) return version
    if (operator === '=' || bounds[operator as '<'] !== undefined) throw unclear(text)
    bounds[operator as '<'] = version
  }
  const { '>=': introduced = FIRST_VERSION, '<': fixed, '<=': lastAffected } = bounds
  if (fixed !== undefined && lastAffected !== undefined) throw unclear(text)
  checkOrder(type, { introduced, end: fixed ?? lastAffected, open: fixed !== undefined }, text)
  return { introduced, ...(fixed && { fixed }), ...(lastAffected && { lastAffected }) }
}

function checkVersion(type: string, version: string, text: string): void {
  if (version === '') throw unclear(text)
  if (isComparable(type) && normalVersion(type, version) === undefined) {
    throw cliError('usage', `${version} is no version of a ${type} package`)
  }
}

function checkOrder(
  type: string,
  range: { readonly introduced: string; readonly end: string | undefined; readonly open: boolean },
  text: string,
): void {
  const { introduced, end, open } = range
  if (end === undefined || introduced === FIRST_VERSION) return
  const order = compareVersions(type, introduced, end)
  if (order === undefined || order < 0 || (order === 0 && !open)) return
  throw cliError('usage', `no version is within ${text}`)
}

function unclear(text: string): CliError {
  return cliError('usage', `cannot read the versions "${text}"`, { hint: HINT })
}
