import type { InputEdge } from '../protocol/records/certificates/certificates.ts'
import type { InventedNetwork, Person } from './invented-network.ts'
import type { Random } from './random.ts'
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
  signRawData,
  signRecall,
  signRetirement,
  signWithdrawal,
} from './records.ts'

/** One thing that somebody says, honestly or not. */
export interface Invention {
  readonly record: SignedRecord
  readonly kind:
    | 'data'
    | 'model'
    | 'pipeline'
    | 'offer'
    | 'recall'
    | 'proposal'
    | 'advisory'
    | 'other'
  readonly what: string
  /** Of an offer: the organisation that may accept. */
  readonly offeredTo?: string
}

export interface InventorParts {
  readonly random: Random
  readonly network: InventedNetwork
  readonly signing: (author: Person) => Signing
}

const UNKNOWN = { kind: 'unknown', reason: 'not said' } as const
/** How often the one who may say something is the one who says it. */
const RIGHTFUL = 0.7
/** How much of what is said are warnings, their withdrawals and answers. */
const WARNINGS = 0.08

/**
 * What people say of artefacts, given what they know to be on the ledger. Many a word is illegal, or
 * by somebody who has no right to it: no honest node may commit that.
 */
export class Inventor {
  readonly #parts: InventorParts

  constructor(parts: InventorParts) {
    this.#parts = parts
  }

  /** @param known all that was said before and committed */
  next(name: string, known: readonly Invention[]): Invention {
    const { random } = this.#parts
    const artefacts = known.filter(({ kind }) => ['data', 'model', 'pipeline'].includes(kind))
    if (artefacts.length > 0 && random.chance(WARNINGS)) return this.#warn(name, artefacts, known)
    const dice = random.fraction()
    if (artefacts.length === 0 || dice < 0.2) return this.#data(name, artefacts)
    if (dice < 0.3) return this.#pipeline(name)
    if (dice < 0.5) return this.#model(name, artefacts)
    if (dice < 0.58) return this.#accept(known) ?? this.#data(name, artefacts)
    if (dice < 0.8) return this.#approve(known) ?? this.#recall(random.pick(artefacts))
    return this.#happens(random.pick(artefacts), known)
  }

