import type { IncomingMessage } from 'node:http'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import {
  isNodeProblemCode,
  isRejectionCode,
  type NodeProblemCode,
  Problem,
} from '../../protocol/api/problem.ts'
import { REJECTIONS } from '../../protocol/rejection.ts'
import { CliError, cliError } from '../cli-error.ts'

const JSON_BYTES_MAX = 67_108_864
const PROBLEM_BYTES_MAX = 65_536

/**
 * Reads a whole body.
 *
 * @throws CliError `bad-answer` beyond `bytesMax`
 */
export async function readBody(answer: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > bytesMax) {
      answer.destroy()
      throw cliError('bad-answer', `the node's answer is longer than ${bytesMax} bytes`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}

/** The JSON of an answer, once its schema admits it. */
export async function readJsonAnswer<T extends TSchema>(
  answer: IncomingMessage,
  schema: T,
): Promise<Static<T>> {
  const value = parseJson(await readBody(answer, JSON_BYTES_MAX))
  if (Value.Check(schema, value)) return value as Static<T>
  throw cliError('bad-answer', 'the node answered in another form than this command expects', {
    hint: 'the node and this command are of different versions: update the older one',
  })
}

/** @throws CliError with the code of the problem, for any answer that is not 2xx */
export async function refuseProblem(answer: IncomingMessage): Promise<void> {
  const status = answer.statusCode ?? 0
  if (status >= 200 && status < 300) return
  const body = parseJson(await readBody(answer, PROBLEM_BYTES_MAX))
  if (!Value.Check(Problem, body)) {
    throw cliError('node-failed', `the node answered with status ${status}`)
  }
  const { code, detail, title } = body as Problem
  const remedy = remedyFor(code)
  const sentence = detail === title || detail === '' ? title : `${title} (${detail})`
  throw new CliError(code, sentence, remedy === undefined ? {} : { hint: remedy })
}

/** Where the title alone does not say what to do. */
const NODE_REMEDIES: { readonly [code in NodeProblemCode]?: string } = {
  'disk-full': 'free some space on the disk of the node, and repeat the command',
  'storage-failed': 'look at the log of the node, and at its disk',
  'chain-halted': 'look at the log of the node, then start it again',
  'internal-error': 'look at the log of the node, and report what it says',
  'node-stopping': 'repeat the command when the node runs again',
  'too-many-requests': 'repeat the command in a moment',
  'artefact-unavailable': 'repeat the command when a member that has the bytes is connected',
}

function remedyFor(code: string): string | undefined {
  if (isNodeProblemCode(code)) return NODE_REMEDIES[code]
  const remedy = isRejectionCode(code) ? REJECTIONS[code].remedy : 'nothing'
  return remedy === 'nothing' ? undefined : remedy
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
