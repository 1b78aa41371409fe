import type { Digest } from '../digest.ts'
import type { UnknownAncestry } from '../queries/family/lineage-graph.ts'
import type { StoryRecord } from '../queries/family/story.ts'
import type { ArtefactDescription } from '../records/certificates/certificates.ts'
import type { Phase } from '../records/events/events.ts'
import type { CertificateType, Predicates, RecordType } from '../records/statement.ts'
import type { RecallState } from '../rules/artefact-state.ts'

/** Exactly what a receipt proves to someone who trusts one genesis, and nothing beyond. */
export interface ReceiptVerdict {
  readonly chain: Digest
  /** Name of the network in its genesis. */
  readonly network: string
  /** The block that everything is proven under. Whatever came later is unknown. */
  readonly asOf: {
    readonly height: number
    readonly block: Digest
    readonly timeMs: number
    readonly logSize: number
    readonly view: number
  }
  readonly committee: {
    readonly members: number
    readonly quorum: number
    /** Organisations whose COMMIT on that block was verified. */
    readonly signers: readonly string[]
  }
  readonly subject: ProvenRecord
  /** The subject, then the others in the order of the log. */
  readonly records: readonly ProvenRecord[]
  /** Of the subject and of every ancestor that is here. */
  readonly recalls: readonly ProvenRecall[]
  /** Of a subject that is an advisory: it warns no more. */
  readonly withdrawn?: ProvenWithdrawal
  /** Of an artefact: what was said of it since its registration. */
  readonly story?: ProvenStory
  readonly ancestry: {
    /** Every record that one of these names is among them. */
    readonly closed: boolean
    /** Named, and not in the receipt. */
    readonly missing: readonly Digest[]
    /** Ancestry that the signers declared to be off the ledger. */
    readonly unknown: readonly UnknownAncestry[]
  }
}

/** What was said of the subject, as far as the receipt has it: events, phases, recalls, answers. */
export interface ProvenStory {
  /** Everything that the birth certificate itself says. */
  readonly certificate: Predicates[CertificateType]
  /** In the order of the log; what was corrected stays, and names what corrected it. */
  readonly records: readonly StoryRecord[]
  /** So many there were until the block of the receipt: the state counts them. */
  readonly said: number
  /** All of them are here, and all approvals of its recalls: nothing else was said of it until then. */
  readonly complete: boolean
  /** Of a model: phases of which the receipt has no record. Nobody signed them only where it is complete. */
  readonly missingPhases?: readonly Phase[]
}

/** An artefact of the receipt that was recalled as of its block. */
export interface ProvenRecall extends RecallState {
  /** The subject, or one of its ancestors. */
  readonly artefact: Digest
  /** Of the recall's own record, where the receipt has it. */
  readonly reason?: string
  readonly signer?: string
  readonly organisation?: string
}

/** What ended an advisory as of the block of the receipt. */
export interface ProvenWithdrawal {
  readonly record: Digest
  /** Of the withdrawal's own record, where the receipt has it. */
  readonly reason?: string
  readonly signer?: string
  readonly organisation?: string
  readonly height?: number
  readonly timeMs?: number
}

export interface ProvenRecord {
  readonly id: Digest
  readonly type: RecordType
  /** did:key */
  readonly author: string
  /** Name of the person or source behind the key, and the organisation that vouches for it. */
  readonly signer: string
  readonly organisation: string
  /** The key counted when the record was committed; this is whether it still did as of the block. */
  readonly authorKey: 'valid' | 'ended'
  readonly height: number
  readonly timeMs: number
  readonly logIndex: number
  /** Of a birth certificate. */
  readonly artefact?: ProvenArtefact
  /** Of an event. */
  readonly happened?: { readonly artefact: Digest; readonly event: string }
}

export interface ProvenArtefact {
  /** Built-in, or declared by the network. */
  readonly type: string
  /** Who answers for it as of the block: whoever registered it, or took it over since. */
  readonly owner: string
  readonly description: ArtefactDescription
  /** Exactly one of the two. */
  readonly sha256?: Digest
  readonly saltedSha256?: Digest
  readonly state: string
  /** Height at which it came into that state. */
  readonly stateHeight: number
  /** Records that it names: all of them, those of datasets, those of parents. */
  readonly ancestors: readonly Digest[]
  readonly datasets: readonly Digest[]
  readonly parents: readonly Digest[]
  readonly unknownAncestry: boolean
  /** It is, or was made with, the pipeline of this record id, which the network's rules forbid. */
  readonly invalid?: Digest
  /** Of the artefact itself; its ancestors have their own. */
  readonly recall?: RecallState
}

/** What was found of the bytes that someone holds. */
export interface Content {
  readonly sha256: Digest
  /** Where the owner disclosed the salt. */
  readonly saltedSha256?: Digest
}

/** `undecidable` without the salt of a salted digest, and for a record that is about no content. */
export type ContentVerdict = 'same' | 'different' | 'undecidable'

/** Whether these are the bytes that a proven record speaks of. */
export function verifyReceiptContent(record: ProvenRecord, content: Content): ContentVerdict {
  const { sha256, saltedSha256 } = record.artefact ?? {}
  if (sha256 !== undefined) return content.sha256 === sha256 ? 'same' : 'different'
  if (saltedSha256 === undefined || content.saltedSha256 === undefined) return 'undecidable'
  return content.saltedSha256 === saltedSha256 ? 'same' : 'different'
}
