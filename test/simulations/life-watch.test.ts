import assert from 'node:assert/strict'
import { encodeBody } from '../../protocol/chain/body.ts'
import { blockIdOf } from '../../protocol/chain/header.ts'
import { canonicalJson } from '../../protocol/encoding/canonical-json.ts'
import { utf8Encode } from '../../protocol/encoding/utf8.ts'
import type { Write } from '../../protocol/ports.ts'
import type { ReplicaEffect } from '../../protocol/replica/effect.ts'
import { stateKey, storageKey } from '../../protocol/storage-keys.ts'
import { EventQueue } from '../../simulations/clock/event-queue.ts'
import { Disk } from '../../simulations/disk.ts'
import { LifeWatch } from '../../simulations/invariants/life-watch.ts'
import { inventNetwork, type Person } from '../../simulations/invented-network.ts'
import type { Observed } from '../../simulations/observer.ts'
import { Random } from '../../simulations/random.ts'
import {
  type SignedRecord,
  type Signing,
  signAdvisory,
  signAnswer,
  signApproval,
  signDataset,
  signEvent,
  signModel,
  signPhase,
  signPipeline,
  signRecall,
  signRetirement,
  signWithdrawal,
} from '../../simulations/records.ts'
import { HASHED } from '../../simulations/signatures.ts'
import { Violation } from '../../simulations/violation.ts'

const { genesis, admins, persons } = inventNetwork(4)
const [OWNER, OTHER] = persons as readonly [Person, Person, ...Person[]]
const UNKNOWN = { kind: 'unknown', reason: 'not said' } as const

let nonce = 1

function by(author: Person): Signing {
  return { chain: genesis.chain, scheme: HASHED, author, nonce: nonce++, expires: 1_000_000 }
}

/** A watch, and the blocks that it sees an honest node decide. */
class Chain {
  readonly watch = new LifeWatch(genesis)
  readonly node: Observed = {
    place: 0,
    member: 0,
    name: 'n0',
    faulty: false,
    disk: new Disk(new EventQueue(), new Random('chain'), { syncMeanMs: 1, disorderly: false }),
    verifying: 0,
    status: () => undefined,
  }
  #height = 0

  decide(records: readonly SignedRecord[], states: readonly Write[] = []): void {
    const height = ++this.#height
    const lastProof =
      height === 1 ? null : { height, view: 0, block: genesis.chain, signers: [], signatures: [] }
    const envelopes = records.map(({ envelope }) => envelope)
    const body = encodeBody({ envelopes, evidence: [], lastProof })
    const writes = [{ key: storageKey.body(height), value: body }, ...states]
    const id = blockIdOf(utf8Encode(String(height)))
    const block = { height, id, timeMs: 0, view: 0, records: records.map((record) => record.id) }
    this.watch.effect(this.node, { kind: 'commit', height, writes, block } as ReplicaEffect)
  }

  notices(...records: readonly SignedRecord[]): void {
    assert.throws(() => this.decide(records), violates)
  }
}

function violates(error: unknown): boolean {
  return error instanceof Violation && error.invariant === 'rightful lives'
}

function stateOf({ id }: SignedRecord, kept: object): Write {
  return { key: storageKey.state(stateKey.artefact(id)), value: canonicalJson(kept) }
}

