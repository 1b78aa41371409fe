import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Level } from 'level'
import { HOME_FILES } from '../../protocol/home.ts'
import type { LedgerClient } from './ledger-client.ts'
import { until } from './ledger-client.ts'
import { TestNetwork } from './network.ts'
import { Person, type SignedCertificate } from './person.ts'

const ALL = [1, 2, 3, 4] as const
const CERTIFICATES = 40

describe('four nodes that are killed', function () {
  this.timeout(180_000)
  let network: TestNetwork
  let persons: readonly Person[]

  before(async () => {
    network = await TestNetwork.start()
    const { chain } = network
    persons = await Promise.all(ALL.map((node) => Person.ofHome(network.home(node), chain)))
  })

  after(async () => network?.stop())

  /** What a person of each organisation signed, in turns. */
  function certificates(count: number, organisations: readonly number[]): Job[] {
    return Array.from({ length: count }, (_, index) => {
      const organisation = organisations[index % organisations.length] ?? 1
      const certificate = persons[organisation - 1]?.certify()
      assert.ok(certificate)
      return { organisation, certificate }
    })
  }

  interface Job {
    readonly organisation: number
    readonly certificate: SignedCertificate
  }

  async function assertOneLedger(): Promise<readonly string[]> {
    const clients = await network.clients(...ALL)
    const heights = await Promise.all(clients.map(async (client) => (await client.status()).height))
    const top = Math.max(...heights)
    for (const client of clients) await client.reaches(top)
    const [first, ...others] = await Promise.all(clients.map((client) => client.blockIds()))
    assert.ok(first)
    for (const ids of others) assert.deepEqual(ids.slice(0, top), first.slice(0, top))
    return (clients[0] as LedgerClient).recordIds()
  }

  function assertOnce(records: readonly string[], expected: readonly string[]): void {
    const counts = new Map<string, number>()
    for (const record of records) counts.set(record, (counts.get(record) ?? 0) + 1)
    for (const id of expected) assert.equal(counts.get(id), 1, `${id} is on the ledger once`)
  }

  it('commits everything exactly once while the leader is killed, who then has the same ledger', async () => {
    const any = await network.client(1)
    const { leader } = await any.status()
    const killed = Number(leader.slice('org'.length))
    const others = ALL.filter((node) => node !== killed)
    const jobs = certificates(CERTIFICATES, others)
    let acknowledged = 0
    const running = jobs.map(async ({ organisation, certificate: { id, envelope } }) => {
      const client = await network.client(organisation)
      assert.equal((await client.submit(envelope)).status, 200)
      await client.committed(id)
      acknowledged++
    })
    await until('some are committed', async () => (acknowledged > 0 ? true : undefined))
    await network.kill(killed)
    await Promise.all(running)
    await network.start(killed)
    const records = await assertOneLedger()
    assertOnce(
      records,
      jobs.map(({ certificate }) => certificate.id),
    )
  })

  it('keeps everything acknowledged when all four are killed at once', async () => {
    const acknowledged: string[] = []
    /** One certificate after another, until the node is gone: what it did not answer was not promised. */
    const submitter = async (organisation: number) => {
      const client = await network.client(organisation)
      for (;;) {
        const [job] = certificates(1, [organisation])
        assert.ok(job)
        const { id, envelope } = job.certificate
        const isOver = await client.submit(envelope).then(
          () => false,
          () => true,
        )
        if (isOver) return
        const record = await client.record(id, 30_000).catch(() => undefined)
        if (record === undefined) return
        if (record.status === 'committed') acknowledged.push(id)
      }
    }
    const running = Array.from({ length: 40 }, (_, index) => submitter(1 + (index % ALL.length)))
    await until('some are committed', async () => (acknowledged.length > 10 ? true : undefined))
    await network.kill(...ALL)
    await Promise.all(running)
    await network.up()
    assertOnce(await assertOneLedger(), acknowledged)
    const [job] = certificates(1, ALL)
    assert.ok(job)
    const client = await network.client(1)
    await client.submit(job.certificate.envelope)
    await client.committed(job.certificate.id)
  })

  /** Opens the database of a node that is down, and lets `edit` change it. */
  async function withData<T>(
    node: number,
    edit: (data: Level<string, Buffer>) => Promise<T>,
  ): Promise<T> {
    const folder = join(network.home(node), HOME_FILES.data)
    const data = new Level<string, Buffer>(folder, { keyEncoding: 'utf8', valueEncoding: 'buffer' })
    await data.open()
    try {
      return await edit(data)
    } finally {
      await data.close()
    }
  }

  async function firstWith(data: Level<string, Buffer>, prefix: string): Promise<[string, Buffer]> {
    const start = `${network.chain.slice(0, 16)}/${prefix}`
    const [entry] = await data.iterator({ gte: start, lt: `${start}\uffff`, limit: 1 }).all()
    assert.ok(entry, `something is stored under ${prefix}`)
    return entry
  }

  /** Changes what is stored first under a prefix. @returns its key, and its value before */
  function tamperWith(node: number, prefix: string): Promise<readonly [string, Buffer]> {
    return withData(node, async (data) => {
      const [key, value] = await firstWith(data, prefix)
      await data.put(key, tampered(value))
      return [key, value]
    })
  }

  const storedAt = (node: number, key: string) => withData(node, (data) => data.get(key))

  it('repairs the state and the blocks that were edited while a node was down (T-P3)', async () => {
    await network.halt(4)
    const [stateKey, state] = await tamperWith(4, 's/artefact/')
    await network.start(4)
    assert.match(await network.log(4), /the stored ledger is damaged/)
    await assertOneLedger()
    await network.halt(4)
    assert.deepEqual(await storedAt(4, stateKey), state)
    const [bodyKey, body] = await tamperWith(4, 'b/')
    await network.start(4)
    assert.match(await network.log(4), /a stored block is damaged/)
    await assertOneLedger()
    const [job] = certificates(1, [4])
    assert.ok(job)
    const client = await network.client(4)
    assert.equal((await client.submit(job.certificate.envelope)).status, 200)
    await client.committed(job.certificate.id)
    await network.halt(4)
    assert.deepEqual(await storedAt(4, bodyKey), body)
  })
})

function tampered(value: Buffer): Buffer {
  const copy = Buffer.from(value)
  const middle = copy.length >> 1
  copy[middle] = (copy[middle] ?? 0) ^ 1
  return copy
}
