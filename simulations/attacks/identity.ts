import type { Commit, ConsensusMessage } from '../../protocol/consensus/message.ts'
import { signableOf } from '../../protocol/consensus/message.ts'
import { inventOtherNetwork, personOf } from '../invented-network.ts'
import { signDataset } from '../records.ts'
import { type Attack, finding, judge } from './attack.ts'
import { INSIDER, SmugglersStage } from './smuggling.ts'
import { Stage } from './stage.ts'

const PATIENCE_MS = 5_000

/** Who may say something, and that it was really they, here and now. */
export const IDENTITY_ATTACKS: readonly Attack[] = [
  {
    id: 'T-P1',
    attacker: 'an insider: organisation 0 with its own keys',
    action: 'submits, gossips and proposes a certificate in the name of organisation 1, signed with its own key',
    expected: 'refused as bad-signature at the RPC, in gossip and in blocks; on no ledger',
    run: () => {
      const stage = new SmugglersStage()
      const victim = stage.person(1)
      const forged = { ...victim, key: stage.person(INSIDER).key }
      return judge(stage.tryEverything(signDataset(stage.signing(forged), 'spoofed'), 'bad-signature'))
    },
  },
  {
    id: 'T-P2',
    attacker: 'someone who is enrolled nowhere, on the wire of member 0',
    action: 'gossips a certificate with an unregistered key, and votes with a key that no member has',
    expected: 'unknown-author everywhere; nothing reaches a pool; the votes count for nothing',
    run: () => {
      const stage = new SmugglersStage()
      const stranger = personOf('stranger', 'person')
      const findings = stage.tryEverything(signDataset(stage.signing(stranger), 'uninvited'), 'unknown-author')
      return judge([...findings, finding(!decidesOnForgedVotes((draft) => strangerSigns(draft)), 'strangers’ votes decide nothing')])
    },
  },
  {
    id: 'T-P13',
    attacker: 'an insider',
    action: 'replays a committed certificate, one of another chain, and the members’ votes from another chain',
    expected: 'the old one is answered as committed and stays single; the other is refused as wrong-chain; the votes count for nothing',
    run: () => {
      const stage = new SmugglersStage()
      const old = signDataset(stage.signing(stage.person(1)), 'old')
      const committed = stage.commit(1, old)
      const height = stage.world.ledger.height
      const again = stage.world.honest.map(({ member }) => stage.submit(member, old.envelope))
      stage.forward(INSIDER, old.envelope)
      stage.run(PATIENCE_MS)
      const { chain } = inventOtherNetwork(4).genesis
      const foreign = signDataset(stage.signing(stage.person(1), { chain }), 'foreign')
      return judge([
        finding(committed, 'the original is committed'),
        finding(again.every((answer) => answer === 'committed'), `its replay is answered as ${[...new Set(again)].join(' / ')}`),
        finding(stage.world.ledger.height === height && stage.poolsAreEmpty(), 'the replay causes no block and waits in no pool'),
        ...stage.tryEverything(foreign, 'wrong-chain'),
        finding(!decidesOnForgedVotes(votesOfOtherChain), 'votes of another chain decide nothing'),
      ])
    },
  },
]

type Forge = (draft: Omit<Commit, 'signature'>, stage: Stage) => Uint8Array

function strangerSigns(draft: Omit<Commit, 'signature'>): Uint8Array {
  const stage = new Stage()
  return stage.world.scheme.sign(personOf('stranger', 'person').key, signableOf(stage.world.invented.genesis.chain, draft))
}

/** All members of a chain with the same keys did sign this, there. */
function votesOfOtherChain(draft: Omit<Commit, 'signature'>, stage: Stage): Uint8Array {
  const other = inventOtherNetwork(4)
  const key = other.consensusKeys[draft.member]
  if (key === undefined) throw new Error(`member ${draft.member} has no key`)
  return stage.world.scheme.sign(key, signableOf(other.genesis.chain, draft))
}

/** Shows member 3 a real proposal, and then forged COMMITs of all the others for it. */
function decidesOnForgedVotes(forge: Forge): boolean {
  const proposals: Uint8Array[] = []
  const blocks: ConsensusMessage[] = []
  const stage = new Stage({ liars: new Map([[INSIDER, 'silent leader']]) })
  stage.onLeaving((message, frame) => {
    if (frame.kind !== 'proposal') return
    proposals.push(message.bytes)
    blocks.push(frame.prePrepare)
  })
  const { nodes, network } = stage.world
  const target = 3
  for (const { place } of nodes) {
    if (place !== target && place !== INSIDER) network.cut(place, target)
  }
  stage.submit(1, signDataset(stage.signing(stage.person(1)), 'bait').envelope)
  stage.run(PATIENCE_MS)
  const [proposal, prePrepare] = [proposals[0], blocks[0]]
  if (proposal === undefined || prePrepare === undefined) throw new Error('nobody proposed anything')
  stage.sendFrame(INSIDER, target, proposal)
  for (const member of [0, 1, 2]) {
    const draft = { kind: 'commit', height: prePrepare.height, view: prePrepare.view, block: prePrepare.block, member } as const
    stage.sendFrame(INSIDER, target, { kind: 'vote', vote: { ...draft, signature: forge(draft, stage) } })
  }
  const before = stage.node(target).status()?.height
  stage.run(100)
  return stage.node(target).status()?.height !== before
}
