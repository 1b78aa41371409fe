import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { manifestDigest } from '../../protocol/artefacts/manifest.ts'
import { type Digest, isDigest } from '../../protocol/digest.ts'
import {
  EXPECTATIONS_FORMAT,
  type Expectation,
  type ExpectationsFile,
  HOME_FILES,
} from '../../protocol/home.ts'
import { writeAtomically } from './atomic-write.ts'
import { withFileLock } from './file-lock.ts'
import { type Home, ownFile } from './home.ts'
import { withFolder } from './own-folder.ts'
import { readJson } from './read-json.ts'

/** What this home expects of a path, because it was certified or fetched here. */
export async function expectationOf(home: Home, path: string): Promise<Expectation | undefined> {
  const { paths } = await readExpectations(home)
  return Object.hasOwn(paths, path) ? paths[path] : undefined
}

/** Everything that is expected here, by absolute real path. */
export async function allExpectations(home: Home): Promise<ReadonlyMap<string, Expectation>> {
  return new Map(Object.entries((await readExpectations(home)).paths))
}

/** The digests of all manifests that were kept. */
export async function savedManifests(home: Home): Promise<readonly Digest[]> {
  const names = await readdir(ownFile(home, HOME_FILES.manifests)).catch((): string[] => [])
  return names.map((name) => name.replace(/\.json$/, '')).filter(isDigest)
}

/** @param path absolute real path */
export async function expect(home: Home, path: string, expectation: Expectation): Promise<void> {
  const file = await withFolder(ownFile(home, HOME_FILES.expectations))
  await withFileLock(`${file}.lock`, async () => {
    const { paths } = await readExpectations(home)
    const changed: ExpectationsFile = {
      format: EXPECTATIONS_FORMAT,
      paths: { ...paths, [path]: expectation },
    }
    await writeAtomically(file, `${JSON.stringify(changed, null, 2)}\n`)
  })
}

/** Kept by digest: two paths with the same content share it. */
export async function saveManifest(
  home: Home,
  digest: Digest,
  manifest: Uint8Array,
): Promise<void> {
  await writeAtomically(await withFolder(manifestPath(home, digest)), manifest)
}

/** The bytes of a manifest that was expected once; undefined where nobody kept it, or it was damaged. */
export async function savedManifest(home: Home, digest: Digest): Promise<Uint8Array | undefined> {
  const bytes = await readFile(manifestPath(home, digest)).catch(() => undefined)
  return bytes !== undefined && manifestDigest(bytes) === digest ? bytes : undefined
}

function manifestPath(home: Home, digest: Digest): string {
  return join(ownFile(home, HOME_FILES.manifests), `${digest}.json`)
}

async function readExpectations(home: Home): Promise<ExpectationsFile> {
  const file = ownFile(home, HOME_FILES.expectations)
  const known = await readJson<ExpectationsFile>(file, EXPECTATIONS_FORMAT)
  return known ?? { format: EXPECTATIONS_FORMAT, paths: {} }
}
