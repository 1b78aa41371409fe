import type { ArtefactDescription } from '../../../protocol/records/certificates/certificates.ts'
import type { EvidenceFlags, SigningFlags } from '../flags.ts'

/** Flags that every kind of certificate has. */
export interface CertifyFlags extends SigningFlags, EvidenceFlags {
  readonly name?: string
  readonly title?: string
  readonly description?: string
  readonly share: ArtefactDescription['share']
  readonly salted?: boolean
  readonly software?: readonly string[]
  readonly offline?: boolean
  readonly out?: string
  readonly nonce?: number
}

/** Flags that say what something was made from. */
export interface FromFlags {
  readonly input?: readonly string[]
  readonly reason?: string
  readonly subset?: readonly string[]
}

/** Flags that describe data. */
export interface DataFlags {
  readonly type?: string
  readonly licence?: string
  readonly bounds?: string
}
