import assert from 'node:assert/strict'
import { encodeCommitProof } from '../../protocol/chain/commit-proof.ts'
import { blockIdOf } from '../../protocol/chain/header.ts'
import type { ConsensusMessage, Draft } from '../../protocol/consensus/message.ts'
import { signableOf } from '../../protocol/consensus/message.ts'
import { type Digest, digestOf } from '../../protocol/digest.ts'
import { utf8Encode } from '../../protocol/encoding/utf8.ts'
import type { Guard } from '../../protocol/ports.ts'
import { encodeWalEntry } from '../../protocol/replica/durability/wal-entry.ts'
import type { CommittedBlock, ReplicaEffect } from '../../protocol/replica/effect.ts'
import { storageKey } from '../../protocol/storage-keys.ts'
import { EventQueue } from '../../simulations/clock/event-queue.ts'
import { Disk } from '../../simulations/disk.ts'
import { ConductWatch } from '../../simulations/invariants/conduct-watch.ts'
import { LedgerWatch } from '../../simulations/invariants/ledger-watch.ts'
import { faultyMax, quorumOf } from '../../simulations/invariants/quorums.ts'
import { VoteWatch } from '../../simulations/invariants/vote-watch.ts'
import { inventNetwork } from '../../simulations/invented-network.ts'
import type { Observed } from '../../simulations/observer.ts'
import { Random } from '../../simulations/random.ts'
import { HASHED } from '../../simulations/signatures.ts'
import { type InvariantName, Violation } from '../../simulations/violation.ts'

const { genesis, consensusKeys } = inventNetwork(4)
const HEADER = utf8Encode('a header')
const BLOCK = blockIdOf(HEADER)
const OTHER_HEADER = utf8Encode('another header')
const OTHER = blockIdOf(OTHER_HEADER)
const GUARD: Guard = { height: 1, view: 0, prePrepare: null, prepare: null, commit: null }

class Witness implements Observed {
  readonly place: number
  readonly member: number
  readonly name: string
  readonly faulty: boolean
  readonly queue = new EventQueue()
  readonly disk: Disk
  readonly verifying: number = 0

  constructor(member: number, faulty = false) {
    this.place = member
    this.member = member
    this.name = `n${member}`
    this.faulty = faulty
    this.disk = new Disk(this.queue, new Random('witness'), { syncMeanMs: 1, disorderly: false })
  }

  status(): undefined {
    return undefined
  }

  sync(): void {
    this.disk.persist(GUARD, () => undefined)
    while (this.queue.runNext());
  }
}

/** Signs as it should: persisted first, with the body of the block, which it has found valid. */
function signs(
  watch: VoteWatch,
  node: Witness,
  draft: Draft,
  { persisted = true, valid = true } = {},
): void {
  const signable = signableOf(genesis.chain, draft)
  if (draft.block !== null) {
    const input = { kind: 'checked', block: draft.block, valid } as const
    node.disk.append(encodeWalEntry({ kind: 'input', input }))
  }
  for (const header of [HEADER, OTHER_HEADER]) {
    node.disk.append(encodeWalEntry({ kind: 'block', header, body: utf8Encode('body') }))
  }
  if (persisted) node.disk.append(encodeWalEntry({ kind: 'signed', signable: digestOf(signable) }))
  node.sync()
  watch.signed(node, signable)
}

function violates(invariant: InvariantName, action: () => void): void {
  assert.throws(action, (error) => error instanceof Violation && error.invariant === invariant)
}

function prepareOf(member: number, view: number, block: Digest | null, validView = -1): Draft {
  return { kind: 'prepare', height: 1, view, block, validView, member }
}

function commitOf(member: number, view: number, block: Digest | null): Draft {
  return { kind: 'commit', height: 1, view, block, member }
}

function polkaIn(watch: VoteWatch, view: number, block: Digest, validView = -1): Witness[] {
  const nodes = [0, 1, 2].map((member) => new Witness(member))
  for (const node of nodes) signs(watch, node, prepareOf(node.member, view, block, validView))
  return nodes
}

