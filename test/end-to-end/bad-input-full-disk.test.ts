import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, rmdirSync, writeSync } from 'node:fs'
import { readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HOME_FILES } from '../../protocol/home.ts'
import { useTemporaryFolder } from '../cli/support/temporary-folder.ts'
import { itWhere, NOT_ROOT } from '../support/where.ts'
import { BadInputNetwork, codeOf } from './bad-input-network.ts'
import { until } from './ledger-client.ts'

/** Of the disk of the node that is to run out of it. */
const DISK_BYTES = 25_165_824
const FULL_EXIT = 74
const NODE = 0
const OTHER = 1

/** Only root may mount, and not everywhere. */
function noSmallDisk(): string | undefined {
  if (NOT_ROOT !== undefined) return NOT_ROOT
  const place = mkdtempSync(join(tmpdir(), 'pedigree-disk-'))
  try {
    mountSmallDisk(place)
    execFileSync('umount', [place])
    return undefined
  } catch {
    return 'no disk can be mounted'
  } finally {
    rmdirSync(place)
  }
}

const LACK = noSmallDisk()

describe('a full disk', function () {
  this.timeout(60_000)
  let network: BadInputNetwork
  let created: BadInputNetwork | undefined
  let disk: string | undefined
  // Before the folder goes: what is mounted in it cannot be removed.
  afterEach(async () => {
    await created?.stopAll()
    created = undefined
    if (disk !== undefined) execFileSync('umount', [disk])
    disk = undefined
  })
  const folder = useTemporaryFolder()

  async function createNetwork(nodes: number): Promise<void> {
    network = await BadInputNetwork.create(join(folder(), 'net'), nodes)
    created = network
    const place = join(network.home(NODE), 'node')
    await rename(place, `${place}.before`)
    mkdirSync(place)
    mountSmallDisk(place)
    disk = place
    cpSync(`${place}.before`, place, { recursive: true })
  }

  async function certify(node: number, name: string, ...more: readonly string[]) {
    const path = join(folder(), name)
    await writeFile(path, name)
    return network.run(node, 'certify', 'dataset', path, '--name', name, ...more)
  }

  const fillerOf = (node: number) => join(network.home(node), 'node', 'filler')

  const title =
    'stops the node, loses nothing, signs nothing twice, and is over once there is space'
  itWhere(LACK, title, async () => {
    await createNetwork(4)
    const nodes = [0, 1, 2, 3].map((index) => network.start(index))
    await Promise.all([0, 1, 2, 3].map((index) => network.ready(index, 3)))
    const full = nodes[NODE]
    assert.ok(full !== undefined)

    const acknowledged: string[] = []
    for (let i = 0; ; i++) {
      if (i === 5) fill(fillerOf(NODE))
      const run = await certify(NODE, `item-${i}`, '--timeout', '5s')
      if (run.code !== 0) break
      acknowledged.push(String(run.json().id))
    }
    assert.ok(acknowledged.length >= 5)
    assert.equal(await full.ended, FULL_EXIT)
    assert.match(full.said(), /pedigree: disk-full: .*the disk is full: free some space/)

    const meanwhile = await certify(OTHER, 'meanwhile')
    assert.equal(meanwhile.code, 0, meanwhile.stderr)
    acknowledged.push(String(meanwhile.json().id))

    const stillFull = network.start(NODE)
    assert.equal(await stillFull.ended, FULL_EXIT)
    assert.match(stillFull.said(), /disk-full/)

    await rm(fillerOf(NODE))
    network.start(NODE)
    await network.ready(NODE, 3)
    for (const id of acknowledged) {
      await until(`${id} is here`, async () => {
        return (await network.run(NODE, 'show', id)).code === 0 || undefined
      })
    }
    const after = await certify(NODE, 'after')
    assert.equal(after.code, 0, after.stderr)
    for (const node of nodes) assert.doesNotMatch(node.said(), /someone broke a rule/)
  })

  itWhere(LACK, 'refuses a blob that does not fit, and the node goes on', async () => {
    await createNetwork(1)
    network.start(NODE)
    await network.ready(NODE, 0)
    const big = join(folder(), 'big')
    await writeFile(big, randomBytes(DISK_BYTES + 1))
    const run = await network.run(NODE, 'certify', 'dataset', big, '--share', 'members')
    assert.deepEqual([run.code, codeOf(run)], [1, 'disk-full'])
    assert.match(run.stderr, /try: free some space/)
    const left = await readdir(join(network.home(NODE), HOME_FILES.blocks), { recursive: true })
    assert.deepEqual(
      left.filter((name) => name.endsWith('.data')),
      [],
    )
    assert.equal((await network.run(NODE, 'status')).code, 0)
  })
})

function mountSmallDisk(place: string): void {
  const options = `size=${DISK_BYTES},mode=750`
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', place], { stdio: 'ignore' })
}

/** Takes all space that is left, to the last page. */
function fill(path: string): void {
  const file = openSync(path, 'w')
  try {
    for (const bytes of [1_048_576, 4_096]) writeUntilFull(file, Buffer.alloc(bytes, 1))
  } finally {
    closeSync(file)
  }
}

function writeUntilFull(file: number, piece: Buffer): void {
  try {
    for (;;) writeSync(file, piece)
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
  }
}