describe('the invariants about the lives of artefacts', () => {
  const dataset = signDataset(by(OWNER), 'data')

  function chain(...records: readonly SignedRecord[]): Chain {
    const made = new Chain()
    for (const record of [dataset, ...records]) made.decide([record])
    return made
  }

  it('let a rightful life pass', () => {
    const to = { to: OTHER.organisation }
    const heirs = chain(
      signEvent(by(OWNER), dataset, 'invited', to),
      signEvent(by(OTHER), dataset, 'validated'),
      signEvent(by(OWNER), dataset, 'offered', to),
      signEvent(by(OTHER), dataset, 'accepted'),
    )
    heirs.decide([], [stateOf(dataset, { owner: OTHER.organisation, said: 4 })])
    heirs.decide([signRetirement(by(OTHER), dataset)])
  })

  it('notice who acts without a right', () => {
    chain().notices(signRetirement(by(OTHER), dataset))
    chain().notices(signEvent(by(OTHER), dataset, 'accepted'))
    chain().notices(signEvent(by(OTHER), dataset, 'validated'))
    chain().notices(signPhase(by(OTHER), dataset, 'x'))
    chain(signRetirement(by(OWNER), dataset)).notices(signRetirement(by(OWNER), dataset))
  })

  it('notice what names nothing', () => {
    const nowhere = signDataset(by(OWNER), 'nowhere')
    const edge = { kind: 'certified', record: nowhere.id, digest: nowhere.artefact } as const
    chain().notices(signModel(by(OWNER), 'model', { datasets: [edge], parents: [] }))
    chain().notices(signRecall(by(OWNER), nowhere, 'recall'))
  })

  it('notice an approval by a person, twice, or of nothing', () => {
    const proposal = signRecall(by(OTHER), dataset, 'recall')
    const approval = () => signApproval(by(admins[2] as Person), proposal)
    chain(proposal).notices(signApproval(by(OTHER), proposal))
    chain(proposal, approval()).notices(approval())
    chain().notices(approval())
  })

  it('notice a recall in force without a quorum, and one that is not in force with it', () => {
    const proposal = signRecall(by(OTHER), dataset, 'recall')
    const approvals = admins.slice(0, 3).map((admin) => signApproval(by(admin), proposal))
    const { organisation: owner } = OWNER
    const recalled = stateOf(dataset, { owner, recall: { by: 'committee' }, said: 1 })
    const well = stateOf(dataset, { owner, said: 1 })
    const few = chain(proposal, ...approvals.slice(0, 2))
    assert.throws(() => few.decide([], [recalled]), violates)
    const enough = chain(proposal, ...approvals)
    assert.throws(() => enough.decide([], [well]), violates)
    chain(proposal, ...approvals).decide([], [recalled])
  })

  it('notice an advisory that somebody else takes back, or that is taken back twice', () => {
    const advisory = signAdvisory(by(OWNER), 'advisory')
    const withdrawal = (author: Person) => signWithdrawal(by(author), advisory)
    chain(advisory).decide([withdrawal(OWNER)])
    chain(advisory).notices(withdrawal(OTHER))
    chain(advisory, withdrawal(OWNER)).notices(withdrawal(OWNER))
    chain().notices(withdrawal(OWNER))
    chain().notices(signWithdrawal(by(OWNER), dataset))
  })

  it('notice an answer for others, and one to what nobody said', () => {
    const advisory = signAdvisory(by(OTHER), 'advisory')
    const answer = (author: Person) => signAnswer(by(author), dataset, advisory.id)
    chain(advisory).decide([answer(OWNER)])
    chain(advisory).notices(answer(OTHER))
    chain().notices(answer(OWNER))
    const lift = signRecall(by(OTHER), dataset, 'lift')
    chain(lift).notices(signAnswer(by(OWNER), dataset, lift.id))
  })

  it('notice a state that counts more or fewer records than there are about the artefact', () => {
    const { organisation: owner } = OWNER
    const advisory = signAdvisory(by(OTHER), 'advisory')
    const recall = signRecall(by(OTHER), dataset, 'recall')
    const records = [
      signEvent(by(OWNER), dataset, 'validated'),
      signPhase(by(OWNER), dataset, 'x'),
      advisory,
      signAnswer(by(OWNER), dataset, advisory.id),
      recall,
      signApproval(by(admins[2] as Person), recall),
    ]
    chain(...records).decide([], [stateOf(dataset, { owner, said: 4 })])
    for (const said of [undefined, 3, 5]) {
      const made = chain(...records)
      assert.throws(() => made.decide([], [stateOf(dataset, { owner, said })]), violates)
    }
  })

  it('notice a flag that was not handed down', () => {
    const bad = signPipeline(by(OWNER), 'bad', ['train', 'normalise'])
    const pipeline = { record: bad.id, digest: bad.artefact }
    const ancestry = { datasets: [UNKNOWN], parents: [], pipeline }
    const model = signModel(by(OWNER), 'model', ancestry)
    const flags = { unknownAncestry: true, invalid: bad.id }
    const { organisation: owner } = OWNER
    chain(bad, model).decide([], [stateOf(model, { owner, ...flags })])
    for (const name of Object.keys(flags)) {
      const kept = { owner, ...flags, [name]: undefined }
      assert.throws(() => chain(bad, model).decide([], [stateOf(model, kept)]), violates)
    }
  })
})