describe('the invariants about votes', () => {
  it('let an honest height pass', () => {
    const watch = new VoteWatch(genesis)
    for (const node of polkaIn(watch, 0, BLOCK)) signs(watch, node, commitOf(node.member, 0, BLOCK))
  })

  it('notice a vote that is signed before it is in the synced log', () => {
    const watch = new VoteWatch(genesis)
    violates('sent implies persisted', () =>
      signs(watch, new Witness(0), prepareOf(0, 0, BLOCK), { persisted: false }),
    )
  })

  it('notice a COMMIT to a block whose body is not in the synced log', () => {
    const watch = new VoteWatch(genesis)
    polkaIn(watch, 0, digestOf(utf8Encode('nowhere')))
    const commit = commitOf(0, 0, digestOf(utf8Encode('nowhere')))
    violates('sent implies persisted', () => signs(watch, new Witness(0), commit))
  })

  it('notice a vote for a block that was found invalid', () => {
    const watch = new VoteWatch(genesis)
    violates('valid', () => signs(watch, new Witness(0), prepareOf(0, 0, BLOCK), { valid: false }))
  })

  it('notice two different votes for one place', () => {
    const watch = new VoteWatch(genesis)
    signs(watch, new Witness(0), prepareOf(0, 0, BLOCK))
    violates('no conflicting votes', () => signs(watch, new Witness(0), prepareOf(0, 0, null)))
  })

  it('notice a signature that names no chain', () => {
    const watch = new VoteWatch(genesis)
    const foreign = signableOf(digestOf(utf8Encode('other chain')), prepareOf(0, 0, BLOCK))
    violates('no conflicting votes', () => watch.signed(new Witness(0), foreign))
  })

  it('notice a COMMIT without a polka, and one whose polka mixes valid views', () => {
    const watch = new VoteWatch(genesis)
    violates('lock', () => signs(watch, new Witness(3), commitOf(3, 0, BLOCK)))
    const mixed = new VoteWatch(genesis)
    polkaIn(mixed, 0, BLOCK)
    for (const [member, validView] of [
      [0, -1],
      [1, 0],
      [2, 0],
    ] as const) {
      signs(mixed, new Witness(member), prepareOf(member, 1, BLOCK, validView))
    }
    violates('lock', () => signs(mixed, new Witness(0), commitOf(0, 1, BLOCK)))
  })

  it('notice a PREPARE against a lock, and let one with a newer polka pass', () => {
    const watch = new VoteWatch(genesis)
    const [locked] = polkaIn(watch, 0, BLOCK)
    assert.ok(locked)
    signs(watch, locked, commitOf(0, 0, BLOCK))
    violates('lock', () => signs(watch, locked, prepareOf(0, 1, OTHER)))
    const free = new VoteWatch(genesis)
    const [unlocked] = polkaIn(free, 0, BLOCK)
    assert.ok(unlocked)
    signs(free, unlocked, commitOf(0, 0, BLOCK))
    for (const member of [1, 2, 3])
      signs(free, new Witness(member, true), prepareOf(member, 1, OTHER))
    signs(free, unlocked, prepareOf(0, 1, null))
    signs(free, unlocked, prepareOf(0, 2, OTHER, 1))
  })

  it('notice a claimed polka that nobody has', () => {
    const watch = new VoteWatch(genesis)
    signs(watch, new Witness(0), prepareOf(0, 0, null))
    violates('lock', () => signs(watch, new Witness(0), prepareOf(0, 1, BLOCK, 0)))
  })

  it('notice a member that follows nobody honest into a later view', () => {
    const watch = new VoteWatch(genesis)
    signs(watch, new Witness(0), prepareOf(0, 0, null))
    signs(watch, new Witness(0), prepareOf(0, 1, null))
    violates('view change', () => signs(watch, new Witness(1), prepareOf(1, 3, null)))
  })

  it('notice a guard that falls back or unsays', () => {
    const watch = new VoteWatch(genesis)
    const node = new Witness(0)
    const persist = (guard: Guard) => watch.effect(node, { kind: 'persist', job: 1, guard })
    persist({ ...GUARD, view: 1, prepare: BLOCK })
    violates('guard rises', () => persist(GUARD))
    violates('guard rises', () => persist({ ...GUARD, view: 1, prepare: OTHER }))
    persist({ ...GUARD, height: 2 })
  })
})

interface CommitOptions {
  readonly header?: Uint8Array
  readonly signers?: readonly number[]
  readonly records?: readonly Digest[]
  readonly extra?: Uint8Array
  readonly height?: number
}

function commitEffect(options: CommitOptions = {}): Extract<ReplicaEffect, { kind: 'commit' }> {
  const {
    header = HEADER,
    signers = [0, 1, 2],
    records = [],
    extra = utf8Encode('x'),
    height = 1,
  } = options
  const id = blockIdOf(header)
  const signatures = signers.map((member) => {
    const key = consensusKeys[member]
    assert.ok(key)
    return HASHED.sign(
      key,
      signableOf(genesis.chain, { kind: 'commit', height, view: 0, block: id, member }),
    )
  })
  const proof = encodeCommitProof({ height, view: 0, block: id, signers, signatures })
  const block: CommittedBlock = { height, id, timeMs: 0, view: 0, records }
  const writes = [
    { key: storageKey.header(height), value: header },
    { key: storageKey.proof(height), value: proof },
    { key: 'z/extra', value: extra },
  ]
  return { kind: 'commit', height, writes, block }
}

