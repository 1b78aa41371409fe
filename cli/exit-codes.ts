import { isNodeProblemCode, type NodeProblemCode } from '../protocol/api/problem.ts'

/** What a script may rely on: one meaning for each exit code, the same in every command. */
export const EXIT = {
  /** Done, or verified. */
  done: 0,
  /** Refused, modified, unknown, recalled, or beyond a threshold; also whatever else went wrong. */
  refused: 1,
  /** The command line is wrong, or a name means several things. */
  usage: 2,
  /** Cannot decide: the node is behind, or evidence or a salt is missing. */
  undecidable: 3,
  /** The node cannot be reached. */
  unreachable: 4,
  timedOut: 5,
  /** Ctrl-C: 128 + SIGINT, as in a shell. */
  interrupted: 130,
} as const

/** `pedigree run` itself failed: all below is the exit code of the command that it ran. */
export const RUN_FAILED = 125

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Everything that goes wrong on this side of the socket, with its exit code. Codes are stable API. */
export const CLI_PROBLEMS = {
  usage: EXIT.usage,
  ambiguous: EXIT.usage,
  interrupted: EXIT.interrupted,
  'timed-out': EXIT.timedOut,
  internal: EXIT.refused,
  // homes
  'home-missing': EXIT.usage,
  'home-exists': EXIT.refused,
  'home-damaged': EXIT.refused,
  'home-locked': EXIT.refused,
  'other-network': EXIT.refused,
  'no-network': EXIT.usage,
  'not-a-member': EXIT.refused,
  'no-free-port': EXIT.refused,
  // keys and signing
  'key-missing': EXIT.usage,
  'key-exists': EXIT.refused,
  'key-damaged': EXIT.refused,
  'key-exposed': EXIT.refused,
  'key-unsuitable': EXIT.refused,
  'secret-key': EXIT.refused,
  declined: EXIT.refused,
  'record-expired': EXIT.refused,
  'bad-document': EXIT.refused,
  // files
  'path-missing': EXIT.usage,
  'path-unreadable': EXIT.refused,
  'path-exists': EXIT.refused,
  'link-refused': EXIT.refused,
  'link-loop': EXIT.refused,
  'link-escape': EXIT.refused,
  'not-a-file': EXIT.refused,
  'empty-directory': EXIT.refused,
  'name-collision': EXIT.refused,
  'name-invalid': EXIT.refused,
  'too-many-files': EXIT.refused,
  'changed-while-hashing': EXIT.refused,
  'write-failed': EXIT.refused,
  'disk-full': EXIT.refused,
  'content-mismatch': EXIT.refused,
  'not-shared': EXIT.refused,
  'not-recalled': EXIT.refused,
  'nothing-to-rejoin': EXIT.refused,
  'salt-missing': EXIT.undecidable,
  'no-threshold': EXIT.undecidable,
  // drafts
  'draft-exists': EXIT.refused,
  'draft-too-large': EXIT.refused,
  'draft-seal-broken': EXIT.refused,
  'draft-of-failure': EXIT.refused,
  'draft-output-unclear': EXIT.usage,
  'draft-output-changed': EXIT.refused,
  // the node
  'node-not-running': EXIT.unreachable,
  'node-forbidden': EXIT.unreachable,
  'node-lost': EXIT.unreachable,
  'node-failed': EXIT.unreachable,
  'bad-answer': EXIT.unreachable,
  'unknown-id': EXIT.refused,
} as const satisfies Record<string, ExitCode>

export type CliProblemCode = keyof typeof CLI_PROBLEMS

/** Of what the node answers: all that is not here is a refusal. */
const NODE_EXITS: { readonly [code in NodeProblemCode]?: ExitCode } = {
  'bad-request': EXIT.usage,
  'bad-cid': EXIT.usage,
  'bad-name': EXIT.usage,
  'request-timeout': EXIT.timedOut,
  'artefact-unavailable': EXIT.unreachable,
  'node-stopping': EXIT.unreachable,
}

/** @param code of this command line, of the node, or of a rejection */
export function exitCodeOf(code: string): ExitCode {
  if (Object.hasOwn(CLI_PROBLEMS, code)) return CLI_PROBLEMS[code as CliProblemCode]
  return (isNodeProblemCode(code) ? NODE_EXITS[code] : undefined) ?? EXIT.refused
}
