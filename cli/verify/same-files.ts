import { type Manifest, parseManifest } from '../../protocol/artefacts/manifest.ts'
import { haveSameFiles } from '../../protocol/artefacts/same-files.ts'
import { isDigest } from '../../protocol/digest.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { type ArtefactListed, listArtefacts } from '../artefacts/list-artefacts.ts'
import { manifestOf } from '../artefacts/manifest-of.ts'
import type { HashedArtefact } from '../hashing/hash-artefact.ts'
import { fullName } from '../output/describe-artefact.ts'
import { shortId } from '../output/format.ts'
import { printable } from '../output/printable.ts'
import type { Session } from '../session.ts'
import type { Check } from './check.ts'

/** Manifests that are compared: of directories with as many files and bytes, so these are few. */
const COMPARED_MAX = 64
/** No further manifest is asked for after that. */
const COMPARING_MS_MAX = 20_000

/**
 * Whether a directory that nobody certified has the files of one that somebody did, under other names
 * (T-M6). The ledger has no index of single files: the lists of files are compared that lie in this
 * home or that members share. No verdict depends on it.
 */
export async function sameFilesChecks(
  session: Session,
  { directory, bytes, files }: HashedArtefact,
): Promise<readonly Check[]> {
  if (directory === undefined) return []
  const { artefacts, complete } = await listArtefacts(session)
  const alike = artefacts.filter(
    (each) => each.form === 'directory' && each.files === files && each.bytes === bytes,
  )
  const found = await firstWithFiles(session, directory.manifest, alike)
  if (found !== undefined) {
    const { organisation, signer, record, height } = found
    const who = `${printable(signer)} (${printable(organisation)})`
    const name = `${fullName(found)} (${shortId(record)})`
    const detail = `the same files under other names as ${name}, registered by ${who} in block ${height}: a copy?`
    return [{ check: 'same-files', ok: null, detail }]
  }
  if (complete && alike.length <= COMPARED_MAX) return []
  const detail = 'there are more certified directories than its files were compared with'
  return [{ check: 'same-files', ok: null, detail }]
}

/** The one that was registered first, among those whose list of files can be had. */
async function firstWithFiles(
  session: Session,
  manifest: Manifest,
  alike: readonly ArtefactListed[],
): Promise<ArtefactListed | undefined> {
  const deadline = performance.now() + COMPARING_MS_MAX
  for (const artefact of alike.slice(0, COMPARED_MAX)) {
    if (performance.now() > deadline) return undefined
    const { record, sha256 } = artefact
    const bytes = isDigest(sha256) ? await manifestOf(session, record, sha256) : undefined
    const other = bytes === undefined ? undefined : parseManifest(bytes)
    if (other === undefined || isRejection(other)) continue
    if (haveSameFiles(other, manifest)) return artefact
  }
  return undefined
}
