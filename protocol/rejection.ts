/**
 * Every reason to refuse what someone else sent. Codes are stable API: tests, the RPC and the
 * command line name them. A rejection is returned, never thrown.
 */
export type Verdict =
  /** Not usable here and now, but an honest peer may have sent it: expired, stale, unknown yet, too busy. */
  | 'ignore'
  /** Provably malformed or forged: whoever forwarded it did not check, or lied. */
  | 'reject'

export interface RejectionKind {
  readonly verdict: Verdict
  readonly meaning: string
  /** What the person who reads the code can do. */
  readonly remedy: string
}

const reject = (meaning: string, remedy: string): RejectionKind => ({
  verdict: 'reject',
  meaning,
  remedy,
})
const ignore = (meaning: string, remedy: string): RejectionKind => ({
  verdict: 'ignore',
  meaning,
  remedy,
})

export const REJECTIONS = {
  // form
  'too-large': reject(
    'longer than the limit for its kind',
    'make it smaller, or reference an artefact by digest',
  ),
  malformed: reject(
    'not the bytes of what it claims to be',
    'send the exact bytes that Pedigree wrote',
  ),
  'not-canonical': reject(
    'well-formed, but not the one canonical byte form',
    'use RFC 8785 JSON and padded base64, as the command line does',
  ),
  'too-deep': reject('nested deeper than the limit', 'flatten the document'),
  'unknown-type': reject(
    'a record type that this rule book does not know',
    'update the node, or use a type of this version',
  ),
  'unknown-version': reject(
    'a format or schema version that this software does not know',
    'update Pedigree',
  ),
  'schema-violation': reject(
    'a field is missing, unknown, or of the wrong shape',
    'compare it with the schema of its type',
  ),
  // identity
  'wrong-chain': reject(
    'signed for another chain',
    'sign it for this chain: compare the genesis fingerprints',
  ),
  'bad-key': reject(
    'a key that is off the curve, of small order, with torsion, or not canonical',
    'make a new key with `pedigree init`',
  ),
  'bad-signature': reject(
    'the signature does not verify under the key it names',
    'sign the exact bytes with the key of the author',
  ),
  'bad-possession-proof': reject(
    'the proof that the owner holds the key does not verify',
    'export the identity again with `pedigree identity`',
  ),
  'duplicate-key': ignore(
    'a key that is already registered, perhaps in another role',
    'use a fresh key: keys are never shared',
  ),
  'duplicate-organisation': reject(
    'two organisations carry one name',
    'give each organisation its own name',
  ),
  'unknown-author': ignore(
    'the author key is not registered on this chain',
    'register it with `pedigree person add`, or wait until the node is in sync',
  ),
  'not-allowed': reject(
    'the author may not do this',
    'ask the owner, or sign with a key that has the right',
  ),
  'not-a-member': reject(
    'not a member of this chain',
    'membership is fixed at genesis in this release',
  ),
  // time and order
  expired: ignore('past its ledger time of expiry', 'sign it again'),
  'lifetime-too-long': ignore(
    'expires further ahead than the chain allows',
    'sign it with a shorter lifetime',
  ),
  'nonce-used': ignore(
    'another record of this author carries the same nonce',
    'sign it again with a fresh nonce',
  ),
  'nonce-out-of-window': ignore(
    'the nonce is too old or too far ahead',
    "ask the node for the author's next nonce",
  ),
  duplicate: ignore('already on the ledger or in the pool', 'nothing: it is there'),
  'pool-full': ignore(
    "the pool, or this organisation's share of it, is full",
    'send it again in a moment',
  ),
  'rate-limited': ignore('more than the quota of whoever forwarded it', 'send more slowly'),
  stale: ignore('about a height or a view that is over', 'nothing'),
  'too-early': ignore(
    'about a height or a view that is too far ahead',
    'nothing: it is sent again',
  ),
  // meaning
  'edge-unknown': ignore(
    'names a dataset or a parent that is not on the ledger',
    'certify it first, or declare it external or unknown',
  ),
  'edge-digest-mismatch': reject(
    'the named artefact has another digest on the ledger',
    'look at it with `pedigree show ID`',
  ),
  'edge-wrong-type': reject(
    'the named record is not of the type this edge needs',
    'name a dataset as dataset and a model as parent',
  ),
  'unknown-subject': ignore('speaks of a record that is not on the ledger', 'check the id'),
  'illegal-transition': ignore(
    'the present state of what it is about does not allow it',
    'look at that with `pedigree show ID`',
  ),
  'unknown-artefact-type': ignore(
    'an artefact type that this network did not declare in its genesis',
    'use raw-data, dataset, model or pipeline, or a declared type',
  ),
  'unknown-person': ignore(
    'names a key that no registered person has',
    'register the person with `pedigree person add`, or write a plain name',
  ),
  'unknown-organisation': ignore(
    'names an organisation that is no member of this network',
    'look at the members with `pedigree status`',
  ),
  'bad-declaration': reject(
    'an artefact type or a rule of a genesis contradicts itself or another',
    'correct it in the genesis, at the place that the detail names',
  ),
  'invalid-architecture': ignore(
    "a pipeline that the network's rules call invalid, or something made with it",
    'certify a pipeline that keeps the rules, and make it again',
  ),
  'proposal-open': ignore(
    'the organisation has an open proposal about this artefact',
    'wait until that one is decided, or let the admin replace it: a few times only',
  ),
  // blocks
  'wrong-parent': reject('does not follow the block it should', 'nothing'),
  'wrong-height': reject('not of the height that was asked for', 'nothing'),
  'wrong-root': reject(
    'executing it gives another root than it claims',
    'look at the alarm: a node disagrees about the state',
  ),
  'wrong-hash': reject('its content does not have the hash that it names', 'nothing'),
  'wrong-committee': reject('names another committee than the chain has', 'nothing'),
  untimely: reject('its time is outside what the chain allows', 'check the clocks of the nodes'),
  'bad-commit-proof': reject(
    'its commit proof is not a quorum of valid, distinct signatures',
    'nothing',
  ),
  'bad-proof': reject('a Merkle path does not lead to the root', 'ask for a fresh receipt'),
  'bad-evidence': reject('does not prove that the accused misbehaved', 'nothing'),
} as const satisfies Record<string, RejectionKind>

export type RejectionCode = keyof typeof REJECTIONS

export interface Rejection {
  readonly rejected: RejectionCode
  /** One sentence that names the value and the place, for a person. */
  readonly detail: string
}

export function refuse(rejected: RejectionCode, detail: string): Rejection {
  return { rejected, detail }
}

export function isRejection(value: unknown): value is Rejection {
  return typeof value === 'object' && value !== null && 'rejected' in value
}

/** The one place where a code becomes what the network does about it. */
export function verdictOf(rejection: Rejection): Verdict {
  return REJECTIONS[rejection.rejected].verdict
}
