import { proposerOf } from '../../protocol/consensus/proposer.ts'
import { readHead } from '../../protocol/replica/ledger.ts'
import type { MakeActor } from '../byzantine/actor.ts'
import { substitutingLeader } from '../byzantine/substituting-leader.ts'
import { signDataset } from '../records.ts'
import { type Attack, finding, judge } from './attack.ts'
import { Stage } from './stage.ts'

const INSIDER = 0
const BLOCKS = 6
const WITHIN_MS = 30_000

/** What a member of the committee may try with its vote and its turn as leader. */
export const COMMITTEE_ATTACKS: readonly Attack[] = [
  {
    id: 'T-P10',
    attacker: 'whoever can stop f members, the leader among them',
    action: 'stops the next leader just before a certificate is submitted; four times',
    expected:
      'a view change; every certificate is committed; nothing that was acknowledged is lost',
    run: () => {
      const stage = new Stage()
      const records = stage.world.nodes.map(() => {
        const stopped = stage.node(nextLeader(stage))
        const member = (stopped.member + 1) % stage.world.nodes.length
        stopped.crash()
        const record = signDataset(
          stage.signing(stage.person(member)),
          `without-${stopped.member}-${stage.world.ledger.height}`,
        )
        const committed = stage.commit(member, record, WITHIN_MS)
        stopped.start()
        stage.run(WITHIN_MS)
        return { record, committed }
      })
      const views = [...stage.views.values()]
      return judge([
        finding(
          records.every(({ committed }) => committed),
          'each certificate is committed without the member that was stopped',
        ),
        finding(Math.max(...views) > 0, `blocks were decided in views ${views.join(', ')}`),
        finding(
          records.every(({ record }) => stage.everyoneHas(record.id)),
          'all members have all of them in the end',
        ),
      ])
    },
  },
  {
    id: 'T-P11',
    attacker: 'a leader with a valid key',
    action: 'proposes two different valid blocks in one view, each to a half of the others',
    expected:
      'at most one is decided; its signature on both is evidence that the ledger keeps; the others go on',
    run: () => {
      const stage = new Stage({ liars: new Map([[INSIDER, 'equivocating leader']]) })
      const committed = certifySeveral(stage)
      const ids = stage.world.honest.map((node) => node.status()?.headId)
      return judge([
        finding(committed, 'every certificate is committed'),
        finding(new Set(ids).size === 1, 'all honest members have the same block at the top'),
        finding(stage.accused.has('equivocation'), 'the leader is accused of equivocation'),
        finding(
          stage.evidenceOnLedger() > 0,
          `${stage.evidenceOnLedger()} items of evidence are on the ledger`,
        ),
      ])
    },
  },
  {
    id: 'T-P11b',
    attacker: 'a member with a valid key',
    action: 'votes for one block towards some and for another towards the rest',
    expected:
      'all honest members decide the same; its two votes are evidence that the ledger keeps',
    run: () => {
      const stage = new Stage({ liars: new Map([[INSIDER, 'double voter']]) })
      const committed = certifySeveral(stage)
      return judge([
        finding(committed, 'every certificate is committed'),
        finding(stage.accused.has('equivocation'), 'the member is accused of equivocation'),
        finding(
          stage.evidenceOnLedger() > 0,
          `${stage.evidenceOnLedger()} items of evidence are on the ledger`,
        ),
      ])
    },
  },
  {
    id: 'T-P12',
    attacker: 'a leader that does not like organisation 2',
    action: 'leaves its certificates out of every block, and forwards none of them',
    expected: 'another leader includes them; they are committed within a bound',
    run: () => {
      const stage = new Stage({
        liars: new Map([[INSIDER, censor((author) => author === stagePerson(2))]]),
      })
      const record = signDataset(stage.signing(stage.person(2)), 'censored')
      const committed = stage.commit(2, record, WITHIN_MS)
      return judge([
        finding(committed, 'the censored certificate is committed'),
        finding(certifySeveral(stage), 'and so are the others'),
      ])
    },
  },
]

function nextLeader(stage: Stage): number {
  const { genesis } = stage.world.invented
  const { height, proposers } = readHead(stage.node(1).disk, genesis)
  return proposerOf(height + 1, 0, genesis.committee.members.length, proposers)
}

function stagePerson(member: number): string {
  return new Stage().person(member).did
}

function censor(dislikes: (author: string) => boolean): MakeActor {
  return substitutingLeader((records) => records.filter(({ ledger }) => !dislikes(ledger.author)))
}

/** So many that each member was leader. */
function certifySeveral(stage: Stage): boolean {
  for (let i = 0; i < BLOCKS; i++) {
    const member = 1 + (i % 3)
    const two = [0, 1].map((j) =>
      signDataset(stage.signing(stage.person(member)), `block-${i}-${j}`),
    )
    for (const { envelope } of two) stage.submit(member, envelope)
    const done = stage.world.runUntil(WITHIN_MS, () => two.every(({ id }) => stage.everyoneHas(id)))
    if (!done) return false
  }
  return true
}
