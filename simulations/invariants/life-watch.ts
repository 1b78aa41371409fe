import { decodeBody } from '../../protocol/chain/body.ts'
import type { Genesis } from '../../protocol/chain/genesis.ts'
import type { Digest } from '../../protocol/digest.ts'
import { utf8Decode } from '../../protocol/encoding/utf8.ts'
import type { Write } from '../../protocol/ports.ts'
import { parseEnvelope } from '../../protocol/records/envelope.ts'
import type { EventPredicate } from '../../protocol/records/events/events.ts'
import type { KeyPredicate } from '../../protocol/records/events/keys.ts'
import type {
  RecallPredicate,
  StatusPredicate,
  WithdrawalPredicate,
} from '../../protocol/records/events/recalls.ts'
import { isCertificate, type LedgerRecord } from '../../protocol/records/record.ts'
import { isRejection } from '../../protocol/rejection.ts'
import type { ReplicaEffect } from '../../protocol/replica/effect.ts'
import { PREFIXES, stateKey, storageKey } from '../../protocol/storage-keys.ts'
import type { Observed, Observer } from '../observer.ts'
import { hold } from '../violation.ts'
import { quorumOf } from './quorums.ts'

/** One artefact, as this onlooker keeps its books: from the committed records and nothing else. */
interface Life {
  owner: string
  offeredTo: string | undefined
  readonly invited: Set<string>
  retired: boolean
  recalledBy: 'owner' | 'committee' | undefined
  readonly unknown: boolean
  /** It is, or was made with, a pipeline that trains before it normalises. */
  readonly invalid: boolean
  /** Committed records about it. */
  said: number
}

interface Warning {
  readonly publisher: string
  withdrawn: boolean
}

interface Proposal {
  readonly artefact: Digest
  readonly action: 'recall' | 'lift'
  readonly approvals: Set<string>
}

/** What the chain's state keeps of an artefact, as far as it is compared. */
interface Kept {
  readonly owner: string
  readonly contributors?: readonly string[]
  readonly recall?: { readonly by: 'owner' | 'committee' }
  readonly unknownAncestry?: true
  readonly invalid?: Digest
  readonly said?: number
}

const OWNERS_EVENTS = ['offered', 'withdrawn', 'invited', 'uninvited', 'retired', 'deployed']

/**
 * Watches what artefacts live through: only who may say a thing has it committed, a recall has its
 * owner or a quorum behind it, a warning is taken back by whoever gave it and once, and the state
 * says of every artefact what its records say, and how many they are.
 */
export class LifeWatch implements Observer {
  readonly #genesis: Genesis
  /** did:key -> organisation. */
  readonly #organisations: Map<string, string>
  readonly #admins: ReadonlySet<string>
  readonly #lives = new Map<Digest, Life>()
  readonly #proposals = new Map<Digest, Proposal>()
  readonly #warnings = new Map<Digest, Warning>()
  #height = 0

  constructor(genesis: Genesis) {
    this.#genesis = genesis
    const keys = genesis.document.members.flatMap(({ organisation, keys: all }) =>
      all.map((key) => ({ ...key, organisation })),
    )
    this.#organisations = new Map(keys.map(({ did, organisation }) => [did, organisation]))
    this.#admins = new Set(keys.flatMap((key) => (key.class === 'admin' ? [key.did] : [])))
  }

  effect(node: Observed, effect: ReplicaEffect): void {
    if (node.faulty || effect.kind !== 'commit' || effect.block.height <= this.#height) return
    const { block, writes } = effect
    this.#height = block.height
    const bytes = writes.find(({ key }) => key === storageKey.body(block.height))?.value
    const body = decodeBody(bytes ?? new Uint8Array(), this.#genesis.document.parameters)
    for (const envelope of isRejection(body) ? [] : body.envelopes) {
      const record = parseEnvelope(envelope)
      if (!isRejection(record)) this.#follow(record)
    }
    for (const write of writes) this.#compare(write)
  }

  #follow(record: LedgerRecord): void {
    const actor = this.#organisations.get(record.ledger.author) ?? 'a stranger'
    if (isCertificate(record)) return this.#begin(record, actor)
    const { type, statement } = record
    if (type === 'approval') return this.#approve(record, actor)
    if (type === 'key') return this.#register(record, actor)
    if (type === 'rejoin') return this.#byAdmin(record, actor, 'lets a node sign again')
    if (type === 'advisory') {
      this.#warnings.set(record.id, { publisher: actor, withdrawn: false })
      return
    }
    if (type === 'withdrawal') return this.#takeBack(record, actor)
    const life = this.#lives.get(statement.predicate.artefact)
    this.#rightful(life !== undefined, record, actor, 'speaks of nothing')
    if (life === undefined) return
    life.said++
    if (type === 'status') return this.#answer(record, life, actor)
    if (type === 'recall') return this.#recall(record, life, actor)
    this.#rightful(!life.retired, record, actor, 'changes what is retired')
    if (type === 'event') return this.#happen(record, life, actor)
    this.#rightful(isContributor(life, actor), record, actor, 'tells a phase uninvited')
  }

  #register(record: LedgerRecord, actor: string): void {
    const { key } = record.statement.predicate as KeyPredicate
    this.#byAdmin(record, actor, 'registers a key')
    this.#organisations.set(key.did, actor)
  }

