import {
  EXPECTATIONS_FORMAT,
  type Expectation,
  type ExpectationsFile,
  HOME_FILES,
} from '../../protocol/home.ts'
import { writeAtomically } from './atomic-write.ts'
import { withFileLock } from './file-lock.ts'
import { type Home, homeFile } from './home.ts'
import { readJson } from './read-json.ts'

/** What this home expects of a path, because it was certified or fetched here. */
export async function expectationOf(home: Home, path: string): Promise<Expectation | undefined> {
  const { paths } = await readExpectations(home)
  return Object.hasOwn(paths, path) ? paths[path] : undefined
}

/** @param path absolute real path */
export async function expect(home: Home, path: string, expectation: Expectation): Promise<void> {
  const file = homeFile(home, HOME_FILES.expectations)
  await withFileLock(`${file}.lock`, async () => {
    const { paths } = await readExpectations(home)
    const changed: ExpectationsFile = {
      format: EXPECTATIONS_FORMAT,
      paths: { ...paths, [path]: expectation },
    }
    await writeAtomically(file, `${JSON.stringify(changed, null, 2)}\n`)
  })
}

async function readExpectations(home: Home): Promise<ExpectationsFile> {
  const file = homeFile(home, HOME_FILES.expectations)
  const known = await readJson<ExpectationsFile>(file, EXPECTATIONS_FORMAT)
  return known ?? { format: EXPECTATIONS_FORMAT, paths: {} }
}
