import {
  isNodeProblemCode,
  type NodeProblemCode,
  type Problem,
  problem,
  problemOfRejection,
} from '../../protocol/api/problem.ts'
import type { Rejection } from '../../protocol/rejection.ts'
import { ArtefactError } from '../artefacts/artefact-error.ts'
import { isDiskFull } from '../system-error.ts'

/** An answer that ends a request. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem

  constructor(answer: Problem, options?: ErrorOptions) {
    super(answer.detail, options)
    this.problem = answer
  }
}

/** @param detail one sentence that names the value, for a person */
export function fail(code: NodeProblemCode, detail: string): ProblemError {
  return new ProblemError(problem(code, detail))
}

export function refused(rejection: Rejection): ProblemError {
  return new ProblemError(problemOfRejection(rejection))
}

/** What Fastify says, in our codes. */
const FASTIFY_CODES: Readonly<Record<string, NodeProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'wrong-content-type',
}

interface FrameworkError {
  readonly code?: string
  readonly statusCode?: number
  readonly validationContext?: string
  readonly validation?: readonly { readonly instancePath?: string; readonly message?: string }[]
}

/** Every error as an answer. What is our own bug says no more than that: the log has the rest. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem
  if (error instanceof ArtefactError) return problem(error.code, error.message)
  if (isDiskFull(error)) return problem('disk-full', 'no space left on the disk of the node')
  const { code = '', statusCode = 500, validation, validationContext } = error as FrameworkError
  const [fault] = validation ?? []
  if (fault !== undefined) {
    const place = `${validationContext ?? 'request'}${fault.instancePath ?? ''}`
    return problem('bad-request', `${place} ${fault.message ?? 'does not fit its schema'}`)
  }
  const known = FASTIFY_CODES[code]
  if (known !== undefined) return problem(known, messageOf(error))
  if (isNodeProblemCode(code)) return problem(code, messageOf(error))
  if (statusCode >= 400 && statusCode < 500) return problem('bad-request', messageOf(error))
  return problem('internal-error', 'the log of the node says more')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
