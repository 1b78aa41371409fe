import type { SubjectDigest } from '../../../protocol/records/build.ts'
import type { ArtefactDescription } from '../../../protocol/records/certificates/certificates.ts'
import type { CertificateType, Predicates } from '../../../protocol/records/statement.ts'
import type { NameAndVersion } from '../../artefacts/artefact-name.ts'
import type { HashedArtefact } from '../../hashing/hash-artefact.ts'

/** What a certificate of one type says beside where it belongs and which bytes it is about. */
export type Content<T extends CertificateType> = Omit<Predicates[T], 'ledger' | 'artefact'>

/** An artefact, hashed and named, ready to be certified. */
export interface Prepared {
  readonly hashed: HashedArtefact
  /** With the salt taken in, if any. */
  readonly digest: SubjectDigest
  readonly salt?: Uint8Array
  readonly naming: NameAndVersion
  /** Without the CIDs, which are known once the bytes are stored. */
  readonly description: ArtefactDescription
}

/** A certificate that is to be on the ledger once. */
export interface Certification {
  readonly type: CertificateType
  readonly prepared: Prepared
  /** All that makes this certificate another one than its neighbours, as JSON. */
  readonly content: object
  /** Drawn for each signing, and not what makes it another one: the id of a model. */
  readonly draw?: () => object
  /** Something in the content looks wrong: it is signed only with a yes that somebody gave. */
  readonly insists?: boolean
}
