import { mkdir, writeFile } from 'node:fs/promises'
import {
  HOME_FILES,
  HOME_FORMAT,
  type HomeConfig,
  KEY_FORMAT,
  type KeyFile,
  nodeKeyFile,
  SECRET_FILE_MODE,
} from '../../protocol/home.ts'
import { type TestGenesis, testIdentity, testOrganisation, testRoleKey } from '../support/keys.ts'

/** The home of one organisation of a test genesis, that listens on any free port. */
export async function writeTestHome(
  home: string,
  { bytes }: TestGenesis,
  orgIndex = 0,
): Promise<void> {
  await mkdir(`${home}/${HOME_FILES.nodeKeys}`, { recursive: true, mode: 0o700 })
  const organisation = testOrganisation(orgIndex)
  const config: HomeConfig = {
    format: HOME_FORMAT,
    organisation,
    listen: ['/ip4/127.0.0.1/tcp/0'],
    announce: [],
  }
  await writeFile(`${home}/${HOME_FILES.config}`, JSON.stringify(config))
  await writeFile(`${home}/${HOME_FILES.identity}`, JSON.stringify(testIdentity(orgIndex)))
  await writeFile(`${home}/${HOME_FILES.genesis}`, bytes)
  for (const role of ['consensus', 'record', 'network'] as const) {
    const { did, seed } = testRoleKey(orgIndex, role)
    const secret = Buffer.from(seed).toString('base64')
    const key: KeyFile = { format: KEY_FORMAT, class: role, name: role, did, secret }
    await writeFile(`${home}/${nodeKeyFile(role)}`, JSON.stringify(key), { mode: SECRET_FILE_MODE })
  }
}
