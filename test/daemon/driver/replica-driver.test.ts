import assert from 'node:assert/strict'
import { cp, rm, writeFile } from 'node:fs/promises'
import type { ChainEvent } from '../../../daemon/driver/chain-events.ts'
import { StorageError } from '../../../daemon/storage/storage-error.ts'
import { HOME_FILES } from '../../../protocol/home.ts'
import { readBlock, readHeight } from '../../../protocol/replica/ledger.ts'
import { testGenesis } from '../../support/keys.ts'
import { signedDataset } from '../../support/records.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { type RunningChain, runChain } from './running-chain.ts'

const WAIT_MS = 5_000
const { genesis } = testGenesis(1)

const expires = Date.now() + 3_600_000

function record(nonce: number) {
  return signedDataset({ chain: genesis.chain, nonce, name: `data-${nonce}`, expires })
}

describe('the replica driver', () => {
  const at = temporaryFolder()
  const running = new Set<RunningChain>()

  async function run(
    home: string,
    spoil?: Parameters<typeof runChain>[1]['spoil'],
  ): Promise<RunningChain> {
    const chain = await runChain(home, { genesis, ...(spoil === undefined ? {} : { spoil }) })
    running.add(chain)
    return chain
  }

  async function stop(chain: RunningChain): Promise<void> {
    running.delete(chain)
    await chain.stop()
  }

  afterEach(async () => {
    for (const chain of running) await stop(chain)
  })

  async function certify({ driver }: RunningChain, nonce: number) {
    const { id, envelope } = record(nonce)
    const answer = await driver.submit(envelope)
    assert.deepEqual(answer, { status: 'admitted', record: id })
    return { id, outcome: await driver.waitSettled(id, WAIT_MS) }
  }

  it('commits what is submitted, and has it after a restart', async () => {
    const first = await run(at('home'))
    const { id, outcome } = await certify(first, 1)
    assert.deepEqual(outcome, { status: 'committed', height: 1 })
    await stop(first)
    const second = await run(at('home'))
    assert.equal(second.driver.status().height, 1)
    assert.deepEqual(second.driver.outcomeOf(id), { status: 'committed', height: 1 })
    assert.deepEqual((await certify(second, 2)).outcome, { status: 'committed', height: 2 })
  })

  it('loses nothing that it acknowledged when it ends without a word', async () => {
    const first = await run(at('home'))
    for (let nonce = 1; nonce <= 5; nonce++) {
      const { outcome } = await certify(first, nonce)
      assert.equal(outcome?.status, 'committed')
      // What lies in the files at this moment is all that a killed process leaves.
      await cp(at('home'), at(`image-${nonce}`), { recursive: true })
    }
    for (let nonce = 1; nonce <= 5; nonce++) {
      const image = await run(at(`image-${nonce}`))
      assert.deepEqual(image.driver.outcomeOf(record(nonce).id)?.status, 'committed')
      assert.equal((await certify(image, nonce + 1)).outcome?.status, 'committed')
    }
  })

  it('tells of a block once it is durable and visible, and of the record after it', async () => {
    const chain = await run(at('home'))
    const told: string[] = []
    chain.driver.listen((event: ChainEvent) => {
      told.push(event.kind)
      if (event.kind !== 'block') return
      assert.ok(readBlock(chain.files.store, event.block.height))
      assert.equal(chain.driver.status().height, event.block.height)
    })
    await certify(chain, 1)
    assert.deepEqual(told, ['block', 'settled'])
  })

  it('releases whoever waits for a record that somebody else submitted', async () => {
    const chain = await run(at('home'))
    const { id, envelope } = record(1)
    const [first, second] = [
      chain.driver.waitSettled(id, WAIT_MS),
      chain.driver.waitSettled(id, WAIT_MS),
    ]
    await chain.driver.submit(envelope)
    assert.deepEqual(await first, { status: 'committed', height: 1 })
    assert.deepEqual(await second, { status: 'committed', height: 1 })
    assert.equal(await chain.driver.waitSettled(record(9).id, 1), undefined)
  })

  it('answers a record that is refused, or committed already', async () => {
    const chain = await run(at('home'))
    const { id } = await certify(chain, 1)
    const again = await chain.driver.submit(record(1).envelope)
    assert.ok(again.status === 'committed' && again.record === id)
    const bad = await chain.driver.submit(new TextEncoder().encode('{}'))
    assert.ok(bad.status === 'refused' && bad.rejection.rejected === 'schema-violation')
  })

  it('decides many records of many clients', async () => {
    const chain = await run(at('home'))
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, index) => certify(chain, index + 1)),
    )
    assert.ok(outcomes.every(({ outcome }) => outcome?.status === 'committed'))
  })

  it('keeps readers at the old height until the replica knows of the new one', async () => {
    const heights: number[] = []
    const chain = await run(at('home'), ({ store }) => ({
      store: Object.assign(Object.create(store), {
        get: (key: string) => store.get(key),
        hold: () => store.hold(),
        commit: async (writes: Parameters<typeof store.commit>[0]) => {
          await store.commit(writes)
          heights.push(readHeight(store))
        },
      }),
    }))
    await certify(chain, 1)
    assert.deepEqual(heights, [0])
    assert.equal(readHeight(chain.files.store), 1)
  })

  it('syncs the log before the guard, and signs after both', async () => {
    const order: string[] = []
    const chain = await run(at('home'), ({ wal, guard }) => ({
      wal: {
        append: (entry) => wal.append(entry),
        reset: (height) => wal.reset(height),
        sync: async () => {
          await wal.sync()
          order.push('log')
        },
      },
      guard: {
        raise: async (next) => {
          order.push('guard begins')
          await guard.raise(next)
          order.push('guard')
        },
      },
    }))
    await certify(chain, 1)
    assert.deepEqual(order.slice(0, 3), ['log', 'guard begins', 'guard'])
    assert.equal(order.length % 3, 0)
  })

  for (const part of ['sync', 'raise', 'commit'] as const) {
    it(`ends the process when ${part} fails, and acknowledges nothing`, async () => {
      const chain = await run(at('home'), ({ store, wal, guard }) => {
        const fail = () => Promise.reject(new StorageError('disk-full', 'no space'))
        return {
          store: Object.assign(Object.create(store), {
            get: (key: string) => store.get(key),
            hold: () => store.hold(),
            commit: part === 'commit' ? fail : store.commit.bind(store),
          }),
          wal: {
            append: (entry) => wal.append(entry),
            reset: (height) => wal.reset(height),
            sync: part === 'sync' ? fail : () => wal.sync(),
          },
          guard: { raise: part === 'raise' ? fail : (next) => guard.raise(next) },
        }
      })
      const { outcome } = await certify(chain, 1)
      assert.equal(outcome, undefined)
      assert.deepEqual(
        chain.fatal.map((error) => (error as StorageError).code),
        ['disk-full'],
      )
      await assert.rejects(chain.driver.submit(record(2).envelope), { code: 'disk-full' })
    })
  }

  it('stands still after a bug, says why, and takes nothing more', async () => {
    const chain = await run(at('home'), () => ({
      wal: {
        append: () => {
          throw new TypeError('a bug')
        },
        sync: () => Promise.resolve(),
        reset: () => {},
      },
    }))
    const told: string[] = []
    chain.driver.listen((event) => told.push(event.kind))
    await certify(chain, 1)
    assert.equal(chain.driver.halted?.message, 'a bug')
    assert.deepEqual(told, ['halted'])
    assert.equal(chain.driver.status().maySign, false)
    await assert.rejects(chain.driver.submit(record(2).envelope), { code: 'chain-halted' })
    assert.deepEqual(chain.fatal, [])
  })

  it('signs nothing without its guard, at this start and at the next', async () => {
    const first = await run(at('home'))
    await certify(first, 1)
    await stop(first)
    await rm(at(`home/${HOME_FILES.guard}`))
    for (let start = 0; start < 2; start++) {
      const chain = await run(at('home'))
      assert.equal(chain.driver.status().maySign, false)
      await stop(chain)
    }
  })

  it('signs nothing with a used key when all else is lost, at this start and at the next', async () => {
    await stop(await run(at('home')))
    for (const lost of ['data', 'wal', 'guard']) {
      await rm(at(`home/node/${lost}`), { recursive: true, force: true })
    }
    for (let start = 0; start < 2; start++) {
      const chain = await run(at('home'))
      assert.equal(chain.driver.status().maySign, false)
      await stop(chain)
    }
  })

  it('signs nothing behind a guard that is damaged', async () => {
    const first = await run(at('home'))
    await certify(first, 1)
    await stop(first)
    await writeFile(at(`home/${HOME_FILES.guard}`), Buffer.alloc(8_192, 7))
    assert.equal((await run(at('home'))).driver.status().maySign, false)
  })

  it('does not sign at a height whose log is gone', async () => {
    const first = await run(at('home'))
    await certify(first, 1)
    await certify(first, 2)
    await stop(first)
    await rm(at(`home/${HOME_FILES.data}`), { recursive: true })
    const restored = await run(at('home'))
    assert.equal(restored.driver.status().height, 0)
    assert.equal(restored.driver.status().maySign, false)
  })

  it('decides again, out of its log, what never reached the store', async () => {
    const first = await run(at('home'))
    const { id } = await certify(first, 1)
    await stop(first)
    await rm(at(`home/${HOME_FILES.data}`), { recursive: true })
    const restored = await run(at('home'))
    assert.deepEqual(await restored.driver.waitSettled(id, WAIT_MS), {
      status: 'committed',
      height: 1,
    })
  })

  it('gives up whoever waits when it stops', async () => {
    const chain = await run(at('home'))
    const waiting = chain.driver.waitSettled(record(9).id, WAIT_MS)
    await stop(chain)
    assert.equal(await waiting, undefined)
    await assert.rejects(chain.driver.submit(record(1).envelope), { code: 'node-stopping' })
  })
})
