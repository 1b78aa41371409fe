import { createIdentityKey } from '../../protocol/chain/identity.ts'
import { canonicalJson } from '../../protocol/encoding/canonical-json.ts'
import { aboutArtefactStatement, keyStatement } from '../../protocol/records/build.ts'
import type {
  ArtefactReference,
  Scalars,
} from '../../protocol/records/certificates/certificates.ts'
import { didOf } from '../../protocol/records/did-key.ts'
import type { Phase, PhaseContents } from '../../protocol/records/events/events.ts'
import { type CertificateType, PREDICATE_TYPES } from '../../protocol/records/statement.ts'
import {
  artefactDigest,
  ledgerFields,
  type SignedRecord,
  type Signing,
  signed,
} from '../records.ts'
import type { KeyPair } from '../signatures.ts'

/** Records that scripted attacks need and honest clients of the simulator do not sign. */

type Said = Readonly<Record<string, unknown>>

/** A birth certificate with anything in it: no builder is asked whether it may be said. */
export function signForged(
  signing: Signing,
  type: CertificateType,
  name: string,
  said: Said,
): SignedRecord {
  const artefact = artefactDigest(name)
  const description = { form: 'file', name, version: '1', bytes: 1, files: 1, share: 'local' }
  const predicate = { ledger: ledgerFields(signing), artefact: description, evidence: [], ...said }
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: `${name}@1`, digest: { sha256: artefact } }],
    predicateType: PREDICATE_TYPES[type],
    predicate,
  }
  return signed(signing, { artefact }, canonicalJson(statement))
}

/** The same bytes in the same version, with components of these kinds in this order. */
export function signLine(signing: Signing, kinds: readonly string[]): SignedRecord {
  return signForged(signing, 'pipeline', 'line', lineOf(kinds))
}

/** A pipeline that says nothing of one of its sections, not even "none". */
export function signSilentLine(
  signing: Signing,
  silent: 'software' | 'configuration',
): SignedRecord {
  const { [silent]: _, ...said } = lineOf(['normalise'])
  return signForged(signing, 'pipeline', `no-${silent}`, said)
}

function lineOf(kinds: readonly string[]) {
  const components = kinds.map((kind) => ({ name: kind, kind, processes: [] }))
  return { components, software: [], configuration: [] }
}

/** Deployed somewhere, to run in a pipeline. */
export function signDeployment(
  signing: Signing,
  { id, artefact }: SignedRecord,
  pipeline?: SignedRecord,
): SignedRecord {
  const references =
    pipeline === undefined ? {} : { references: { pipeline: referenceTo(pipeline) } }
  const details: Scalars = { place: 'press 4' }
  const ledger = ledgerFields(signing)
  const predicate = {
    ledger,
    artefact: id,
    event: 'deployed',
    details,
    ...references,
    evidence: [],
  }
  const statement = aboutArtefactStatement('event', { sha256: artefact }, predicate)
  return signed(signing, { artefact, about: id }, statement)
}

export function signPhaseOf<P extends Phase>(
  signing: Signing,
  { id, artefact }: SignedRecord,
  phase: P,
  content: PhaseContents[P],
): SignedRecord {
  const ledger = ledgerFields(signing)
  const predicate = { ledger, artefact: id, phase, content, evidence: [] }
  const statement = aboutArtefactStatement('phase', { sha256: artefact }, predicate)
  return signed(signing, { artefact, about: id }, statement)
}

interface KeyClaim {
  readonly key: KeyPair
  readonly role: 'person' | 'source'
  /** For which the owner of the key proved that it wants to sign. */
  readonly organisation: string
}

export function signKey(signing: Signing, { key, role, organisation }: KeyClaim): SignedRecord {
  const { did, name, possession } = createIdentityKey(organisation, {
    class: role,
    name: role,
    seed: key.seed,
  })
  const statement = keyStatement({
    ledger: ledgerFields(signing),
    key: { did, name, class: role, possession },
  })
  return signed(signing, { artefact: artefactDigest(didOf(key.publicKey)) }, statement)
}

/** A certified artefact, as an edge names it. */
export function edgeTo({ id, artefact }: SignedRecord) {
  return { kind: 'certified', record: id, digest: artefact } as const
}

export function referenceTo({ id, artefact }: SignedRecord): ArtefactReference {
  return { record: id, digest: artefact }
}
