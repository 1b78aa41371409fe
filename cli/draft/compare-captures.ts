import { equalBytes } from '../../protocol/bytes.ts'
import { canonicalJson, type JsonValue } from '../../protocol/encoding/canonical-json.ts'
import type { Capture } from '../capture/capture.ts'
import type { FactChange } from './draft.ts'

type Fields = { readonly [key: string]: JsonValue }

/** Lists of facts, and by what an entry is recognised when it was changed. */
const LISTS = {
  layers: (entry: Fields) => text(entry.layer),
  files: (entry: Fields) => text(entry.path),
  endpoints: (entry: Fields) => text(entry.address),
  software: (entry: Fields) => withoutVersion(text(entry.purl)),
  parameters: factKey,
  metrics: factKey,
} as const satisfies Partial<Record<keyof Capture, (entry: Fields) => string>>

/** The schema has made sure that it is one. */
function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

function factKey({ name, from }: Fields): string {
  return `${text(name)} (${text(from)})`
}

/** `pkg:pypi/numpy@1.26.4?x` and `pkg:pypi/numpy@2.0.0` are one package in two versions. */
function withoutVersion(purl: string): string {
  const at = purl.lastIndexOf('@')
  return at > purl.lastIndexOf('/') ? purl.slice(0, at) : purl
}

export interface Compared {
  /** What the person left, where every fact that is not as captured counts as declared. */
  readonly capture: Capture
  readonly changes: readonly FactChange[]
}

/** Which captured facts a person changed, added or removed. Order does not matter. */
export function compareCaptures(original: Capture, edited: Capture): Compared {
  const before = original as unknown as Fields
  const after = edited as unknown as Fields
  const changes: FactChange[] = []
  const marked: Record<string, JsonValue> = {}
  for (const key of Object.keys({ ...before, ...after })) {
    const value = compareField(key, before[key], after[key], changes)
    if (value !== undefined) marked[key] = value
  }
  return { capture: marked as unknown as Capture, changes }
}

function compareField(
  key: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  changes: FactChange[],
): JsonValue | undefined {
  if (Object.hasOwn(LISTS, key)) {
    const list = { key, of: LISTS[key as keyof typeof LISTS], changes }
    return compareLists(
      list,
      (before ?? []) as readonly Fields[],
      (after ?? []) as readonly Fields[],
    )
  }
  if (isFields(before) && isFields(after)) {
    for (const name of Object.keys({ ...before, ...after })) {
      note(changes, `/${key}/${name}`, before[name], after[name])
    }
  } else note(changes, `/${key}`, before, after)
  return after
}

interface FactList {
  readonly key: string
  readonly of: (entry: Fields) => string
  readonly changes: FactChange[]
}

function compareLists(
  { key, of, changes }: FactList,
  before: readonly Fields[],
  after: readonly Fields[],
): JsonValue {
  const known = groups(before, of)
  const marked = after.map((entry) => {
    const name = of(entry)
    const waiting = known.get(name) ?? []
    const same = waiting.findIndex((one) => isSame(one, entry))
    const [captured] = waiting.splice(Math.max(0, same), 1)
    if (captured !== undefined && isSame(captured, entry)) return entry
    note(changes, `/${key}/${name}`, captured, entry)
    return 'how' in entry || 'how' in (captured ?? {}) ? { ...entry, how: 'declared' } : entry
  })
  for (const [name, left] of known) {
    for (const captured of left) note(changes, `/${key}/${name}`, captured, undefined)
  }
  return marked
}

function groups(entries: readonly Fields[], of: (entry: Fields) => string): Map<string, Fields[]> {
  const byName = new Map<string, Fields[]>()
  for (const entry of entries) {
    const name = of(entry)
    const group = byName.get(name)
    if (group === undefined) byName.set(name, [entry])
    else group.push(entry)
  }
  return byName
}

function note(
  changes: FactChange[],
  at: string,
  captured: JsonValue | undefined,
  declared: JsonValue | undefined,
): void {
  if (isSame(captured, declared)) return
  changes.push({
    at,
    ...(captured === undefined ? {} : { captured }),
    ...(declared === undefined ? {} : { declared }),
  })
}

function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return equalBytes(canonicalJson(a), canonicalJson(b))
}

function isFields(value: JsonValue | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
