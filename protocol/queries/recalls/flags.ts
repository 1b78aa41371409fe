import type { AdvisoryFlag, AnswerView, ArtefactFlags, RecallFlag } from '../../api/recalls.ts'
import { assert } from '../../assert.ts'
import type { Digest } from '../../digest.ts'
import { FLAGS_MAX } from '../../limits.ts'
import { brokenRule } from '../../rules/architecture.ts'
import type { RecallState } from '../../rules/artefact-state.ts'
import { type FamilyMember, familyOf } from '../family/ancestors.ts'
import { mustReadState, readRelative } from '../family/family.ts'
import { namedArtefact, nameOf } from '../family/named-artefact.ts'
import type { Query } from '../query.ts'
import { type LedgerView, readCommitted } from '../read-record.ts'
import { answerOf } from './advisories.ts'
import { type AdvisoryFindings, advisoriesOver } from './advisories-over.ts'
import type { From } from './warnings-about.ts'

/**
 * What there is to know before an artefact is used: recalls of it and of its ancestors, whether it is
 * invalid, advisories about what it was made with, and what owners answered.
 *
 * @param from the organisations whose advisories count; those of every member where it is left out
 * @returns undefined for an id that registers no artefact
 */
export function* flagsOf(
  ledger: LedgerView,
  id: Digest,
  from?: From,
): Query<ArtefactFlags | undefined> {
  const start = readRelative(ledger, id)
  if (start === undefined) return undefined
  const family = yield* familyOf(ledger, start)
  const recalls = family.members.flatMap((member) => {
    const { recall } = member.state
    return recall === undefined ? [] : [{ member, recall }]
  })
  const advisories = yield* advisoriesOver(ledger, family.members, from)
  const { owner, invalid, unknownAncestry } = mustReadState(ledger, id)
  const flags = advisories.found.slice(0, FLAGS_MAX)
  return {
    artefact: id,
    owner,
    recalls: recalls
      .slice(0, FLAGS_MAX)
      .map(({ member, recall }) => recallFlag(ledger, id, { member, recall })),
    ...(invalid === undefined ? {} : { invalid: invalidity(ledger, invalid) }),
    advisories: flags.map(({ member, ...flag }): AdvisoryFlag => {
      const answers = answersTo(ledger, flag.record, [id, member.relative.record])
      const artefact = namedArtefact(member.relative)
      return { ...flag, artefact, depth: member.depth, answers }
    }),
    ...(unknownAncestry === undefined ? {} : { unknownAncestry }),
    ancestors: family.members.length - 1,
    // Apart from each other: whoever floods the ledger with advisories is in no verdict's way.
    complete: family.complete && recalls.length <= FLAGS_MAX,
    advisoriesComplete: family.complete && areNamed(advisories),
    ...(advisories.found.length > FLAGS_MAX ? { moreAdvisories: true as const } : {}),
  }
}

/** Those that are certain: they come first, so what cannot be compared is in no verdict's way either. */
function areNamed({ found, complete }: AdvisoryFindings): boolean {
  return complete && found[FLAGS_MAX]?.certainty !== 'affected'
}

function recallFlag(
  ledger: LedgerView,
  asked: Digest,
  { member, recall }: { readonly member: FamilyMember; readonly recall: RecallState },
): RecallFlag {
  const { relative, depth } = member
  const found = readCommitted(ledger, recall.record)
  assert(found?.record.type === 'recall', 'a recall in the state is on the ledger')
  return {
    artefact: namedArtefact(relative),
    depth,
    record: recall.record,
    reason: found.record.statement.predicate.reason,
    organisation: found.author.organisation,
    signer: found.author.name,
    by: recall.by,
    sinceHeight: recall.height,
    answers: answersTo(ledger, recall.record, [asked, relative.record]),
  }
}

/** Of the artefact that was asked for, and of the one that is flagged. */
function answersTo(ledger: LedgerView, about: Digest, artefacts: readonly Digest[]): AnswerView[] {
  return [...new Set(artefacts)].flatMap((artefact) => answerOf(ledger, artefact, about) ?? [])
}

function invalidity(ledger: LedgerView, pipeline: Digest): NonNullable<ArtefactFlags['invalid']> {
  const found = readCommitted(ledger, pipeline)
  assert(found?.record.type === 'pipeline', 'only the architecture of a pipeline is forbidden')
  const { components } = found.record.statement.predicate
  const broken = brokenRule(components, ledger.genesis.document.architectureRules)
  return {
    pipeline: nameOf(ledger, pipeline),
    ...(broken === undefined ? {} : { rule: broken.id }),
  }
}
