import { type Static, Type } from 'typebox'
import { REJECTIONS, type Rejection, type RejectionCode } from '../rejection.ts'

/** RFC 9457 problem details, as the local API answers whatever it cannot do. */
export const Problem = Type.Object({
  /** https://pedigree.dev/problems/<code> */
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  detail: Type.String(),
  /** Stable: a RejectionCode or a NodeProblemCode. */
  code: Type.String(),
})
export type Problem = Static<typeof Problem>

export const PROBLEM_MEDIA_TYPE = 'application/problem+json'
const PROBLEM_TYPE_BASE = 'https://pedigree.dev/problems/'

interface ProblemKind {
  readonly status: number
  readonly title: string
}

const kind = (status: number, title: string): ProblemKind => ({ status, title })

/** What the node itself has to say: about the request, or about its own world. */
export const NODE_PROBLEMS = {
  'bad-request': kind(400, 'the request does not fit its schema'),
  'bad-cid': kind(400, 'not a CID that this node can read'),
  'bad-name': kind(400, 'a file name that no directory may contain'),
  unauthorized: kind(401, 'the bearer token is missing or wrong'),
  'host-refused': kind(403, "the Host header names none of this node's addresses"),
  'unknown-chain': kind(404, 'this node does not follow that chain'),
  'unknown-record': kind(404, 'no such record on the ledger'),
  'unknown-artefact': kind(404, 'no such artefact on the ledger'),
  'unknown-block': kind(404, 'no such block on the ledger'),
  'unknown-author-key': kind(404, 'no such key on the ledger'),
  'unknown-path': kind(404, 'no such address in this API'),
  'unknown-blob': kind(404, 'a blob that was not added to this node'),
  'not-a-directory': kind(404, 'the artefact is a single file'),
  'is-a-directory': kind(400, 'the artefact is a directory: name one of its files'),
  'unknown-file': kind(404, 'the directory contains no such file'),
  'not-shared': kind(409, 'the bytes of this artefact never left their owner'),
  'request-timeout': kind(408, 'the request did not arrive in time'),
  'body-too-large': kind(413, 'the body is longer than the limit for its kind'),
  'wrong-content-type': kind(415, 'the body has another content type than this address takes'),
  'digest-differs': kind(422, 'the bytes that arrived have another digest than was announced'),
  'content-mismatch': kind(502, 'the bytes that arrived are not those of the certificate'),
  'too-many-requests': kind(503, 'the node has as many of these in hand as it can'),
  'artefact-unavailable': kind(504, 'no connected member has the bytes'),
  'node-stopping': kind(503, 'the node is stopping'),
  'chain-halted': kind(503, 'a bug of this node stopped the chain here: see its log'),
  'disk-full': kind(507, 'the disk of the node is full'),
  'storage-failed': kind(500, 'the disk of the node failed'),
  'internal-error': kind(500, 'a bug of this node: please report it'),
} as const satisfies Record<string, ProblemKind>

export type NodeProblemCode = keyof typeof NODE_PROBLEMS

/** Refusals whose HTTP status is not the 422 of a well-formed request that is refused for its content. */
const REFUSAL_STATUS: { readonly [code in RejectionCode]?: number } = {
  'too-large': 413,
  malformed: 400,
  'not-canonical': 400,
  'too-deep': 400,
  'not-allowed': 403,
  'not-a-member': 403,
  'unknown-subject': 404,
  duplicate: 409,
  'duplicate-key': 409,
  'duplicate-organisation': 409,
  'nonce-used': 409,
  'nonce-out-of-window': 409,
  'illegal-transition': 409,
  'rate-limited': 429,
  'pool-full': 503,
}
const REFUSED_STATUS = 422

export function isRejectionCode(code: string): code is RejectionCode {
  return Object.hasOwn(REJECTIONS, code)
}

export function isNodeProblemCode(code: string): code is NodeProblemCode {
  return Object.hasOwn(NODE_PROBLEMS, code)
}

/** @param detail one sentence that names the value and the place, for a person */
export function problem(code: NodeProblemCode, detail: string): Problem {
  const { status, title } = NODE_PROBLEMS[code]
  return { type: PROBLEM_TYPE_BASE + code, title, status, detail, code }
}

/** A refusal as an answer: the code stays, so that the command line needs one vocabulary only. */
export function problemOfRejection({ rejected, detail }: Rejection): Problem {
  const status = REFUSAL_STATUS[rejected] ?? REFUSED_STATUS
  const title = REJECTIONS[rejected].meaning
  return { type: PROBLEM_TYPE_BASE + rejected, title, status, detail, code: rejected }
}
