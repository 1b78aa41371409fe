import assert from 'node:assert/strict'
import fc from 'fast-check'
import { storageKey } from '../../../../protocol/storage-keys.ts'
import { testGenesis } from '../../../support/keys.ts'
import { signedDataset } from '../../../support/records.ts'
import { blockIds, cutBefore, LOSSES } from '../power-cuts.ts'
import { messageOf, TestCommittee } from '../test-committee.ts'
import type { Loss } from '../test-disk.ts'
import { effectsOf, TestNode } from '../test-node.ts'

const { genesis } = testGenesis(4)

type Packet = Parameters<TestCommittee['arrives']>[0]

const record = signedDataset({ org: 2 })

interface Story {
  /** Which packets arrive, so that the first view fails. */
  readonly arrives: (packet: Packet) => boolean
  /** A member of which nothing is heard, ever: all others are needed. */
  readonly away?: number
}

const STORIES: Readonly<Record<string, Story>> = {
  'whose first leader is not heard': {
    arrives: ({ sent }) => {
      const message = messageOf(sent)
      return message?.kind !== 'proposal' || message.prePrepare.view > 0
    },
  },
  'that leaves one member locked': {
    arrives: ({ from, to, sent }) => {
      const message = messageOf(sent)
      if (message?.kind === 'proposal') return message.prePrepare.view > 0 || to !== 3
      const isEarly = message?.kind === 'vote' && message.vote.view === 0
      return !(isEarly && message.vote.kind === 'prepare' && from === 0)
    },
  },
  'whose first leader is away for good, the second not heard': {
    arrives: ({ from, to, sent }) => {
      const message = messageOf(sent)
      return (
        from !== 1 && to !== 1 && !(message?.kind === 'proposal' && message.prePrepare.view < 2)
      )
    },
    away: 1,
  },
}

/** One life of a story for each effect of the victim, ended before that effect. @returns how many there were */
function everyCrash(story: (effect: number, loss: Loss) => boolean): number {
  for (let effect = 0; ; effect++) {
    if (!story(effect, LOSSES[effect % LOSSES.length] as Loss)) return effect
  }
}

/** All hold the same blocks, no key signed two things in one place, and nobody is accused of anything. */
function agree(committee: TestCommittee, when: string): void {
  const ids = committee.nodes.map(blockIds)
  const common = Math.min(...ids.map(({ length }) => length))
  for (const each of ids) assert.deepEqual(each.slice(0, common), ids[0]?.slice(0, common), when)
  for (const node of committee.nodes) {
    for (const [place, digests] of node.signed) assert.equal(digests.size, 1, `${place}, ${when}`)
    assert.deepEqual(effectsOf(node.effects, 'accuse'), [], when)
  }
}

/** Time passes until it holds; whoever lost its power comes back at once, and the client asks again. */
function untilDespite(committee: TestCommittee, loss: Loss, holds: () => boolean): void {
  committee.until(() => {
    for (const member of committee.down) {
      committee.restart(member, loss)
      committee.submit(3, record.envelope)
    }
    return holds()
  })
}

describe('recovery after a crash before any effect of a view change', function () {
  this.timeout(60_000)
  for (const [name, { arrives, away }] of Object.entries(STORIES)) {
    for (const victim of [0, 2, 3]) {
      it(`${name}, of member ${victim}, contradicts nothing`, () => {
        const crashes = everyCrash((effect, loss) => {
          const committee = new TestCommittee(genesis)
          const cut = cutBefore(committee.node(victim), effect)
          committee.arrives = (packet) => arrives(packet)
          committee.start()
          untilDespite(committee, loss, () => committee.down.size === 0)
          committee.submit(3, record.envelope)
          const present = committee.nodes.filter(({ self }) => self !== away)
          untilDespite(committee, loss, () =>
            present.every(({ disk }) => disk.get(storageKey.record(record.id))),
          )
          agree(committee, `crash before effect ${effect}, loses ${loss}`)
          return cut.done
        })
        assert.ok(crashes > 20, `${crashes} crashes`)
      })
    }
  }
})

describe('recovery after a crash before any effect of a catch-up', function () {
  this.timeout(60_000)
  const BLOCKS = 20

  it('goes on where the store ends, though the node votes at heights that are over', () => {
    const committee = new TestCommittee(genesis)
    committee.start()
    committee.stop(0)
    for (let nonce = 1; nonce <= BLOCKS; nonce++) {
      committee.submit(1, signedDataset({ org: 1, nonce, name: `data${nonce}` }).envelope)
      committee.until(() => [1, 2, 3].every((member) => committee.node(member).height >= nonce))
    }
    const own = signedDataset({ org: 0, name: 'own' })
    const crashes = everyCrash((effect, loss) => {
      // What is decided stands: so much that each life of member 0 ends at the same height.
      committee.arrives = ({ from }) => from !== 0 || committee.node(0).height < BLOCKS
      const node = new TestNode({ genesis })
      node.nowMs = committee.node(1).nowMs + 60_000
      for (const member of [1, 2, 3]) committee.node(member).nowMs = node.nowMs
      committee.nodes[0] = node
      node.start()
      node.submit(own.envelope)
      const cut = cutBefore(node, effect)
      committee.restart(0, loss)
      committee.settle()
      if (committee.down.has(0)) committee.restart(0, loss)
      committee.until(() => node.height >= BLOCKS)
      agree(committee, `crash before effect ${effect}, loses ${loss}`)
      committee.stop(0)
      return cut.done
    })
    assert.ok(crashes > 50, `${crashes} crashes`)
  })
})

describe('recovery after several crashes of whichever members', function () {
  this.timeout(60_000)

  const crash = fc.record({
    member: fc.nat(3),
    effect: fc.nat(60),
    loss: fc.constantFrom(...LOSSES),
  })

  for (const [name, { arrives, away }] of Object.entries(STORIES)) {
    it(`in a view change ${name} contradicts nothing`, () => {
      fc.assert(
        fc.property(fc.array(crash, { minLength: 2, maxLength: 6 }), (crashes) => {
          const committee = new TestCommittee(genesis)
          committee.arrives = arrives
          const present = committee.nodes.filter(({ self }) => self !== away)
          let loss: Loss = 'nothing'
          const plan = crashes.values()
          const planNext = () => {
            const { value } = plan.next()
            if (value === undefined) return
            loss = value.loss
            cutBefore(committee.node(value.member), value.effect)
          }
          planNext()
          committee.start()
          committee.submit(3, record.envelope)
          committee.until(() => {
            for (const member of committee.down) {
              committee.restart(member, loss)
              planNext()
              committee.submit(3, record.envelope)
            }
            return present.every(({ disk }) => disk.get(storageKey.record(record.id)))
          })
          agree(committee, JSON.stringify(crashes))
        }),
        { numRuns: 60 },
      )
    })
  }
})