function ledgerWatch(): LedgerWatch {
  return new LedgerWatch(genesis, HASHED, new EventQueue())
}

describe('the invariants about the ledger', () => {
  it('let equal decisions with different proofs pass', () => {
    const watch = ledgerWatch()
    watch.effect(new Witness(0), commitEffect())
    watch.effect(new Witness(1), commitEffect({ signers: [1, 2, 3] }))
  })

  it('notice two blocks at one height', () => {
    const watch = ledgerWatch()
    watch.effect(new Witness(0), commitEffect())
    violates('agreement', () =>
      watch.effect(new Witness(1), commitEffect({ header: OTHER_HEADER })),
    )
  })

  it('notice a decision without a quorum', () => {
    violates('commit proof', () =>
      ledgerWatch().effect(new Witness(0), commitEffect({ signers: [0, 1] })),
    )
  })

  it('notice stores that differ', () => {
    const watch = ledgerWatch()
    watch.effect(new Witness(0), commitEffect())
    violates('equal stores', () =>
      watch.effect(new Witness(1), commitEffect({ extra: utf8Encode('y') })),
    )
  })

  it('notice a record that is committed twice', () => {
    const watch = ledgerWatch()
    watch.effect(new Witness(0), commitEffect({ records: [BLOCK] }))
    const again = commitEffect({ header: OTHER_HEADER, records: [BLOCK], height: 2 })
    violates('exactly once', () => watch.effect(new Witness(0), again))
  })

  it('notice an acknowledgement of what is not there, or not yet durable', () => {
    const watch = ledgerWatch()
    const settled = {
      kind: 'settled',
      record: BLOCK,
      outcome: { status: 'committed', height: 1 },
    } as const
    violates('acknowledged is kept', () => watch.effect(new Witness(0), settled))
    watch.effect(new Witness(0), commitEffect({ records: [BLOCK] }))
    violates('acknowledged is kept', () => watch.effect(new Witness(0), settled))
  })

  it('notice a record that was called expired and is committed', () => {
    const watch = ledgerWatch()
    watch.effect(new Witness(0), { kind: 'settled', record: BLOCK, outcome: { status: 'expired' } })
    violates('acknowledged is kept', () =>
      watch.effect(new Witness(0), commitEffect({ records: [BLOCK] })),
    )
  })

  it('notice a store that lacks a block', () => {
    const watch = ledgerWatch()
    watch.effect(new Witness(0), commitEffect())
    violates('agreement', () => watch.verifyStore(new Witness(1)))
  })
})

describe('the invariants about conduct', () => {
  const message = (member: number): ConsensusMessage => ({
    kind: 'commit',
    height: 1,
    view: 0,
    block: BLOCK,
    member,
    signature: new Uint8Array(64),
  })

  it('notice an accusation of somebody honest only', () => {
    const watch = new ConductWatch({ members: new Set([2]), authors: new Set() })
    const accuse = (member: number) =>
      watch.effect(new Witness(0), {
        kind: 'accuse',
        evidence: { kind: 'equivocation', first: message(member), second: message(member) },
      })
    accuse(2)
    violates('no honest node accused', () => accuse(1))
  })

  it('notice an alarm where nobody lies', () => {
    const watch = new ConductWatch({ members: new Set(), authors: new Set() })
    const alarm = { kind: 'alarm', alarm: 'state-root-mismatch', detail: 'd' } as const
    violates('agreement', () => watch.effect(new Witness(0), alarm))
  })

  it('notice a log that grows without bound', () => {
    const watch = new ConductWatch({ members: new Set(), authors: new Set() })
    const node = new Witness(0)
    for (let i = 0; i <= 50_000; i++) node.disk.append(HEADER)
    violates('bounds', () => watch.stepped(node))
  })
})

describe('the quorums of the invariants', () => {
  it('share an honest member, and can be reached by the honest alone', () => {
    for (let n = 1; n <= 64; n++) {
      const [f, q] = [faultyMax(n), quorumOf(n)]
      assert.ok(3 * f < n && 3 * (f + 1) >= n, `f of ${n}`)
      assert.ok(2 * q - n >= f + 1 && 2 * (q - 1) - n < f + 1 && q <= n - f, `q of ${n}`)
    }
  })
})
