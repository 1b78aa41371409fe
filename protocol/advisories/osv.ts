import { schemaCheck } from '../encoding/schema.ts'
import { utf8Decode } from '../encoding/utf8.ts'
import { ADVISORY_ALIASES_MAX, NAME_CHARS_MAX, OSV_BYTES_MAX, TEXT_CHARS_MAX } from '../limits.ts'
import type { AdvisoryPredicate } from '../records/events/recalls.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { packagesOf } from './osv-packages.ts'
import { type OsvDocument, OsvSchema } from './osv-schema.ts'

/**
 * Advisories in the format of OSV (https://ossf.github.io/osv-schema/, 1.x). The file is a stranger's:
 * size first, then its shape, then what it means. Fields that are not read here are passed over, as the
 * schema asks of every reader.
 */
const checkSchema = schemaCheck(OsvSchema)

/** What an OSV file becomes, and what of it is left out, in words. */
export interface ImportedAdvisory {
  readonly advisory: Omit<AdvisoryPredicate, 'ledger'>
  readonly notes: readonly string[]
}

/**
 * @returns too-large, malformed (no UTF-8, no JSON), schema-violation with the path of the first fault
 *   or with what the ledger cannot say, or illegal-transition for an advisory that was withdrawn
 */
export function parseOsv(bytes: Uint8Array): ImportedAdvisory | Rejection {
  if (bytes.length > OSV_BYTES_MAX) {
    return refuse('too-large', `${bytes.length} bytes, at most ${OSV_BYTES_MAX}`)
  }
  const document = parseJson(bytes)
  if (isRejection(document)) return document
  const fault = checkSchema(document)
  if (fault !== undefined) return fault
  return importOf(document as OsvDocument)
}

function parseJson(bytes: Uint8Array): unknown {
  const text = utf8Decode(bytes)
  if (text === undefined) return refuse('malformed', 'not UTF-8')
  try {
    return JSON.parse(text) as unknown
  } catch {
    return refuse('malformed', 'not JSON')
  }
}

function importOf(document: OsvDocument): ImportedAdvisory | Rejection {
  const { id, withdrawn, aliases = [], severity = [] } = document
  if (withdrawn !== undefined) {
    return refuse('illegal-transition', `${shortened(id)} was withdrawn on ${shortened(withdrawn)}`)
  }
  const found = packagesOf(document.affected)
  if (isRejection(found)) return found
  const text = document.summary || document.details
  if (text === undefined || text === '') {
    return refuse('schema-violation', '/summary: there must be a summary or details')
  }
  const known = aliases.slice(0, ADVISORY_ALIASES_MAX)
  const score = severity[0]?.score
  const url = urlOf(document.references)
  const advisory = {
    advisory: id,
    ...(known.length > 0 && { aliases: known }),
    summary: summaryOf(text),
    packages: found.packages,
    ...(score !== undefined && { severity: score }),
    ...(url !== undefined && { url }),
  }
  const missing = aliases.length - known.length
  const notes = missing > 0 ? [`${missing} of ${aliases.length} aliases are left out`] : []
  return { advisory, notes: [...notes, ...found.notes] }
}

/** Line ends of other systems, and the end of what is too long: the rest is in the file. */
function summaryOf(text: string): string {
  const characters = Array.from(text.replaceAll(/\r\n?/g, '\n'))
  if (characters.length <= TEXT_CHARS_MAX) return characters.join('')
  return `${characters.slice(0, TEXT_CHARS_MAX - 1).join('')}…`
}

function shortened(text: string): string {
  return text.slice(0, NAME_CHARS_MAX)
}

const URL = /^https?:[!-~]{1,2048}$/

function urlOf(references: OsvDocument['references'] = []): string | undefined {
  const usable = references.filter(({ url }) => URL.test(url))
  return (usable.find(({ type }) => type === 'ADVISORY') ?? usable[0])?.url
}
