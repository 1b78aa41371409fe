import { manifestDigest } from '../../protocol/artefacts/manifest.ts'
import type { Digest } from '../../protocol/digest.ts'
import { CliError } from '../cli-error.ts'
import { savedManifest } from '../home/expectations.ts'
import type { Session } from '../session.ts'

/** The bytes of a directory's manifest, kept here or fetched; undefined where nobody gives them. */
export async function manifestOf(
  session: Session,
  record: string,
  digest: Digest,
): Promise<Uint8Array | undefined> {
  const saved = await savedManifest(session.home, digest)
  return saved ?? fetchedManifest(session, record, digest)
}

async function fetchedManifest(
  { chain }: Session,
  record: string,
  digest: string,
): Promise<Uint8Array | undefined> {
  try {
    const bytes = await chain.manifest(record)
    return manifestDigest(bytes) === digest ? bytes : undefined
  } catch (error) {
    if (error instanceof CliError) return undefined
    throw error
  }
}
