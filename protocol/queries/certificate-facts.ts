import type { Digest } from '../digest.ts'
import type { RecordOf } from '../records/record.ts'
import type { CertificateType } from '../records/statement.ts'

export type Fact = string | number | boolean

/** Everything that a signed document says, each fact under the path that leads to it. */
export type Facts = ReadonlyMap<string, Fact>

/** What differs between any two certificates, or says again what the family tree says. */
const LEFT_OUT = new Set([
  'ledger',
  'modelId',
  'artefact/name',
  'artefact/version',
  'artefact/cid',
  'artefact/manifestCid',
  'capture/sealed',
  'capture/startedMs',
  'capture/durationMs',
])

/** Members of a list that are the same thing in another document when this field is the same. */
const IDENTITIES = ['purl', 'name', 'key', 'field', 'method', 'uri'] as const

/**
 * The facts of a certificate, so that two of them can be compared: a package that was updated is the
 * same package, a component that moved is the same component.
 *
 * @param nameOf names an artefact independently of its version
 */
export function factsOf(
  { statement }: Pick<RecordOf<CertificateType>, 'statement'>,
  nameOf: (record: Digest) => string,
): Facts {
  const facts = new Map<string, Fact>()
  collect(statement.predicate, '', { facts, nameOf })
  return facts
}

/** The facts of any other signed content, under `path`. */
export function factsUnder(path: string, content: unknown): Facts {
  const facts = new Map<string, Fact>()
  collect(content, path, { facts, nameOf: (record) => record })
  return facts
}

interface Collection {
  readonly facts: Map<string, Fact>
  readonly nameOf: (record: Digest) => string
}

/** Records are at most JSON_DEPTH_MAX deep, so this ends soon. */
function collect(value: unknown, path: string, collection: Collection): void {
  if (LEFT_OUT.has(path)) return
  if (Array.isArray(value)) collectList(value, path, collection)
  else if (typeof value === 'object' && value !== null) {
    if (isEdge(value)) collection.facts.set(path, collection.nameOf(value.record))
    for (const [key, inner] of Object.entries(isEdge(value) ? withoutTarget(value) : value)) {
      collect(inner, path === '' ? key : `${path}/${key}`, collection)
    }
  } else if (value !== null && value !== undefined) collection.facts.set(path, value as Fact)
}

function collectList(list: readonly unknown[], path: string, collection: Collection): void {
  const names = list.map((member, i) => identityOf(member, collection) ?? String(i + 1))
  const order = isOrdered(path) && names.length > 1
  if (order) collection.facts.set(`${path} in order`, names.join(', '))
  const seen = new Map<string, number>()
  for (const [i, member] of list.entries()) {
    const name = names[i] ?? ''
    const times = (seen.get(name) ?? 0) + 1
    seen.set(name, times)
    const at = `${path}/${name}${times > 1 ? ` (${times})` : ''}`
    if (isPackage(member)) collection.facts.set(at, versionOf(member.purl))
    else collect(member, at, collection)
  }
}

/** Where the order of the members means something. */
function isOrdered(path: string): boolean {
  return /(?:^|\/)(?:components|steps|processes)$/.test(path)
}

function identityOf(member: unknown, { nameOf }: Collection): string | undefined {
  if (typeof member !== 'object' || member === null) return undefined
  if (isEdge(member)) return nameOf(member.record)
  const fields = member as Readonly<Record<string, unknown>>
  const identity = IDENTITIES.map((field) => fields[field]).find(
    (value) => typeof value === 'string',
  ) as string | undefined
  return isPackage(member) ? packageOf(member.purl) : identity
}

function isPackage(member: unknown): member is { readonly purl: string } {
  return typeof member === 'object' && member !== null && 'purl' in member
}

function isEdge(member: unknown): member is { readonly record: Digest } {
  return typeof member === 'object' && member !== null && 'record' in member
}

/** What an edge leads to is compared as an artefact of its own. */
function withoutTarget(edge: object): object {
  const { record: _, digest: __, kind: ___, ...rest } = edge as Readonly<Record<string, unknown>>
  return rest
}

/** A package URL without its version: everything up to the `@` behind the name. */
function packageOf(purl: string): string {
  const at = purl.indexOf('@', purl.lastIndexOf('/'))
  return at < 0 ? purl : purl.slice(0, at)
}

function versionOf(purl: string): string {
  return purl.slice(packageOf(purl).length + 1)
}
