import { saltedDigestOf } from '../../protocol/artefacts/salted-digest.ts'
import { type Digest, isDigest } from '../../protocol/digest.ts'
import { TEXT_CHARS_MAX } from '../../protocol/limits.ts'
import type { CaptureSummary, Software } from '../../protocol/records/certificates/certificates.ts'
import type { Capture } from '../capture/capture.ts'
import type { Draft } from '../draft/draft.ts'
import { printable } from '../output/printable.ts'

/** More would not leave room for the rest of a record; the whole list is in the capture, at home. */
const SOFTWARE_PUBLISHED_MAX = 200
const PURL = /^pkg:[a-z][a-z0-9.+-]{0,31}\/[!-~]{1,512}$/

/**
 * What is published of a capture: these fields and no others.
 *
 * @param salt of the capture, which stays at home
 */
export function summaryOf({ capture, changes, sealed }: Draft, salt: Uint8Array): CaptureSummary {
  const { command, layers, files, endpoints, opaque } = capture
  const used = layers.filter((layer) => layer.used).map(({ layer }) => layer)
  const read = files.filter(({ role }) => role === 'input').length
  const text = textOf(command.argv)
  const code = codeOf(capture)
  return {
    sealed: saltedDigestOf(salt, sealed),
    layers: used.length === 0 ? ['flags'] : [...new Set(used)],
    ...(text === '' ? {} : { command: text }),
    ...(code === undefined ? {} : { code }),
    startedMs: Math.round(command.startedMs),
    durationMs: Math.round(command.durationMs),
    exitCode: command.exitCode,
    filesRead: read,
    filesWritten: files.length - read,
    endpoints: endpoints.length,
    changed: changes.length,
    ...(opaque.length === 0 ? {} : { opaque: bounded(opaque.join('; ')) }),
  }
}

function codeOf({ code }: Capture): CaptureSummary['code'] | undefined {
  if (code === undefined) return undefined
  const { commit, dirty } = code
  return { commit, ...(isDigest(dirty) ? { dirty: dirty as Digest } : {}) }
}

/** A command line as a shell would take it. */
export function textOf(argv: readonly string[]): string {
  return bounded(argv.map(quoted).join(' '))
}

function quoted(argument: string): string {
  if (/^[A-Za-z0-9_@%+=:,./~<>-]+$/.test(argument)) return argument
  return `'${argument.replaceAll("'", "'\\''")}'`
}

/** A text that the schema of records takes. */
export function bounded(text: string): string {
  const shown = text.split('\n').map(printable).join('\n')
  return shown.length <= TEXT_CHARS_MAX ? shown : `${shown.slice(0, TEXT_CHARS_MAX - 1)}…`
}

/** The packages that a certificate names, interpreters first. */
export function publishedSoftware({ software }: Capture): readonly Software[] {
  const isGeneric = (purl: string) => (purl.startsWith('pkg:generic/') ? 0 : 1)
  const usable = software.filter(({ purl }) => PURL.test(purl))
  const sorted = [...usable].sort((a, b) => isGeneric(a.purl) - isGeneric(b.purl))
  return sorted.slice(0, SOFTWARE_PUBLISHED_MAX).map(({ purl, how }) => ({ purl, how }))
}
