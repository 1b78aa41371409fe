import type {
  AttachedEvidence,
  Bound,
  Component,
  Scalars,
  Setting,
  Software,
  Step,
} from '../../protocol/records/certificates/certificates.ts'
import { meaningOfEvidence } from '../../protocol/records/certificates/evidence-kinds.ts'
import { howWords } from './edge-words.ts'
import { formatMany } from './format.ts'
import { printable } from './printable.ts'

/** The parts that certificates, phases and events have in common, in words. Each gives whole lines. */

export function scalarWords(values: Scalars): string {
  const pairs = Object.entries(values).map(
    ([name, value]) => `${printable(name)}=${printable(String(value))}`,
  )
  return pairs.length === 0 ? 'none' : pairs.join(', ')
}

/** An empty list was signed as "none"; nothing is said of one that is not there. */
export function softwareLines(software: readonly Software[] | undefined): readonly string[] {
  if (software?.length === 0) return ['software none of its own']
  return (software ?? []).map(({ purl, how }) => `software ${printable(purl)} (${howWords(how)})`)
}

export function stepLines(steps: readonly Step[] = []): readonly string[] {
  return steps.flatMap(({ method, parameters, software, command }, i) => [
    `step ${i + 1}   ${printable(method)}`,
    `  parameters ${scalarWords(parameters)}`,
    `  software   ${printable(software)}`,
    ...(command === undefined ? [] : [`  command    ${printable(command)}`]),
  ])
}

/** Data beyond its limits is the first thing to be seen of them. */
export function boundLines(bounds: readonly Bound[] = []): readonly string[] {
  return bounds.map((bound) => `bound    ${boundWords(bound)}; ${outsideWords(bound.outside)}`)
}

/** What a running model is to keep: there is no data that values could have been looked for in. */
export function thresholdLines(thresholds: readonly Bound[]): readonly string[] {
  return thresholds.map((bound) => `limit    ${boundWords(bound)}`)
}

function boundWords({ field, min, max, unit }: Bound): string {
  const range = [
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
  ].join(' and ')
  return `${printable(field)}: ${range}${unit === undefined ? '' : ` ${printable(unit)}`}`
}

function outsideWords(outside: number | undefined): string {
  if (outside === undefined) return 'nobody looked for values beyond it'
  return outside === 0 ? 'no value beyond it' : `VIOLATED by ${formatMany(outside, 'value')}`
}

/** As softwareLines. */
export function settingLines(settings: readonly Setting[] | undefined): readonly string[] {
  if (settings?.length === 0) return ['setting  none of its own']
  return (settings ?? []).map(({ key, value, default: usual }) => {
    const words = `setting  ${printable(key)} = ${printable(String(value))}`
    if (usual === undefined) return words
    return value === usual
      ? `${words} (the default)`
      : `${words} (differs from the default ${printable(String(usual))})`
  })
}

export function componentLines(components: readonly Component[], prefix = ''): readonly string[] {
  return components.flatMap((component, i) => {
    const place = `${prefix}${i + 1}`
    const { name, kind, processes, software, configuration } = component
    return [
      `component ${place} ${printable(name)} (${printable(kind)})`,
      ...processes.map((process) => `  process  ${printable(process)}`),
      ...softwareLines(software).map((line) => `  ${line}`),
      ...settingLines(configuration).map((line) => `  ${line}`),
      ...componentLines(component.components ?? [], `${place}.`).map((line) => `  ${line}`),
    ]
  })
}

export function evidenceLines(evidence: readonly AttachedEvidence[]): readonly string[] {
  return evidence.map(({ kind, digest, location }) => {
    const where = location === undefined ? '' : `, at ${printable(location)}`
    const meaning = meaningOfEvidence(kind)
    const what = meaning === undefined ? printable(kind) : `${kind}: ${meaning}`
    return `evidence ${what}, sha256 ${digest}${where}`
  })
}

/** One labelled text, where there is one. */
export function textLine(label: string, text: string | undefined): readonly string[] {
  return text === undefined ? [] : [`${label.padEnd(8)} ${printable(text)}`]
}
