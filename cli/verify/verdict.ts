import type { AsOf } from '../../protocol/api/common.ts'
import type { ArtefactFlags } from '../../protocol/api/recalls.ts'
import type { ManifestDifference } from '../../protocol/artefacts/compare-manifests.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { formatFreshness } from '../output/format.ts'
import { printable } from '../output/printable.ts'
import type { Check } from './check.ts'
import { type AppliedPolicy, policyLine } from './policy-checks.ts'

export type VerdictWord =
  | 'verified'
  | 'modified'
  | 'unknown'
  | 'recalled'
  /** Nothing is wrong with it but what the policy of whoever verifies does not accept. */
  | 'refused-by-policy'
  | 'undecidable'

/** What `verify` answers, whether a node or a receipt was asked. */
export interface Verdict {
  readonly verdict: VerdictWord
  readonly path?: string
  readonly sha256?: string
  /** The digest that was expected. */
  readonly expected?: string
  readonly certificates: readonly Certificate[]
  readonly checks: readonly Check[]
  /** Of a directory that differs, where the expected manifest is at hand. */
  readonly difference?: ManifestDifference
  /** Of each certificate: recalls, advisories and answers that touch it. */
  readonly flags?: readonly ArtefactFlags[]
  /** The policy of whoever verifies, where there is one. */
  readonly policy?: AppliedPolicy
  readonly notProven: readonly string[]
  readonly asOf?: AsOf
}

export interface Certificate {
  readonly record: string
  readonly type: string
  /** organisation/name@version */
  readonly name: string
  readonly signer: string
  readonly organisation: string
  readonly state: string
  readonly height: number
  /** In words, printable, with names and short ids. */
  readonly parents: readonly string[]
  readonly datasets: readonly string[]
  /** Record ids of those that are on the ledger. */
  readonly ancestors: readonly string[]
}

export const VERDICT_EXITS: Readonly<Record<VerdictWord, ExitCode>> = {
  verified: EXIT.done,
  modified: EXIT.refused,
  unknown: EXIT.refused,
  recalled: EXIT.refused,
  'refused-by-policy': EXIT.refused,
  undecidable: EXIT.undecidable,
}

/** What no signature can prove: said every time, so that nobody reads more into a verdict. */
export const NOT_PROVEN: readonly string[] = [
  'that what the signers declared is true or complete',
  'that the model was really trained on the data it names',
  'that it is good, safe or fit for a purpose',
]

const LISTED_FILES_MAX = 20

/** A verdict for people. @param story what else is told of the artefact, whole lines */
export function verdictLines(
  verdict: Verdict,
  nowMs: number,
  story: readonly string[] = [],
): readonly string[] {
  const { path, sha256, expected, certificates, checks, difference, notProven, asOf } = verdict
  const { policy } = verdict
  return [
    `${verdict.verdict.replaceAll('-', ' ')}${path === undefined ? '' : `: ${path}`}`,
    ...(sha256 === undefined ? [] : [`  sha256    ${sha256}`]),
    ...(expected === undefined || expected === sha256 ? [] : [`  expected  ${expected}`]),
    ...(policy === undefined ? [] : [`  policy    ${policyLine(policy)}`]),
    ...checks.map(({ ok, detail }) => `  ${ok === null ? '?' : ok ? '✓' : '✗'} ${detail}`),
    ...(difference === undefined ? [] : differenceLines(difference)),
    ...certificates.flatMap(certificateLines),
    ...story.map((line) => `  ${line}`),
    `  not proven: ${notProven.join('; ')}`,
    ...(asOf === undefined ? [] : [formatFreshness(asOf, nowMs)]),
  ]
}

function certificateLines(certificate: Certificate): readonly string[] {
  const { type, name, state, signer, organisation, record, height, parents, datasets } = certificate
  return [
    `  ${type} ${printable(name)}, ${state}`,
    `    birth certificate, self-declared by ${printable(signer)} (${printable(organisation)})`,
    `    record ${record}, block ${height}`,
    ...datasets.map((dataset) => `    dataset ${dataset}`),
    ...parents.map((parent) => `    parent ${parent}`),
  ]
}

function differenceLines({ changed, missing, extra }: ManifestDifference): readonly string[] {
  return [...named('changed', changed), ...named('missing', missing), ...named('extra', extra)]
}

function named(what: string, files: readonly string[]): readonly string[] {
  if (files.length === 0) return []
  const shown = files.slice(0, LISTED_FILES_MAX).map((name) => `    ${printable(name)}`)
  const more = files.length - shown.length
  return [
    `  ${what} ${files.length === 1 ? 'file' : 'files'}:`,
    ...shown,
    ...(more > 0 ? [`    and ${more} more`] : []),
  ]
}
