import type { CaptureSummary, Scalars } from '../../protocol/records/certificates/certificates.ts'
import type { CertificateType, Predicates } from '../../protocol/records/statement.ts'
import {
  boundLines,
  componentLines,
  evidenceLines,
  scalarWords,
  settingLines,
  softwareLines,
  stepLines,
  textLine,
} from './fact-lines.ts'
import { formatCount, formatDuration, formatMany, formatTime } from './format.ts'
import { printable } from './printable.ts'

type Certificate = Predicates[CertificateType]

/** What a birth certificate says beside what every artefact has (name, digest, edges). */
export function certificateLines(certificate: Certificate): readonly string[] {
  return [
    ...textLine('about', certificate.description),
    ...contentLines(certificate),
    ...softwareLines(certificate.software),
    ...captureLines(certificate.capture),
    ...evidenceLines(certificate.evidence),
    ...(certificate.payload === undefined
      ? []
      : [`payload  ${formatMany(certificate.payload.length, 'character')} of base64`]),
  ]
}

function contentLines(certificate: Certificate): readonly string[] {
  if ('components' in certificate) {
    return [
      ...componentLines(certificate.components),
      ...settingLines(certificate.configuration),
      ...scalarsLine('needs', certificate.resources),
      ...scalarsLine('security', certificate.security),
    ]
  }
  if ('content' in certificate) return scalarsLine('content', certificate.content)
  return [
    ...('modelId' in certificate ? textLine('model id', certificate.modelId) : []),
    ...('source' in certificate ? textLine('source', certificate.source) : []),
    ...('acquisition' in certificate ? textLine('acquired', certificate.acquisition) : []),
    ...('dataType' in certificate ? textLine('data', certificate.dataType) : []),
    ...('sensor' in certificate ? textLine('sensor', certificate.sensor) : []),
    ...('licence' in certificate ? textLine('licence', certificate.licence) : []),
    ...('bounds' in certificate ? boundLines(certificate.bounds) : []),
    ...('steps' in certificate ? stepLines(certificate.steps) : []),
  ]
}

function scalarsLine(label: string, values: Scalars | undefined): readonly string[] {
  return values === undefined ? [] : [`${label.padEnd(8)} ${scalarWords(values)}`]
}

/** What was seen while it was made. */
function captureLines(capture: CaptureSummary | undefined): readonly string[] {
  if (capture === undefined) return []
  const { layers, command, code, startedMs, durationMs, exitCode } = capture
  const { filesRead, filesWritten, endpoints, changed, opaque } = capture
  const when = `${formatTime(startedMs)}, ${formatDuration(durationMs)}`
  return [
    `captured ${when}, exit code ${exitCode}, seen by ${layers.join(', ')}`,
    ...(command === undefined ? [] : [`  command  ${printable(command)}`]),
    ...(code === undefined ? [] : [`  code     ${codeWords(code)}`]),
    `  files    ${formatCount(filesRead)} read, ${formatCount(filesWritten)} written`,
    ...(endpoints === 0
      ? []
      : [`  network  ${formatMany(endpoints, 'endpoint')}: inputs that were not hashed`]),
    ...(changed === 0
      ? []
      : [`  changed  ${formatMany(changed, 'captured fact')} by a person, so they are declared`]),
    ...(opaque === undefined ? [] : [`  unseen   ${printable(opaque)}`]),
    `  sealed   ${capture.sealed}`,
  ]
}

function codeWords({ commit, dirty }: NonNullable<CaptureSummary['code']>): string {
  const difference = dirty === undefined ? '' : `, with uncommitted changes ${dirty}`
  return `commit ${commit}${difference}`
}
