import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, readdirSync, statSync } from 'node:fs'
import { chown, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { userKeyFile } from '../../protocol/home.ts'
import { useTemporaryFolder } from '../cli/support/temporary-folder.ts'
import { itWhere, NOT_ROOT } from '../support/where.ts'
import { BadInputNetwork } from './bad-input-network.ts'

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
/** New files get the group of their folder. */
const SET_GROUP = 0o2000
const GROUP = 64_242
const COLLEAGUE = 64_243
const STRANGER = 64_244

describe('a colleague in the group of a home', function () {
  this.timeout(60_000)
  let network: BadInputNetwork | undefined
  afterEach(() => network?.stopAll())
  const folder = useTemporaryFolder()

  function runAs(user: number, group: number, ...args: readonly string[]) {
    const ids = [`--reuid=${user}`, `--regid=${group}`, '--clear-groups']
    const env = { PATH: process.env.PATH, XDG_STATE_HOME: join(folder(), `state-${user}`) }
    const command = [
      ...ids,
      process.execPath,
      MAIN,
      '--json',
      '--home',
      network?.home(0) ?? '',
      ...args,
    ]
    const { status, stdout, stderr } = spawnSync('setpriv', command, { env, encoding: 'utf8' })
    return { code: status, stderr, json: JSON.parse(stdout) as Record<string, unknown> }
  }

  const title = 'signs with a key of his own, and keeps what is under way in a folder of his own'
  itWhere(noOtherUser(), title, async () => {
    chmodSync(folder(), 0o755)
    network = await BadInputNetwork.create(join(folder(), 'net'), 1)
    const home = network.home(0)
    execFileSync('chgrp', ['-R', String(GROUP), home])
    chmodSync(home, statSync(home).mode | SET_GROUP)
    network.start(0)
    await network.ready(0, 0)
    const { own, key, artefact } = await colleagueFiles(network, folder())
    const inHome = readdirSync(join(home, 'user')).toSorted()

    const nobody = runAs(COLLEAGUE, GROUP, 'certify', 'dataset', artefact)
    assert.deepEqual([nobody.code, codeIn(nobody.json)], [2, 'key-missing'])
    const certified = runAs(COLLEAGUE, GROUP, 'certify', 'dataset', artefact, '--key', key)
    assert.equal(certified.code, 0, certified.stderr)
    const verdict = runAs(COLLEAGUE, GROUP, 'verify', artefact)
    assert.deepEqual([verdict.code, verdict.json.verdict], [0, 'verified'])

    const state = join(own, 'pedigree', network.chain.slice(0, 16))
    assert.deepEqual(readdirSync(state).toSorted(), ['expectations.json', 'nonces.json', 'pending'])
    assert.equal(statSync(state).mode & 0o777, 0o700)
    assert.deepEqual(readdirSync(join(state, 'pending')), [])
    assert.deepEqual(readdirSync(join(home, 'user')).toSorted(), inHome)

    const stranger = runAs(STRANGER, STRANGER, 'status')
    assert.deepEqual([stranger.code, codeIn(stranger.json)], [1, 'path-unreadable'])
  })
})

async function colleagueFiles(network: BadInputNetwork, folder: string) {
  const own = join(folder, `state-${COLLEAGUE}`)
  await mkdir(own)
  await chown(own, COLLEAGUE, GROUP)
  const added = await network.run(0, 'person', 'add', 'carol')
  assert.equal(added.code, 0, added.stderr)
  const key = join(own, 'carol.json')
  await rename(join(network.home(0), userKeyFile('person', 'carol')), key)
  await chown(key, COLLEAGUE, GROUP)
  const artefact = join(own, 'carols-data')
  await writeFile(artefact, 'data')
  return { own, key, artefact }
}

function codeIn(json: Record<string, unknown>): string {
  return (json.error as { readonly code: string }).code
}

/** Other Unix users can be played by root only, and only where they may read the sources. */
function noOtherUser(): string | undefined {
  if (NOT_ROOT !== undefined) return NOT_ROOT
  const ids = [`--reuid=${COLLEAGUE}`, `--regid=${GROUP}`, '--clear-groups']
  const { status } = spawnSync('setpriv', [...ids, process.execPath, MAIN, '--version'])
  return status === 0 ? undefined : 'another user cannot run the sources'
}
