import assert from 'node:assert/strict'
import { Level } from 'level'
import { createVerifier } from '../../../daemon/keys/ed25519.ts'
import { repairStore } from '../../../daemon/storage/repair.ts'
import { HOME_FILES } from '../../../protocol/home.ts'
import { PREFIXES, storageKey } from '../../../protocol/storage-keys.ts'
import { testGenesis, testPerson } from '../../support/keys.ts'
import { signedDataset } from '../../support/records.ts'
import { openFiles, runChain } from '../driver/running-chain.ts'
import { silentLog } from '../network/silent-log.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const WAIT_MS = 5_000
const BLOCKS = 4
const { genesis } = testGenesis(1)

type Dump = ReadonlyMap<string, string>

describe('the start-up check', () => {
  const at = temporaryFolder()

  /** A ledger of a few blocks, closed. @returns all that is stored */
  async function ledger(): Promise<Dump> {
    const chain = await runChain(at('home'), { genesis })
    try {
      for (let nonce = 1; nonce <= BLOCKS; nonce++) {
        const expires = Date.now() + 3_600_000
        const { id, envelope } = signedDataset({
          chain: genesis.chain,
          nonce,
          name: `data-${nonce}`,
          expires,
        })
        await chain.driver.submit(envelope)
        assert.equal((await chain.driver.waitSettled(id, WAIT_MS))?.status, 'committed')
      }
    } finally {
      await chain.stop()
    }
    return dump()
  }

  /** Whoever has root edits the database behind the node's back. */
  async function edit(
    change: (level: Level<string, Uint8Array>, prefix: string) => Promise<void>,
  ): Promise<void> {
    const level = new Level<string, Uint8Array>(at(`home/${HOME_FILES.data}`), {
      valueEncoding: 'view',
    })
    try {
      await level.open()
      const key =
        (await level.keys().all()).find((text) => text.endsWith(storageKey.meta('height'))) ?? ''
      await change(level, key.slice(0, key.indexOf('/') + 1))
    } finally {
      await level.close()
    }
  }

  async function dump(): Promise<Dump> {
    let entries: [string, Uint8Array][] = []
    await edit(async (level) => {
      entries = await level.iterator().all()
    })
    return new Map(entries.map(([key, value]) => [key, Buffer.from(value).toString('hex')]))
  }

  const flip = (key: string) => () =>
    edit(async (level, prefix) => {
      const value = Buffer.from((await level.get(prefix + key)) ?? assert.fail(`${key} is stored`))
      value[value.length - 1] = (value[value.length - 1] ?? 0) ^ 1
      await level.put(prefix + key, value)
    })

  const remove = (key: string) => () => edit(async (level, prefix) => level.del(prefix + key))

  async function repaired() {
    const { database, files } = await openFiles(at('home'), genesis)
    await files.close()
    await database.close()
    return dump()
  }

  async function condition(): Promise<string> {
    const { database, files } = await openFiles(at('home'), genesis)
    const { store } = files
    try {
      return await repairStore({ store, genesis, verify: createVerifier(), log: silentLog() })
    } finally {
      await files.close()
      await database.close()
    }
  }

  it('finds nothing wrong with a sound store, and leaves it as it is', async () => {
    const before = await ledger()
    assert.equal(await condition(), 'sound')
    assert.deepEqual(await dump(), before)
  })

  const person = testPerson(0).did
  const damages: readonly (readonly [string, () => Promise<void>])[] = [
    ['a state value is edited', flip(storageKey.state(`nonces/${person}`))],
    ['a state value is deleted', remove(storageKey.state(`nonces/${person}`))],
    [
      'a state value is added',
      () =>
        edit(async (level, prefix) =>
          level.put(`${prefix}${PREFIXES.state}key/x`, Buffer.from('1')),
        ),
    ],
    ['the root page of the state tree is edited', flip(storageKey.treePage(''))],
    ['a log node is edited', flip(storageKey.logNode(2, 0))],
    [
      'the height is edited',
      () =>
        edit(async (level, prefix) =>
          level.put(prefix + storageKey.meta('height'), Buffer.from('2')),
        ),
    ],
    ['the height is deleted', remove(storageKey.meta('height'))],
    ['the proposer window is deleted', remove(storageKey.meta('proposers'))],
  ]
  for (const [what, damage] of damages) {
    it(`rebuilds everything from its blocks when ${what}`, async () => {
      const before = await ledger()
      await damage()
      assert.notDeepEqual(await dump(), before)
      assert.deepEqual(await repaired(), before)
    })
  }

  const blockDamages: readonly (readonly [string, () => Promise<void>])[] = [
    ['a record in a body is edited', flip(storageKey.body(3))],
    ['a header is edited', flip(storageKey.header(3))],
    ['a commit proof is edited', flip(storageKey.proof(3))],
    ['a body is deleted', remove(storageKey.body(3))],
  ]
  for (const [what, damage] of blockDamages) {
    it(`keeps the blocks before the damage, and forgets the others, when ${what}`, async () => {
      await ledger()
      await damage()
      await repaired()
      const { database, files } = await openFiles(at('home'), genesis)
      try {
        const { store } = files
        assert.equal(Buffer.from(store.get(storageKey.meta('height')) ?? []).toString(), '2')
        assert.ok(store.get(storageKey.body(2)))
        for (const key of [storageKey.header(3), storageKey.body(4), storageKey.proof(4)]) {
          assert.equal(store.get(key), undefined, key)
        }
      } finally {
        await files.close()
        await database.close()
      }
    })
  }

  it('takes up a rebuild that was cut short', async () => {
    const before = await ledger()
    await edit(async (level, prefix) => {
      await level.del(prefix + storageKey.meta('height'))
      await level.clear({ gte: `${prefix}${PREFIXES.state}`, lt: `${prefix}${PREFIXES.state}~` })
    })
    assert.deepEqual(await repaired(), before)
  })

  it('does not sign at heights that it signed before it lost them', async () => {
    await ledger()
    await flip(storageKey.body(3))()
    const chain = await runChain(at('home'), { genesis })
    try {
      assert.equal(chain.driver.status().height, 2)
      assert.equal(chain.driver.status().maySign, false)
    } finally {
      await chain.stop()
    }
  })
})
