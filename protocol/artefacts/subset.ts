import { compareBytes } from '../bytes.ts'
import { domainDigest } from '../digest.ts'
import { canonicalJson } from '../encoding/canonical-json.ts'
import { utf8Encode } from '../encoding/utf8.ts'
import type { Subset } from '../records/certificates/certificates.ts'
import { type Rejection, refuse } from '../rejection.ts'
import { checkFileName } from './file-name.ts'

/*
 * Exactly which part of an artefact was used. The whole is named by its own digest, which fixes what
 * each name or index means, so the list of them is enough: the digest of a subset is that of the
 * canonical JSON of the sorted list, under a domain for each kind.
 */

/**
 * Some files of a directory, in whatever order they are named. Refused with schema-violation: no
 * name at all, one twice, one that no manifest could hold, or more than there are.
 *
 * @param names as in the manifest of the whole
 * @param of how many files the whole has
 */
export function subsetOfFiles(names: readonly string[], of: number): Subset | Rejection {
  for (const name of names) {
    const refused = checkFileName(name)
    if (refused !== undefined) return refused
  }
  const keyed = names.map((name) => ({ name, key: utf8Encode(name) }))
  keyed.sort((a, b) => compareBytes(a.key, b.key))
  const sorted = keyed.map(({ name }) => name)
  return checkList(sorted, of) ?? subset('files', sorted, of)
}

/**
 * Some entries of one file, in whatever order they are named. Refused with schema-violation: no
 * index at all, one twice, or one beyond the end.
 *
 * @param indices from 0
 * @param of how many entries the whole has
 */
export function subsetOfIndices(indices: readonly number[], of: number): Subset | Rejection {
  const wrong = indices.find((index) => !Number.isSafeInteger(index) || index < 0 || index >= of)
  if (wrong !== undefined) {
    return refuse('schema-violation', `${wrong} is no index of ${of} entries, which begin with 0`)
  }
  const sorted = [...indices].sort((a, b) => a - b)
  return checkList(sorted, of) ?? subset('indices', sorted, of)
}

function checkList(sorted: readonly (string | number)[], of: number): Rejection | undefined {
  if (sorted.length === 0) return refuse('schema-violation', 'a subset without a single member')
  if (sorted.length > of) {
    return refuse('schema-violation', `${sorted.length} members of a whole that has ${of}`)
  }
  const twice = sorted.find((member, at) => member === sorted[at + 1])
  return twice === undefined
    ? undefined
    : refuse('schema-violation', `${JSON.stringify(twice)} is named twice`)
}

function subset(kind: Subset['kind'], sorted: readonly (string | number)[], of: number): Subset {
  const digest = domainDigest(`pedigree-subset-${kind}/1`, canonicalJson(sorted))
  return { kind, digest, count: sorted.length, of }
}
