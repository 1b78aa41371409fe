import assert from 'node:assert/strict'
import { proposerOf } from '../../protocol/consensus/proposer.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { decodeWalEntry } from '../../protocol/replica/durability/wal-entry.ts'
import type { ReplicaEffect } from '../../protocol/replica/effect.ts'
import { createReplica } from '../../protocol/replica/replica.ts'
import { WIRE_TAGS } from '../../protocol/wire/frame-limits.ts'
import { Stage } from '../../simulations/attacks/stage.ts'
import { signDataset, signRetirement } from '../../simulations/records.ts'

/** Failures that the simulator has found, each told without its seed. */
describe('what invented worlds have found', () => {
  it('a leader tells no client that its record is refused because of a block that may never be decided', () => {
    const stage = new Stage()
    const dataset = signDataset(stage.signing(stage.person(0)), 'contested')
    assert.ok(stage.commit(1, dataset))
    const show = stage.world.network.muffle(({ bytes }) => bytes[0] === WIRE_TAGS.proposal)
    const leader = proposerOf(2, 1, 4, [])
    const retirements = [1, 2].map(() => signRetirement(stage.signing(dataset.author), dataset))
    for (const { envelope } of retirements) assert.equal(stage.submit(leader, envelope), 'admitted')
    stage.run(4_000)
    assert.ok(
      (stage.node(leader).status()?.view ?? 0) > 0,
      'it was leader of a view whose block nobody saw',
    )
    assert.deepEqual(stage.settled.get(leader) ?? [], [])
    show()
    stage.run(60_000)
    assert.deepEqual((stage.settled.get(leader) ?? []).toSorted(), ['committed', 'refused'])
  })

  it('a node that lost all its peers while it was behind goes on catching up when they come back', () => {
    const stage = new Stage()
    const { network, nodes } = stage.world
    const behind = stage.node(3)
    behind.crash()
    for (const name of ['one', 'two'])
      assert.ok(stage.commit(1, signDataset(stage.signing(stage.person(1)), name)))
    const deliver = network.muffle(({ to, bytes }) => to === 3 && bytes[0] === WIRE_TAGS.block)
    behind.start()
    assert.ok(stage.world.runUntil(5_000, () => behind.status()?.targetHeight === 2))
    for (const { place } of nodes) if (place !== 3) network.cut(place, 3)
    stage.run(30_000)
    assert.deepEqual(behind.status()?.connected, [])
    deliver()
    network.mendAll()
    assert.ok(stage.world.runUntil(15_000, () => behind.status()?.height === 2))
  })

  it('a node that crashed between logging a vote and raising its guard says the vote when it is back', () => {
    const stage = new Stage()
    let log: readonly Uint8Array[] = []
    const author = stage.person(1)
    const watched = stage.node(2)
    stage.onSigning = (node, kind) => {
      if (node.place === 2 && kind === 'prepare' && log.length === 0) log = [...node.disk.syncedLog]
    }
    assert.ok(stage.commit(1, signDataset(stage.signing(author), 'bait')))
    const kinds = log
      .map((bytes) => decodeWalEntry(bytes))
      .map((entry) => (isRejection(entry) ? 'damage' : entry.kind))
    assert.ok(kinds.includes('signed') && !kinds.includes('damage'), kinds.join(' '))
    const { genesis } = stage.world.invented
    const reader = stage.emptyReader()
    const signer = { sign: () => assert.fail('nothing is signed before its barrier') }
    const replica = createReplica({
      genesis,
      self: watched.member,
      signer,
      reader,
      log,
      guard: null,
    })
    const effects = [...replica.step({ kind: 'start' }, watched.clock.wallMs())]
    const persists = effects.filter(
      (effect): effect is Extract<ReplicaEffect, { kind: 'persist' }> => effect.kind === 'persist',
    )
    assert.ok(
      persists.some(({ guard }) => guard.prepare !== null),
      'its PREPARE is on its way again',
    )
  })
})