  #data(name: string, artefacts: readonly Invention[]): Invention {
    const { random } = this.#parts
    const signing = this.#signing(this.#anyone())
    if (random.chance(0.3)) {
      return { record: signRawData(signing, name), kind: 'data', what: `raw data ${name}` }
    }
    const edge: InputEdge =
      artefacts.length === 0 || random.chance(0.2) ? UNKNOWN : edgeTo(random.pick(artefacts))
    const inputs = random.chance(0.5) ? [edge] : undefined
    return { record: signDataset(signing, name, inputs), kind: 'data', what: `dataset ${name}` }
  }

  /** Half of them keep the rule of the invented network. */
  #pipeline(name: string): Invention {
    const kinds = this.#parts.random.shuffle(['normalise', 'train'])
    const record = signPipeline(this.#signing(this.#anyone()), name, kinds)
    return { record, kind: 'pipeline', what: `pipeline ${name}` }
  }

  #model(name: string, artefacts: readonly Invention[]): Invention {
    const { random } = this.#parts
    const ancestor = random.pick(artefacts)
    const pipelines = artefacts.filter(({ kind }) => kind === 'pipeline')
    const isParent = ancestor.kind === 'model'
    const ancestry = {
      datasets: [ancestor.kind === 'data' ? edgeTo(ancestor) : UNKNOWN],
      parents: isParent ? [{ ...edgeTo(ancestor), relation: 'finetune' as const }] : [],
      ...(pipelines.length > 0 &&
        random.chance(0.4) && { pipeline: referenceTo(random.pick(pipelines)) }),
    }
    const record = signModel(this.#signing(this.#anyone()), name, ancestry)
    return { record, kind: 'model', what: `model ${name}` }
  }

  #happens(any: Invention, known: readonly Invention[]): Invention {
    const { random, network } = this.#parts
    const dice = random.below(6)
    const artefact = dice === 2 ? (this.#latest(known, 'model') ?? any) : any
    const signing = this.#signing(this.#rightly(artefact.record.author))
    const target = artefact.record
    const other = (record: SignedRecord, what: string): Invention => {
      return { record, kind: 'other', what: `${what} of ${artefact.what}` }
    }
    const to = random.pick(network.persons).organisation
    switch (dice) {
      case 0: {
        const record = signEvent(signing, target, 'offered', { to })
        return {
          record,
          kind: 'offer',
          what: `the offer of ${artefact.what} to ${to}`,
          offeredTo: to,
        }
      }
      case 1:
        return other(signEvent(signing, target, 'invited', { to }), `the invitation of ${to}`)
      case 2:
        return other(signPhase(signing, target, 'invented'), 'a phase')
      case 3: {
        const event = artefact.kind === 'model' ? 'trained' : 'validated'
        return other(signEvent(signing, target, event, { method: 'a look' }), `that it is ${event}`)
      }
      case 4:
        return other(signRetirement(signing, target), 'the retirement')
      default:
        return this.#recall(artefact)
    }
  }

  #recall(artefact: Invention): Invention {
    const { random } = this.#parts
    const action = random.chance(0.65) ? 'recall' : 'lift'
    const author = random.chance(0.4) ? artefact.record.author : this.#anyone()
    const record = signRecall(this.#signing(author), artefact.record, action)
    const kind = author === artefact.record.author ? 'recall' : 'proposal'
    return { record, kind, what: `a ${action} of ${artefact.what}` }
  }

  #warn(name: string, artefacts: readonly Invention[], known: readonly Invention[]): Invention {
    const { random } = this.#parts
    const advisory = this.#latest(known, 'advisory')
    if (advisory === undefined || random.chance(0.3)) {
      const record = signAdvisory(this.#signing(this.#anyone()), name)
      return { record, kind: 'advisory', what: `the advisory ${name}` }
    }
    const something = random.pick(known)
    if (random.chance(0.5)) {
      const target = random.chance(RIGHTFUL) ? advisory : something
      const signing = this.#signing(this.#rightly(target.record.author))
      const record = signWithdrawal(signing, target.record)
      return { record, kind: 'other', what: `the withdrawal of ${target.what}` }
    }
    const artefact = random.pick(artefacts)
    const proposal = this.#latest(known, 'proposal')
    const { record } = random.pick([advisory, proposal ?? advisory, something])
    const signing = this.#signing(this.#rightly(artefact.record.author))
    const answer = signAnswer(signing, artefact.record, record.id)
    return { record: answer, kind: 'other', what: `an answer for ${artefact.what}` }
  }

  #approve(known: readonly Invention[]): Invention | undefined {
    const { random, network } = this.#parts
    const proposal = this.#latest(known, 'proposal')
    if (proposal === undefined) return undefined
    const signer = random.pick(random.chance(RIGHTFUL) ? network.admins : network.persons)
    const record = signApproval(this.#signing(signer), proposal.record)
    return { record, kind: 'other', what: `the approval of ${proposal.what}` }
  }

  #accept(known: readonly Invention[]): Invention | undefined {
    const { network } = this.#parts
    const offer = this.#latest(known, 'offer')
    if (offer === undefined) return undefined
    const heir = network.persons.find(({ organisation }) => organisation === offer.offeredTo)
    const signing = this.#signing(this.#rightly(heir ?? this.#anyone()))
    const target = { id: offer.record.about, artefact: offer.record.artefact }
    const record = signEvent(signing, target, 'accepted')
    return { record, kind: 'other', what: `the acceptance of ${offer.what}` }
  }

  /** Mostly the last of its kind, so that things come to an end. */
  #latest(known: readonly Invention[], kind: Invention['kind']): Invention | undefined {
    const all = known.filter((invention) => invention.kind === kind)
    return all.length === 0 || this.#parts.random.chance(0.8) ? all.at(-1) : all.at(-2)
  }

  #anyone(): Person {
    return this.#parts.random.pick(this.#parts.network.persons)
  }

  #rightly(person: Person): Person {
    return this.#parts.random.chance(RIGHTFUL) ? person : this.#anyone()
  }

  #signing(author: Person): Signing {
    return this.#parts.signing(author)
  }
}

function referenceTo({ record }: Invention) {
  return { record: record.id, digest: record.artefact }
}

function edgeTo(invention: Invention) {
  return { kind: 'certified', ...referenceTo(invention) } as const
}
