import { resolve } from 'node:path'
import type { Digest } from '../../protocol/digest.ts'
import type { JsonValue } from '../../protocol/encoding/canonical-json.ts'
import { schemaCheck } from '../../protocol/encoding/schema.ts'
import { utf8Decode } from '../../protocol/encoding/utf8.ts'
import type { Capture } from '../capture/capture.ts'
import { cliError } from '../cli-error.ts'
import { parseYaml, refusedIn, type YamlFile } from '../input/safe-yaml.ts'
import { readInputFile } from '../read-input.ts'
import { CaptureSchema } from './capture-schema.ts'
import { compareCaptures } from './compare-captures.ts'
import { DRAFT_FORMAT, type Draft, type Yours } from './draft.ts'
import { DRAFT_BYTES_MAX } from './draft-limits.ts'
import { lineOfDeepNesting } from './open-brackets.ts'
import { unseal } from './seal.ts'
import { DraftSchema } from './yours-schema.ts'

const checkDraft = schemaCheck(DraftSchema)
const checkCapture = schemaCheck(CaptureSchema)

/**
 * A draft from a file, that a person may have edited.
 *
 * @throws CliError `bad-document` or `schema-violation` with the line and the field,
 *   `draft-seal-broken`, or as readInputFile does
 */
export async function readDraft(path: string): Promise<Draft> {
  return parseDraft(path, await readInputFile(path, DRAFT_BYTES_MAX))
}

/** @param path names the draft in what is said of it */
export function parseDraft(path: string, bytes: Uint8Array): Draft {
  const text = utf8Decode(bytes)
  if (text === undefined) throw cliError('bad-document', `${path} is not UTF-8 text`)
  const line = lineOfDeepNesting(text)
  if (line === undefined) return draftIn(parseYaml(path, text))
  throw cliError('bad-document', `${path}, line ${line}: nested too deep`)
}

function draftIn(file: YamlFile): Draft {
  refuseOther(file)
  const document = withoutEmpty(file.value as JsonValue)
  const fault = checkDraft(document)
  if (fault !== undefined) throw refusedIn(file, fault)
  const { yours, captured, sealed, original } = document as unknown as DraftDocument
  const sealedCapture = captureIn(unseal(file.path, { digest: sealed, original }), file.path)
  const wrong = checkCapture(captured)
  if (wrong !== undefined) {
    throw refusedIn(file, { ...wrong, detail: `/captured${wrong.detail}` })
  }
  const { capture, changes } = compareCaptures(sealedCapture, captured as Capture)
  return {
    path: resolve(file.path),
    yours,
    original: sealedCapture,
    capture,
    changes,
    sealed: sealed as Digest,
  }
}

/** A file of something else: its faults as a draft would say less. */
function refuseOther({ path, value }: YamlFile): void {
  if (typeof value === 'object' && value !== null && 'format' in value) return
  throw cliError('bad-document', `${path} is no draft (format: ${DRAFT_FORMAT})`, {
    hint: 'pedigree run -- COMMAND writes one; --from takes no other file',
  })
}

interface DraftDocument {
  readonly yours: Yours
  readonly captured: unknown
  readonly sealed: string
  readonly original: string
}

/** What was sealed was written by this program; a seal that fits says only that nobody slipped. */
function captureIn(bytes: Uint8Array, path: string): Capture {
  const value = jsonIn(bytes)
  const fault = value === undefined ? undefined : checkCapture(value)
  if (value !== undefined && fault === undefined) return value as unknown as Capture
  throw cliError('draft-seal-broken', `${path}: what is sealed is no capture`, {
    hint: 'run the command again',
  })
}

function jsonIn(bytes: Uint8Array): JsonValue | undefined {
  try {
    return JSON.parse(utf8Decode(bytes) ?? '') as JsonValue
  } catch {
    return undefined
  }
}

/** In the part that a person fills in, what was left empty is not said. */
function withoutEmpty(document: JsonValue): JsonValue {
  if (!isObject(document)) return document
  const { yours } = document
  if (yours === undefined) return document
  return { ...document, yours: pruned(yours) ?? {} }
}

function pruned(value: JsonValue): JsonValue | undefined {
  if (value === null || value === '') return undefined
  if (isList(value)) {
    return value.flatMap((item) => {
      const kept = pruned(item)
      return kept === undefined ? [] : [kept]
    })
  }
  if (!isObject(value)) return value
  const kept = Object.entries(value).flatMap(([key, inner]) => {
    const rest = pruned(inner)
    return rest === undefined ? [] : [[key, rest] as const]
  })
  return Object.fromEntries(kept)
}

function isObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
