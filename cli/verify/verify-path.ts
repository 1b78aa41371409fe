import type { ArtefactAnswer } from '../../protocol/api/artefacts.ts'
import type { AsOf } from '../../protocol/api/common.ts'
import {
  compareManifests,
  type ManifestDifference,
} from '../../protocol/artefacts/compare-manifests.ts'
import { parseManifest } from '../../protocol/artefacts/manifest.ts'
import { saltedDigestOf } from '../../protocol/artefacts/salted-digest.ts'
import { haveSameFiles } from '../../protocol/artefacts/same-files.ts'
import type { Digest } from '../../protocol/digest.ts'
import { base64Decode } from '../../protocol/encoding/base64.ts'
import type { Expectation } from '../../protocol/home.ts'
import { isRejection } from '../../protocol/rejection.ts'
import {
  describeEarlier,
  describeRecalledCopies,
  earlierByOthers,
} from '../artefacts/first-registration.ts'
import { manifestOf } from '../artefacts/manifest-of.ts'
import { namesOf } from '../artefacts/names-of.ts'
import { type HashedArtefact, hashArtefact } from '../hashing/hash-artefact.ts'
import { expectationOf } from '../home/expectations.ts'
import { describeDatasetEdge, describeParentEdge, fullName } from '../output/describe-artefact.ts'
import { printable } from '../output/printable.ts'
import { resolveAll, resolveArtefact } from '../resolve/resolve-id.ts'
import type { Session } from '../session.ts'
import type { Check } from './check.ts'
import { flagChecks } from './flag-checks.ts'
import { appliedPolicy } from './policy-checks.ts'
import type { PolicyFile } from './policy-file.ts'
import { sameFilesChecks } from './same-files.ts'
import { type Hanging, hangingOn, standingOf } from './standing.ts'
import { type Certificate, NOT_PROVEN, type Verdict } from './verdict.ts'

export interface VerifyOptions {
  /** What the path is meant to be. */
  readonly against?: string
  /** Disclosed by the owner of a salted digest. */
  readonly salt?: Uint8Array
  /** Of whoever verifies. */
  readonly policy?: PolicyFile
}

/**
 * Is this what the ledger says? Something is expected of a path when --against names it, or when it
 * was certified or fetched from this home; otherwise its digest is looked up.
 */
export async function verifyPath(
  session: Session,
  path: string,
  options: VerifyOptions,
): Promise<Verdict> {
  const hashed = await hashArtefact(session.context, path)
  const expectation = await expectationOf(session.home, hashed.path)
  const withSalt = ({ record }: ArtefactAnswer): VerifyOptions => {
    const salt = options.salt ?? saltOf(expectation, record)
    return { ...options, ...(salt === undefined ? {} : { salt }) }
  }
  if (options.against !== undefined) {
    const artefact = await resolveArtefact(session, options.against)
    return compare(session, hashed, artefact, withSalt(artefact))
  }
  if (expectation !== undefined && expectation.chain === session.genesis.chain) {
    const artefact = await session.chain.artefact(expectation.record)
    return compare(session, hashed, artefact, withSalt(artefact))
  }
  return lookUp(session, hashed, options)
}

function saltOf(expectation: Expectation | undefined, record: string): Uint8Array | undefined {
  const isOfRecord = expectation?.salt !== undefined && expectation.record === record
  return isOfRecord ? base64Decode(expectation.salt) : undefined
}

async function compare(
  session: Session,
  hashed: HashedArtefact,
  artefact: ArtefactAnswer,
  { salt, policy }: VerifyOptions,
): Promise<Verdict> {
  const { path, sha256 } = hashed
  const expected = artefact.sha256 ?? artefact.saltedSha256 ?? ''
  const base = { ...baseOf(path, sha256, policy), expected, asOf: artefact.asOf }
  const certificates = [await certificateOf(session, artefact)]
  const actual = comparableDigest(artefact, sha256, salt)
  if (actual === undefined) {
    const detail = 'the ledger holds a salted digest, and its salt is not here (--salt)'
    return {
      ...base,
      verdict: 'undecidable',
      certificates,
      checks: [{ check: 'content', ok: null, detail }],
    }
  }
  const isSame = actual === expected && artefact.form === hashed.form
  const about = [contentCheck(isSame, artefact), stateCheck(artefact)]
  if (isSame) {
    const hanging = await hangingOn(session, artefact.record, policy)
    const first = await firstChecks(session, artefact, sha256)
    const checks = [...about, ...hanging.checks, ...first]
    return { ...base, certificates, checks, ...standingOf([hanging], policy) }
  }
  const flags = await session.chain.flags(artefact.record)
  const { difference, renamed } = await differenceOf(session, hashed, artefact)
  const detail = 'the same files, under other names'
  const same: readonly Check[] = renamed ? [{ check: 'same-files', ok: null, detail }] : []
  return {
    ...base,
    verdict: 'modified',
    certificates,
    checks: [...about, ...same, ...flagChecks(flags)],
    flags: [flags],
    ...(difference === undefined ? {} : { difference }),
  }
}

/** A policy that judges nothing here is told all the same. */
function baseOf(path: string, sha256: string, policy: PolicyFile | undefined) {
  const told = policy === undefined ? {} : { policy: appliedPolicy(policy, []) }
  return { path, sha256, notProven: NOT_PROVEN, ...told }
}

