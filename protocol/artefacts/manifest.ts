import { assert } from '../assert.ts'
import { compareBytes } from '../bytes.ts'
import { type Digest, digestOf, isDigest } from '../digest.ts'
import { canonicalJson, type JsonValue, parseCanonicalJson } from '../encoding/canonical-json.ts'
import { utf8Encode } from '../encoding/utf8.ts'
import { MANIFEST_BYTES_MAX, MANIFEST_FILES_MAX } from '../limits.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { checkFileName } from './file-name.ts'
import { checkCollisions } from './name-collisions.ts'

const FORMAT = 'pedigree-manifest/1'
/** The document, its list, one file. */
const DEPTH_MAX = 3

/** One regular file of a directory. */
export interface ManifestFile {
  /** Relative POSIX path (file-name.ts). */
  readonly name: string
  readonly bytes: number
  readonly sha256: Digest
}

/** A directory as one artefact: its files, sorted by the UTF-8 bytes of their names. */
export interface Manifest {
  readonly format: typeof FORMAT
  readonly files: readonly ManifestFile[]
}

/**
 * The one manifest of these files, in whatever order they were found. Refuses with schema-violation
 * or too-large what has no such form: a bad name, a collision, no file at all, too many.
 */
export function buildManifest(files: readonly ManifestFile[]): Manifest | Rejection {
  const refused = checkCount(files.length) ?? firstBadName(files)
  if (refused !== undefined) return refused
  const keyed = files.map((file) => ({ file, key: utf8Encode(file.name) }))
  keyed.sort((a, b) => compareBytes(a.key, b.key))
  return checkCollisions(namesOf(files)) ?? { format: FORMAT, files: keyed.map(({ file }) => file) }
}

/** Canonical JSON of the manifest of these files. Refuses as buildManifest does. */
export function encodeManifest(files: readonly ManifestFile[]): Uint8Array | Rejection {
  const manifest = buildManifest(files)
  if (isRejection(manifest)) return manifest
  const bytes = canonicalJson({
    format: FORMAT,
    files: manifest.files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
  })
  return bytes.length > MANIFEST_BYTES_MAX ? tooLarge(bytes.length) : bytes
}

/** Reads a manifest that a stranger may have written: only what encodeManifest writes is one. */
export function parseManifest(bytes: Uint8Array): Manifest | Rejection {
  if (bytes.length > MANIFEST_BYTES_MAX) return tooLarge(bytes.length)
  const json = parseCanonicalJson(bytes, DEPTH_MAX)
  if (isRejection(json)) return json
  const files = readFiles(json)
  if (isRejection(files)) return files
  return (
    checkCount(files.length) ??
    firstBadName(files) ??
    checkOrder(files) ??
    checkCollisions(namesOf(files)) ?? { format: FORMAT, files }
  )
}

/** The digest of a directory: SHA-256 of its manifest's bytes. */
export function manifestDigest(bytes: Uint8Array): Digest {
  return digestOf(bytes)
}

/** Sum of the sizes of the files, in bytes. */
export function contentBytes(manifest: Manifest): number {
  let sum = 0
  for (const file of manifest.files) sum += file.bytes
  assert(Number.isSafeInteger(sum), 'the files of one directory together hold less than 2^53 bytes')
  return sum
}

function readFiles(json: JsonValue): readonly ManifestFile[] | Rejection {
  if (!isObject(json) || json.format === undefined) return shape('the document')
  if (json.format !== FORMAT) return refuse('unknown-version', `not a ${FORMAT}`)
  const { files } = json
  if (Object.keys(json).length !== 2 || !Array.isArray(files)) return shape('the document')
  const read: ManifestFile[] = []
  let sum = 0
  for (const [at, value] of files.entries()) {
    const file = readFile(value as JsonValue)
    if (file === undefined) return shape(`file ${at}`)
    sum += file.bytes
    if (!Number.isSafeInteger(sum)) return shape(`the sizes up to file ${at}`)
    read.push(file)
  }
  return read
}

function readFile(json: JsonValue): ManifestFile | undefined {
  if (!isObject(json) || Object.keys(json).length !== 3) return undefined
  const { name, bytes, sha256 } = json
  if (typeof name !== 'string' || typeof bytes !== 'number' || !isDigest(sha256)) return undefined
  return Number.isSafeInteger(bytes) && bytes >= 0 ? { name, bytes, sha256 } : undefined
}

function isObject(json: JsonValue): json is { readonly [key: string]: JsonValue } {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function checkCount(count: number): Rejection | undefined {
  if (count === 0) return refuse('schema-violation', 'a directory without a single file')
  if (count <= MANIFEST_FILES_MAX) return undefined
  return refuse('too-large', `${count} files in a directory, at most ${MANIFEST_FILES_MAX}`)
}

function firstBadName(files: readonly ManifestFile[]): Rejection | undefined {
  for (const { name } of files) {
    const refused = checkFileName(name)
    if (refused !== undefined) return refused
  }
  return undefined
}

function checkOrder(files: readonly ManifestFile[]): Rejection | undefined {
  let last = utf8Encode('')
  for (const { name } of files) {
    const key = utf8Encode(name)
    if (compareBytes(last, key) >= 0) {
      return refuse('not-canonical', `file ${JSON.stringify(name)} is out of the order of names`)
    }
    last = key
  }
  return undefined
}

function* namesOf(files: readonly ManifestFile[]): Generator<string> {
  for (const file of files) yield file.name
}

function shape(place: string): Rejection {
  return refuse('schema-violation', `${place} of a manifest does not have its fields`)
}

function tooLarge(length: number): Rejection {
  return refuse('too-large', `a manifest of ${length} bytes, at most ${MANIFEST_BYTES_MAX}`)
}
