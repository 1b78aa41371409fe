import { type Digest, isDigest } from '../../protocol/digest.ts'
import type { Bound } from '../../protocol/records/certificates/certificates.ts'
import { cliError } from '../cli-error.ts'
import { shortId } from '../output/format.ts'
import { printable } from '../output/printable.ts'
import type { PhaseStatus } from './phase-list.ts'

/** A limit of one metric that is in force, and whose it is. */
export interface Threshold extends Pick<Bound, 'min' | 'max' | 'unit'> {
  readonly metric: string
  readonly organisation: string
  readonly signer: string
  /** Record id of the phase that sets it. */
  readonly phase: Digest
}

/** A measured value beside one threshold. */
export interface Comparison {
  readonly threshold: Threshold
  readonly value: number
  /** Which end of the threshold the value lies beyond; to equal it keeps it. */
  readonly crossed?: 'min' | 'max'
}

export type Crossing = Comparison & { readonly crossed: 'min' | 'max' }

/** Those of every organisation's phase monitoring that nobody has corrected. */
export function thresholdsInForce(phases: readonly PhaseStatus[]): readonly Threshold[] {
  const { records = [] } = phases.find(({ phase }) => phase === 'monitoring') ?? {}
  return records.flatMap(({ record, organisation, signer, content, correctedBy }) => {
    if (correctedBy !== undefined || content === undefined || !('thresholds' in content)) return []
    if (!isDigest(record)) throw cliError('bad-answer', 'the node gives no record id')
    return content.thresholds.map(({ field, min, max, unit }) => ({
      metric: field,
      organisation,
      signer,
      phase: record,
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
      ...(unit === undefined ? {} : { unit }),
    }))
  })
}

/**
 * Every metric beside every threshold of it.
 *
 * @throws CliError `no-threshold` for a metric that nobody bounds: nothing could ever alert
 */
export function compare(
  metrics: ReadonlyMap<string, number>,
  thresholds: readonly Threshold[],
): readonly Comparison[] {
  return [...metrics].flatMap(([metric, value]) => {
    const own = thresholds.filter((threshold) => threshold.metric === metric)
    if (own.length === 0) throw noThreshold(metric, thresholds)
    return own.map((threshold) => {
      const crossed = crossedEnd(value, threshold)
      return { threshold, value, ...(crossed === undefined ? {} : { crossed }) }
    })
  })
}

function crossedEnd(value: number, { min, max }: Threshold): 'min' | 'max' | undefined {
  if (min !== undefined && value < min) return 'min'
  return max !== undefined && value > max ? 'max' : undefined
}

const SETTING =
  'pedigree phase template monitoring > m.yaml, then pedigree phase add MODEL --phase monitoring --from m.yaml'

function noThreshold(metric: string, thresholds: readonly Threshold[]): Error {
  const bounded = [...new Set(thresholds.map((threshold) => printable(threshold.metric)))]
  const others =
    bounded.length === 0
      ? 'the model has no threshold in force'
      : `thresholds are in force for ${bounded.join(', ')}`
  return cliError('no-threshold', `nobody bounds ${printable(metric)}: ${others}`, {
    hint: `set one with the phase monitoring: ${SETTING}`,
  })
}

/** `accuracy = 0.95 keeps the threshold of alice (org1): at least 0.9 (record 3fa9c1d2e4b5)` */
export function comparisonWords({ threshold, value, crossed }: Comparison): string {
  const { metric, min, max, unit, organisation, signer, phase } = threshold
  const of = unit === undefined ? '' : ` ${printable(unit)}`
  const ends = [
    ...(min !== undefined && crossed !== 'max' ? [`at least ${min}${of}`] : []),
    ...(max !== undefined && crossed !== 'min' ? [`at most ${max}${of}`] : []),
  ]
  const verb = crossed === undefined ? 'keeps' : 'CROSSES'
  const whose = `${printable(signer)} (${printable(organisation)})`
  const limit = `${ends.join(' and ')} (record ${shortId(phase)})`
  return `${printable(metric)} = ${value}${of} ${verb} the threshold of ${whose}: ${limit}`
}

export function isCrossing(comparison: Comparison): comparison is Crossing {
  return comparison.crossed !== undefined
}
