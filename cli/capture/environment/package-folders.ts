import type { CapturedPackage } from '../capture.ts'

const PACKAGES_MAX = 2_000

/**
 * The packages that describe themselves in their own folder, and whose files were read.
 *
 * @param files absolute paths
 * @param folderOf its first group is the folder of the package that a file belongs to
 * @param describe the package URL; undefined for what describes no package
 */
export async function packagesInFolders(
  files: readonly string[],
  folderOf: RegExp,
  describe: (folder: string) => Promise<string | undefined>,
): Promise<readonly CapturedPackage[]> {
  const folders = new Set<string>()
  for (const file of files) {
    const folder = folderOf.exec(file)?.[1]
    if (folder !== undefined && folders.size < PACKAGES_MAX) folders.add(folder)
  }
  const found: CapturedPackage[] = []
  for (const folder of folders) {
    const purl = await describe(folder)
    if (purl !== undefined) found.push({ purl, how: 'observed' })
  }
  return found
}
