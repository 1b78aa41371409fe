import { parsePackageUrl } from '../../advisories/package-url.ts'
import { type Affectedness, affectedness } from '../../advisories/versions.ts'
import type { AdvisoryView } from '../../api/advisories.ts'
import type { AdvisoryFlag } from '../../api/recalls.ts'
import { assert } from '../../assert.ts'
import type { FamilyMember } from '../family/ancestors.ts'
import { PAUSE, type Query } from '../query.ts'
import type { LedgerView } from '../read-record.ts'
import { advisoryView } from './advisories.ts'
import { softwareUses, type Use } from './software-uses.ts'
import { type From, warningsAbout } from './warnings-about.ts'

/** One advisory, and the nearest artefact that it is about. */
export interface AdvisoryFinding extends Omit<AdvisoryFlag, 'artefact' | 'depth' | 'answers'> {
  readonly member: FamilyMember
}

export interface AdvisoryFindings {
  /** What is affected for certain first. */
  readonly found: readonly AdvisoryFinding[]
  /** False: more packages or advisories than one question may look at. */
  readonly complete: boolean
}

/** The advisories that name what a family was made with. */
export function* advisoriesOver(
  ledger: LedgerView,
  members: readonly FamilyMember[],
  from?: From,
): Query<AdvisoryFindings> {
  const uses = yield* softwareUses(ledger, members, from)
  const warnings = yield* warningsAbout(ledger, [...uses.packages.keys()], from)
  const found: AdvisoryFinding[] = []
  // One advisory may name many packages, and is read once.
  for (const [id, bases] of warnings.packages) {
    yield PAUSE
    const advisory = advisoryView(ledger, id)
    assert(advisory !== undefined, 'an advisory that the index names is on the ledger')
    const findings = bases.flatMap(
      (base) => findingOf(advisory, base, uses.packages.get(base) ?? []) ?? [],
    )
    const [first, ...more] = findings
    if (first !== undefined) found.push(more.reduce(worse, first))
  }
  return { found: inOrder(found), complete: uses.complete && warnings.complete }
}

/** What is affected for certain first: what cannot be compared crowds none of it out. */
function inOrder(found: readonly AdvisoryFinding[]): readonly AdvisoryFinding[] {
  const { affected = [], unknown = [] } = Object.groupBy(found, ({ certainty }) => certainty)
  return [...affected, ...unknown]
}

function findingOf(
  advisory: AdvisoryView,
  base: string,
  uses: readonly Use[],
): AdvisoryFinding | undefined {
  const packages = advisory.packages.filter(({ purl }) => parsePackageUrl(purl).base === base)
  let finding: AdvisoryFinding | undefined
  for (const { purl, member } of uses) {
    const { type, version } = parsePackageUrl(purl)
    const verdicts = packages.map((affected) => affectedness(type, version, affected))
    const certainty = certaintyOf(verdicts)
    if (certainty === undefined) continue
    const { record, advisory: name, aliases, summary, severity, organisation } = advisory
    const named = { record, advisory: name, ...(aliases !== undefined && { aliases }) }
    const warning = { ...named, summary, ...(severity !== undefined && { severity }) }
    const next = { ...warning, organisation, purl, certainty, member }
    finding = finding === undefined ? next : worse(finding, next)
  }
  return finding
}

function certaintyOf(verdicts: readonly Affectedness[]): AdvisoryFlag['certainty'] | undefined {
  if (verdicts.includes('affected')) return 'affected'
  return verdicts.includes('unknown') ? 'unknown' : undefined
}

/** What is affected for certain comes first, then what is nearer. */
function worse(a: AdvisoryFinding, b: AdvisoryFinding): AdvisoryFinding {
  if (a.certainty !== b.certainty) return a.certainty === 'affected' ? a : b
  return a.member.depth <= b.member.depth ? a : b
}