/** Undefined without the salt of a salted digest. */
function comparableDigest(
  { sha256: plain }: ArtefactAnswer,
  sha256: Digest,
  salt: Uint8Array | undefined,
): string | undefined {
  if (plain !== undefined) return sha256
  return salt === undefined ? undefined : saltedDigestOf(salt, sha256)
}

function contentCheck(ok: boolean, artefact: ArtefactAnswer): Check {
  const name = fullName(artefact)
  const detail = ok ? `the bytes are those of ${name}` : `the bytes are not those of ${name}`
  return { check: 'content', ok, detail }
}

function stateCheck({ state, events }: ArtefactAnswer): Check {
  if (state !== 'retired') return { check: 'state', ok: true, detail: `it is ${state}` }
  const reason = events.findLast(({ event }) => event === 'retired')?.reason
  const why = reason === undefined ? '' : `: ${printable(reason)}`
  return { check: 'state', ok: false, detail: `its owner has retired it${why}` }
}

/** Whose it is, others may know better: no verdict depends on it. */
async function firstChecks(
  session: Session,
  artefact: ArtefactAnswer,
  sha256: Digest,
): Promise<readonly Check[]> {
  const earlier = await earlierByOthers(session, { ...artefact, sha256 })
  const recalled = await describeRecalledCopies(session, sha256, artefact.record)
  return [
    ...describeEarlier(earlier).map((detail) => ({ check: 'first', ok: null, detail })),
    ...recalled.map((detail) => ({ check: 'recalled-copy', ok: null, detail })),
  ]
}

/** Which files differ, where the manifest that was expected is at hand or can be fetched. */
async function differenceOf(
  session: Session,
  { directory }: HashedArtefact,
  { record, sha256, form }: ArtefactAnswer,
): Promise<{ readonly difference?: ManifestDifference; readonly renamed: boolean }> {
  const none = { renamed: false }
  if (directory === undefined || form !== 'directory' || sha256 === undefined) return none
  const bytes = await manifestOf(session, record, sha256 as Digest)
  const expected = bytes === undefined ? undefined : parseManifest(bytes)
  if (expected === undefined || isRejection(expected)) return none
  const { manifest } = directory
  return {
    difference: compareManifests(expected, manifest),
    renamed: haveSameFiles(expected, manifest),
  }
}

async function lookUp(
  session: Session,
  hashed: HashedArtefact,
  { salt, policy }: VerifyOptions,
): Promise<Verdict> {
  const { path, sha256 } = hashed
  const digests = salt === undefined ? [sha256] : [sha256, saltedDigestOf(salt, sha256)]
  const found: ArtefactAnswer[] = []
  for (const digest of digests) {
    for (const match of await resolveAll(session, digest, { kinds: ['artefact'] })) {
      if (match.by === 'digest') found.push(await session.chain.artefact(match.record))
    }
  }
  const certificates: Certificate[] = []
  for (const artefact of found) certificates.push(await certificateOf(session, artefact))
  const base = { ...baseOf(path, sha256, policy), certificates }
  const [first] = found
  if (first === undefined) {
    const { checks, ...verdict } = absent(await freshness(session))
    return { ...base, ...verdict, checks: [...checks, ...(await sameFilesChecks(session, hashed))] }
  }
  const checks: Check[] = []
  const all: Hanging[] = []
  for (const artefact of found) {
    const hanging = await hangingOn(session, artefact.record, policy)
    checks.push(contentCheck(true, artefact), stateCheck(artefact), ...hanging.checks)
    checks.push(...(await firstChecks(session, artefact, sha256)))
    all.push(hanging)
  }
  return { ...base, checks, ...standingOf(all, policy), asOf: first.asOf }
}

/** A node that is behind cannot say what is nowhere on the ledger. */
function absent(asOf: AsOf): Pick<Verdict, 'verdict' | 'checks' | 'asOf'> {
  const isCurrent = asOf.sync === 'in-sync'
  const detail = isCurrent
    ? 'nothing is expected of this path, and its digest is nowhere on the ledger'
    : 'its digest is not on the part of the ledger that this node has'
  const check: Check = { check: 'content', ok: isCurrent ? false : null, detail }
  return { verdict: isCurrent ? 'unknown' : 'undecidable', checks: [check], asOf }
}

async function freshness({ chain }: Session): Promise<AsOf> {
  const { height, headTimeMs, sync, behindBlocks } = await chain.status()
  return { height, timeMs: headTimeMs, sync, behindBlocks }
}

async function certificateOf(session: Session, artefact: ArtefactAnswer): Promise<Certificate> {
  const { record, type, signer, organisation, state, height } = artefact
  const { datasets = [], parents = [] } = artefact
  const ancestors = [...datasets, ...parents].flatMap((edge) =>
    edge.kind === 'certified' ? [edge.record] : [],
  )
  const names = await namesOf(session, ancestors)
  return {
    record,
    type,
    name: `${organisation}/${artefact.name}@${artefact.version}`,
    signer,
    organisation,
    state,
    height,
    datasets: datasets.map((edge) => describeDatasetEdge(edge, names)),
    parents: parents.map((edge) => describeParentEdge(edge, names)),
    ancestors,
  }
}
