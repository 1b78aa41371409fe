import type { Digest } from '../digest.ts'
import type { RecordOf } from '../records/record.ts'
import type { CertificateType } from '../records/statement.ts'
import { isSalted, subjectDigest, subjectOf } from '../records/subject.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { brokenRule } from './architecture.ts'
import { type ArtefactState, artefactChange } from './artefact-state.ts'
import { type ArtefactType, BUILT_IN_TYPES } from './artefact-types.ts'
import { edgesOf, followEdges } from './edges.ts'
import type { Rule } from './rule.ts'
import type { RuleContext } from './rule-context.ts'

/** The family of birth certificates: each registers one artefact. */
export const certificateRule: Rule<CertificateType> = {
  signers: ['person', 'source'],
  apply: ({ record, author, context, state }) => {
    const type = typeOf(record, context)
    if (isRejection(type)) return type
    const { certified, hasUnknown } = edgesOf(record.statement.predicate)
    const origins = followEdges(state, certified)
    if (isRejection(origins)) return origins
    const subject = subjectOf(record.statement)
    const unknown = hasUnknown || origins.some(({ unknownAncestry }) => unknownAncestry === true)
    const invalid = invalidSince(record, origins, context)
    const artefact: ArtefactState = {
      type: type.name,
      owner: author.organisation,
      author: record.ledger.author,
      digest: subjectDigest(subject),
      ...(isSalted(subject) && { salted: true }),
      state: type.initial,
      height: context.height,
      ...(unknown && { unknownAncestry: true }),
      ...(invalid !== undefined && { invalid }),
    }
    return [artefactChange(record.id, artefact)]
  },
}

type CertificateRecord = RecordOf<CertificateType>

function typeOf(record: CertificateRecord, { genesis }: RuleContext): ArtefactType | Rejection {
  if (record.type !== 'artefact') return BUILT_IN_TYPES[record.type]
  const { type: name } = record.statement.predicate
  const declared = genesis.document.artefactTypes?.find((type) => type.name === name)
  return declared ?? refuse('unknown-artefact-type', `${name} is not declared by this network`)
}

/** What is made with something invalid is invalid, for the same cause. */
function invalidSince(
  record: CertificateRecord,
  origins: readonly ArtefactState[],
  { genesis }: RuleContext,
): Digest | undefined {
  const { architectureRules } = genesis.document
  const breaks =
    record.type === 'pipeline' &&
    brokenRule(record.statement.predicate.components, architectureRules) !== undefined
  return breaks ? record.id : origins.find(({ invalid }) => invalid !== undefined)?.invalid
}
