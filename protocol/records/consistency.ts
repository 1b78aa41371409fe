import { digestOf } from '../digest.ts'
import { base64Decode } from '../encoding/base64.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { keyOfDid } from './did-key.ts'
import type {
  ArtefactDescription,
  DatasetPredicate,
  KeyPredicate,
  ModelPredicate,
  RecordType,
  RetirementPredicate,
  Statement,
  Subject,
} from './statement.ts'

/**
 * What a schema cannot say: the parts of one statement agree with each other. Needs no state, so a
 * statement that fails here is malformed for everyone and for ever.
 *
 * @param statement one that the schema of `type` admitted
 */
export function checkConsistency(type: RecordType, statement: Statement): Rejection | undefined {
  switch (type) {
    case 'dataset':
      return checkDataset(statement as Statement<DatasetPredicate>)
    case 'model':
      return checkModel(statement as Statement<ModelPredicate>)
    case 'retirement':
      return checkRetirement(statement as Statement<RetirementPredicate>)
    case 'key':
      return checkKey(statement as Statement<KeyPredicate>)
  }
}

/** The one thing that a statement speaks of. */
export function subjectOf(statement: Statement): Subject {
  return statement.subject[0] as Subject
}

/** The digest of a subject, plain or salted. */
export function subjectDigest({ digest }: Subject) {
  return 'sha256' in digest ? digest.sha256 : digest['pedigree-salted-sha256']
}

export function isSalted({ digest }: Subject): boolean {
  return !('sha256' in digest)
}

function checkDataset(statement: Statement<DatasetPredicate>): Rejection | undefined {
  const { artefact, payload } = statement.predicate
  return checkArtefact(artefact, subjectOf(statement)) ?? checkPayload(payload)
}

function checkModel(statement: Statement<ModelPredicate>): Rejection | undefined {
  const { artefact, datasets, parents, payload } = statement.predicate
  return (
    checkArtefact(artefact, subjectOf(statement)) ??
    checkDistinct(datasets, '/predicate/datasets') ??
    checkDistinct(parents, '/predicate/parents') ??
    checkPayload(payload)
  )
}

function checkArtefact(artefact: ArtefactDescription, subject: Subject): Rejection | undefined {
  const { form, files, share, cid, manifestCid } = artefact
  const at = '/predicate/artefact'
  if (subject.name !== `${artefact.name}@${artefact.version}`) {
    return fault('/subject/0/name', 'must be NAME@VERSION of the artefact')
  }
  if (form === 'file' && files !== 1) return fault(`${at}/files`, 'must be 1 for a file')
  if ((share === 'local') !== (cid === undefined)) {
    return fault(`${at}/cid`, 'must be there exactly when the artefact is shared')
  }
  const hasManifest = share !== 'local' && form === 'directory'
  if (hasManifest !== (manifestCid !== undefined)) {
    return fault(`${at}/manifestCid`, 'must be there exactly when a directory is shared')
  }
  // The CID of a shared artefact would give away what the salt hides.
  return isSalted(subject) && share !== 'local'
    ? fault('/subject/0/digest', 'must not be salted when the artefact is shared')
    : undefined
}

function checkDistinct(edges: readonly object[], at: string): Rejection | undefined {
  const records = edges.flatMap((edge) => ('record' in edge ? [edge.record] : []))
  return new Set(records).size < records.length
    ? fault(at, 'must not name a record twice')
    : undefined
}

function checkPayload(payload: string | undefined): Rejection | undefined {
  return payload !== undefined && base64Decode(payload) === undefined
    ? fault('/predicate/payload', 'must be padded base64')
    : undefined
}

function checkRetirement(statement: Statement<RetirementPredicate>): Rejection | undefined {
  return subjectOf(statement).name === statement.predicate.artefact
    ? undefined
    : fault('/subject/0/name', 'must be the record id of the artefact')
}

function checkKey(statement: Statement<KeyPredicate>): Rejection | undefined {
  const { did, name } = statement.predicate.key
  const subject = subjectOf(statement)
  const key = keyOfDid(did)
  if (isRejection(key)) return key
  if (subject.name !== name) return fault('/subject/0/name', 'must be the name of the key')
  return isSalted(subject) || subjectDigest(subject) !== digestOf(key)
    ? fault('/subject/0/digest', 'must be the SHA-256 of the raw key')
    : undefined
}

function fault(path: string, what: string): Rejection {
  return refuse('schema-violation', `${path}: ${what}`)
}
