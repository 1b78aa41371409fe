import type { ArtefactView } from '../../protocol/api/artefacts.ts'
import {
  type Manifest,
  type ManifestFile,
  parseManifest,
} from '../../protocol/artefacts/manifest.ts'
import { concatBytes } from '../../protocol/bytes.ts'
import type { Digest } from '../../protocol/digest.ts'
import { MANIFEST_BYTES_MAX } from '../../protocol/limits.ts'
import { isRejection } from '../../protocol/rejection.ts'
import type { RpcDeps } from './deps.ts'
import { MANIFESTS_CACHED_MAX } from './limits.ts'
import { fail } from './problem-error.ts'
import { verified } from './verified-content.ts'

export interface CheckedManifest {
  readonly bytes: Uint8Array
  /** In the order of their names. */
  readonly files: readonly ManifestFile[]
  file(name: string): ManifestFile | undefined
}

/** Manifests of directories, checked against their certificates. The last ones are remembered. */
export interface Manifests {
  /**
   * @throws ArtefactError when it cannot be had
   * @throws ProblemError not-a-directory, content-mismatch
   */
  of(artefact: ArtefactView, signal: AbortSignal): Promise<CheckedManifest>
}

export function createManifests({ artefacts }: Pick<RpcDeps, 'artefacts'>): Manifests {
  const known = new Map<string, CheckedManifest>()
  return {
    of: async (artefact, signal) => {
      const { manifestCid, sha256, record } = artefact
      if (manifestCid === undefined) throw fail('not-a-directory', `${record} is a single file`)
      const cached = known.get(manifestCid)
      if (cached !== undefined) return cached
      const content = artefacts.read(manifestCid, { bytes: { max: MANIFEST_BYTES_MAX }, signal })
      const manifest = check(await collect(verified(content, sha256)), record)
      known.set(manifestCid, manifest)
      const [oldest] = known.keys()
      if (known.size > MANIFESTS_CACHED_MAX && oldest !== undefined) known.delete(oldest)
      return manifest
    },
  }
}

function check(bytes: Uint8Array, record: Digest): CheckedManifest {
  const manifest = parseManifest(bytes)
  if (isRejection(manifest)) {
    const fault = `${manifest.rejected}: ${manifest.detail}`
    throw fail('content-mismatch', `the certificate ${record} names no manifest (${fault})`)
  }
  return { bytes, files: manifest.files, file: fileFinder(manifest) }
}

function fileFinder({ files }: Manifest): CheckedManifest['file'] {
  const byName = new Map(files.map((file) => [file.name, file]))
  return (name) => byName.get(name)
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of content) parts.push(part)
  return concatBytes(...parts)
}
