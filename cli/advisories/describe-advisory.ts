import { FIRST_VERSION } from '../../protocol/advisories/versions.ts'
import type { AdvisoryView } from '../../protocol/api/advisories.ts'
import type { AdvisoryPredicate, AffectedPackage } from '../../protocol/records/events/recalls.ts'
import { formatTime } from '../output/format.ts'
import { printable } from '../output/printable.ts'

/** An advisory for people; all of it is text that others wrote. */
export function advisoryLine({
  advisory,
  aliases = [],
  severity,
  summary,
}: Pick<AdvisoryPredicate, 'advisory' | 'aliases' | 'severity' | 'summary'>): string {
  const names = [advisory, ...aliases].map(printable).join(', ')
  const how = severity === undefined ? '' : ` [${printable(severity)}]`
  return `${names}${how}: ${printable(summary)}`
}

/** Who took it back, when and why; nothing of one that still warns. */
export function withdrawalLines(withdrawn: AdvisoryView['withdrawn']): readonly string[] {
  if (withdrawn === undefined) return []
  const { organisation, signer, height, timeMs, reason } = withdrawn
  const who = `${printable(organisation)} (${printable(signer)})`
  return [`WITHDRAWN in block ${height}, ${formatTime(timeMs)}, by ${who}: ${printable(reason)}`]
}

const LISTED_MAX = 8

export function describePackages(packages: readonly AffectedPackage[]): readonly string[] {
  return packages.map(({ purl, versions = [], ranges = [] }) => {
    const spans = ranges.map(({ introduced, fixed, lastAffected }) => {
      const from = introduced === FIRST_VERSION ? [] : [`>=${introduced}`]
      const to = fixed !== undefined ? [`<${fixed}`] : lastAffected ? [`<=${lastAffected}`] : []
      return [...from, ...to].join(' ') || 'every version'
    })
    const all = [...spans, ...versions]
    const more = all.length > LISTED_MAX ? `, and ${all.length - LISTED_MAX} more` : ''
    return `${printable(purl)}: ${all.slice(0, LISTED_MAX).map(printable).join(', ')}${more}`
  })
}
