import { type Commit, type PrePrepare, signableOf } from '../../protocol/consensus/message.ts'
import { inventOtherNetwork, personOf } from '../invented-network.ts'
import { signDataset } from '../records.ts'
import type { KeyPair } from '../signatures.ts'
import { type Attack, type Finding, finding, judge } from './attack.ts'
import { INSIDER, SmugglersStage } from './smuggling.ts'
import { Stage } from './stage.ts'

const SIZE = 4
const TARGET = 3
const PATIENCE_MS = 5_000

/** Who may say something, and that it was really they, here and now. */
export const IDENTITY_ATTACKS: readonly Attack[] = [
  {
    id: 'T-P1',
    attacker: 'an insider: organisation 0 with its own keys',
    action:
      'submits, gossips and proposes a certificate in the name of organisation 1, signed with its own key',
    expected: 'refused as bad-signature at the RPC, in gossip and in blocks; on no ledger',
    run: () => {
      const stage = new SmugglersStage()
      const victim = stage.person(1)
      const forged = { ...victim, key: stage.person(INSIDER).key }
      return judge(
        stage.tryEverything(signDataset(stage.signing(forged), 'spoofed'), 'bad-signature'),
      )
    },
  },
  {
    id: 'T-P2',
    attacker: 'someone who is enrolled nowhere, on the wire of member 0',
    action:
      'gossips a certificate with an unregistered key, and votes with a key that no member has',
    expected: 'unknown-author everywhere; nothing reaches a pool; the votes count for nothing',
    run: () => {
      const stage = new SmugglersStage()
      const stranger = personOf('stranger', 'person')
      const findings = stage.tryEverything(
        signDataset(stage.signing(stranger), 'uninvited'),
        'unknown-author',
      )
      return judge([...findings, ...forgedVotesCountForNothing(strangerSigns)])
    },
  },
  {
    id: 'T-P13',
    attacker: 'an insider',
    action:
      'replays a committed certificate, one of another chain, and the members’ votes from another chain',
    expected:
      'the old one is answered as committed and stays single; the other is refused as wrong-chain; the votes count for nothing',
    run: () => {
      const stage = new SmugglersStage()
      const old = signDataset(stage.signing(stage.person(1)), 'old')
      const committed = stage.commit(1, old)
      const height = stage.world.ledger.height
      const again = stage.world.honest.map(({ member }) => stage.submit(member, old.envelope))
      stage.forward(INSIDER, old.envelope)
      stage.run(PATIENCE_MS)
      const { chain } = inventOtherNetwork(SIZE).genesis
      const foreign = signDataset(stage.signing(stage.person(1), { chain }), 'foreign')
      return judge([
        finding(committed, 'the original is committed'),
        finding(
          again.every((answer) => answer === 'committed'),
          `its replay is answered as ${[...new Set(again)].join(' / ')}`,
        ),
        finding(
          stage.world.ledger.height === height && stage.poolsAreEmpty(),
          'the replay causes no block and waits in no pool',
        ),
        ...stage.tryEverything(foreign, 'wrong-chain'),
        ...forgedVotesCountForNothing(signedOnOtherChain),
      ])
    },
  },
]

type VoteDraft = Omit<Commit, 'signature'>
type Forge = (draft: VoteDraft, stage: Stage) => Uint8Array

function strangerSigns(draft: VoteDraft, { world }: Stage): Uint8Array {
  return world.scheme.sign(
    personOf('stranger', 'person').key,
    signableOf(world.invented.genesis.chain, draft),
  )
}

/** All members of a chain with the same keys did sign this, there. */
function signedOnOtherChain(draft: VoteDraft, { world }: Stage): Uint8Array {
  return world.scheme.sign(
    keyOfMember(draft.member),
    signableOf(inventOtherNetwork(SIZE).genesis.chain, draft),
  )
}

function trulySigned(draft: VoteDraft, { world }: Stage): Uint8Array {
  return world.scheme.sign(
    keyOfMember(draft.member),
    signableOf(world.invented.genesis.chain, draft),
  )
}

function keyOfMember(member: number): KeyPair {
  const key = inventOtherNetwork(SIZE).consensusKeys[member]
  if (key === undefined) throw new Error(`member ${member} has no key`)
  return key
}

/** The votes are refused for their signatures: the same votes, truly signed, would have decided. */
function forgedVotesCountForNothing(forge: Forge): Finding[] {
  return [
    finding(!decidesOnVotes(forge), 'such votes of all others decide nothing'),
    finding(decidesOnVotes(trulySigned), 'the same votes decide when they are truly signed'),
  ]
}

/** Leaves member 3 alone with the insider, who shows it a real proposal and COMMITs of all the others for it. */
function decidesOnVotes(forge: Forge): boolean {
  const proposals: { readonly bytes: Uint8Array; readonly prePrepare: PrePrepare }[] = []
  const stage = new Stage({ liars: new Map([[INSIDER, 'silent leader']]) })
  stage.onLeaving(({ bytes }, frame) => {
    if (frame.kind === 'proposal') proposals.push({ bytes, prePrepare: frame.prePrepare })
  })
  stage.submit(1, signDataset(stage.signing(stage.person(1)), 'bait').envelope)
  stage.world.runUntil(PATIENCE_MS, () => proposals.length > 0)
  for (const member of [1, 2]) stage.node(member).crash()
  const proposal = proposals[0]
  if (proposal === undefined) throw new Error('nobody proposed anything')
  stage.sendFrame(INSIDER, TARGET, proposal.bytes)
  const { height, view, block } = proposal.prePrepare
  for (const member of [0, 1, 2]) {
    const draft = { kind: 'commit', height, view, block, member } as const
    stage.sendFrame(INSIDER, TARGET, {
      kind: 'vote',
      vote: { ...draft, signature: forge(draft, stage) },
    })
  }
  stage.run(PATIENCE_MS)
  return stage.node(TARGET).status()?.height === height
}