  #byAdmin(record: LedgerRecord, actor: string, what: string): void {
    this.#rightful(this.#admins.has(record.ledger.author), record, actor, what)
  }

  #takeBack(record: LedgerRecord, actor: string): void {
    const { advisory } = record.statement.predicate as WithdrawalPredicate
    const warning = this.#warnings.get(advisory)
    this.#rightful(warning !== undefined, record, actor, 'withdraws no advisory')
    if (warning === undefined) return
    this.#rightful(warning.publisher === actor, record, actor, 'withdraws what others published')
    this.#rightful(!warning.withdrawn, record, actor, 'withdraws what is withdrawn')
    warning.withdrawn = true
  }

  #answer(record: LedgerRecord, life: Life, actor: string): void {
    const { about } = record.statement.predicate as StatusPredicate
    this.#rightful(actor === life.owner, record, actor, 'answers for others')
    const isKnown = this.#warnings.has(about) || this.#proposals.get(about)?.action === 'recall'
    this.#rightful(isKnown, record, actor, 'answers what nobody said')
  }

  #begin(record: LedgerRecord, owner: string): void {
    const text = JSON.stringify(record.statement.predicate)
    const ancestors = [...text.matchAll(/"record":"([0-9a-f]{64})"/g)].map(([, id]) =>
      this.#lives.get(id as Digest),
    )
    this.#rightful(!ancestors.includes(undefined), record, owner, 'names nothing as an ancestor')
    this.#lives.set(record.id, {
      owner,
      offeredTo: undefined,
      invited: new Set(),
      retired: false,
      recalledBy: undefined,
      unknown:
        /"kind":"(?:unknown|external)"/.test(text) ||
        ancestors.some((ancestor) => ancestor?.unknown === true),
      invalid:
        /"kind":"train".*"kind":"normalise"/.test(text) ||
        ancestors.some((ancestor) => ancestor?.invalid === true),
      said: 0,
    })
  }

  #happen(record: LedgerRecord, life: Life, actor: string): void {
    const { event, details } = record.statement.predicate as EventPredicate
    const isOwner = actor === life.owner
    if (OWNERS_EVENTS.includes(event)) this.#rightful(isOwner, record, actor, `says ${event}`)
    else if (event === 'accepted' || event === 'declined') {
      this.#rightful(actor === life.offeredTo, record, actor, `says ${event}`)
    } else this.#rightful(isContributor(life, actor), record, actor, `says ${event}`)
    if (event === 'offered') life.offeredTo = String(details.to)
    if (event === 'invited') life.invited.add(String(details.to))
    if (event === 'uninvited') life.invited.delete(String(details.to))
    if (event === 'retired') life.retired = true
    if (event !== 'accepted') return
    life.owner = actor
    life.offeredTo = undefined
    life.invited.clear()
  }

  #recall(record: LedgerRecord, life: Life, actor: string): void {
    const { action, artefact } = record.statement.predicate as RecallPredicate
    this.#proposals.set(record.id, { artefact, action, approvals: new Set() })
    if (actor !== life.owner || life.recalledBy === 'committee') return
    life.recalledBy = action === 'recall' ? 'owner' : undefined
  }

  #approve(record: LedgerRecord, actor: string): void {
    const proposal = this.#proposals.get(
      (record.statement.predicate as { proposal: Digest }).proposal,
    )
    const isAdmin = this.#admins.has(record.ledger.author)
    this.#rightful(isAdmin && proposal !== undefined, record, actor, 'approves')
    if (proposal === undefined) return
    this.#rightful(!proposal.approvals.has(actor), record, actor, 'approves twice')
    proposal.approvals.add(actor)
    if (proposal.approvals.size !== quorumOf(this.#genesis.committee.members.length)) return
    const life = this.#lives.get(proposal.artefact)
    if (life !== undefined) life.recalledBy = proposal.action === 'recall' ? 'committee' : undefined
  }

  #rightful(condition: boolean, { id }: LedgerRecord, actor: string, what: string): void {
    hold(condition, 'rightful lives', () => {
      return `${actor} ${what} in record ${id.slice(0, 8)}, and it is committed`
    })
  }

  /** Only states of artefacts are compared. */
  #compare({ key, value }: Write): void {
    const prefix = PREFIXES.state + stateKey.artefact('' as Digest)
    if (!key.startsWith(prefix) || value === undefined) return
    const life = this.#lives.get(key.slice(prefix.length) as Digest)
    const kept = JSON.parse(utf8Decode(value) ?? '{}') as Kept
    const told = describe({
      owner: life?.owner,
      contributors: [...(life?.invited ?? [])].toSorted((a, b) => (a < b ? -1 : 1)).join(' '),
      recall: life?.recalledBy,
      unknown: life?.unknown,
      invalid: life?.invalid,
      said: life?.said,
    })
    const state = describe({
      owner: kept.owner,
      contributors: kept.contributors?.join(' ') ?? '',
      recall: kept.recall?.by,
      unknown: kept.unknownAncestry === true,
      invalid: kept.invalid !== undefined,
      said: kept.said ?? 0,
    })
    hold(told === state, 'rightful lives', () => {
      return `artefact ${key.slice(-64, -56)} is ${state} in the state, and ${told} by its records`
    })
  }
}

function isContributor({ owner, invited }: Life, actor: string): boolean {
  return actor === owner || invited.has(actor)
}

function describe(facts: Readonly<Record<string, string | number | boolean | undefined>>): string {
  return Object.entries(facts)
    .map(([name, fact]) => `${name} ${fact}`)
    .join(', ')
}
