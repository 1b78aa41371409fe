import { isDigest } from '../../protocol/digest.ts'
import type { AttachedEvidence } from '../../protocol/records/certificates/certificates.ts'
import { cliError } from '../cli-error.ts'

/** `KIND:SHA256[:LOCATION]`, as --evidence has it. */
export function parseEvidence(items: readonly string[] = []): readonly AttachedEvidence[] {
  return items.map((item) => {
    const [, kind, digest, location] = /^([^:]+):([^:]+)(?::(.+))?$/.exec(item) ?? []
    if (kind !== undefined && isDigest(digest)) {
      return { kind, digest, ...(location === undefined ? {} : { location }) }
    }
    throw cliError('usage', `--evidence ${item} is not KIND:SHA256[:LOCATION]`)
  })
}
