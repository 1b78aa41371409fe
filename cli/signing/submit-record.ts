import { setTimeout as sleep } from 'node:timers/promises'
import { isRejectionCode } from '../../protocol/api/problem.ts'
import { type RecordAnswer, WAIT_MS_MAX } from '../../protocol/api/records.ts'
import type { Digest } from '../../protocol/digest.ts'
import { base64Decode } from '../../protocol/encoding/base64.ts'
import type { PendingFile } from '../../protocol/home.ts'
import { REJECTIONS, type RejectionCode } from '../../protocol/rejection.ts'
import { CliError, cliError, refusal } from '../cli-error.ts'
import { forgetPending, pendingWithIntent } from '../home/pending.ts'
import type { Session } from '../session.ts'

export interface WaitOptions {
  /** False: return once the node has admitted the record, which promises nothing. */
  readonly wait: boolean
  readonly timeoutMs: number
}

/** How far a record has come. */
export interface Submitted {
  readonly id: Digest
  readonly status: 'admitted' | 'committed'
  readonly height?: number
  readonly timeMs?: number
}

/**
 * Submits what an earlier run of this command signed, if its end is not known; otherwise what `sign`
 * makes. So a command that is repeated after a crash, Ctrl-C or a time-out never signs twice.
 *
 * @param intent as in PendingFile
 */
export async function submitOnce(
  session: Session,
  intent: string,
  sign: () => Promise<PendingFile>,
  options: WaitOptions,
): Promise<Submitted> {
  const { home, genesis, context } = session
  const pending = await pendingWithIntent(home, genesis.chain, intent)
  if (pending !== undefined) {
    context.output.note(`resuming ${pending.record}, which was signed before`)
    try {
      return await submitPending(session, pending, options)
    } catch (error) {
      if (!isExpired(error)) throw error
      context.output.note('it has expired without being committed: signing again')
    }
  }
  return submitPending(session, await sign(), options)
}

function isExpired(error: unknown): boolean {
  return error instanceof CliError && (error.code === 'expired' || error.code === 'record-expired')
}

/** Sends signed bytes, the same ones every time, and waits for their end. */
export async function submitPending(
  session: Session,
  pending: PendingFile,
  options: WaitOptions,
): Promise<Submitted> {
  const { home, chain } = session
  const id = pending.record
  const envelope = base64Decode(pending.envelope)
  if (envelope === undefined) {
    throw cliError('home-damaged', `the pending record ${id} in ${home.path} is damaged`)
  }
  try {
    const answer = await chain.submit(envelope)
    if (!options.wait && answer.status !== 'committed') return { id, status: 'admitted' }
    const end = await waitForCommit(session, id, options.timeoutMs)
    await forgetPending(home, id)
    return end
  } catch (error) {
    if (isFinal(error)) await forgetPending(home, id)
    throw error
  }
}

/** Of the refusals that an honest node may give for a while, these still mean that the bytes are dead. */
const DEAD: ReadonlySet<RejectionCode> = new Set([
  'expired',
  'nonce-used',
  'nonce-out-of-window',
  'duplicate-key',
  'illegal-transition',
])

function isFinal(error: unknown): boolean {
  if (!(error instanceof CliError)) return false
  const { code } = error
  if (code === 'record-expired') return true
  return isRejectionCode(code) && (REJECTIONS[code].verdict === 'reject' || DEAD.has(code))
}

const UNKNOWN_RETRY_MS = 200

/**
 * Waits until a record is committed and durable on this node.
 *
 * @throws CliError `timed-out` or `interrupted`, both naming the id; `record-expired`; or the refusal
 */
export async function waitForCommit(
  session: Session,
  id: Digest,
  timeoutMs: number,
): Promise<Submitted> {
  const { chain, context } = session
  const deadline = performance.now() + timeoutMs
  try {
    for (;;) {
      const remaining = Math.max(0, Math.floor(deadline - performance.now()))
      const answer = await chain.record(id, Math.min(remaining, WAIT_MS_MAX))
      const end = endOf(answer, id)
      if (end !== undefined) return end
      if (performance.now() >= deadline) throw stillPending(session, id, timeoutMs)
      if (answer.status === 'unknown') {
        await sleep(UNKNOWN_RETRY_MS, undefined, { signal: context.signal })
      }
    }
  } catch (error) {
    if (!context.signal.aborted) throw error
    throw cliError('interrupted', `stopped waiting for ${id}; it may still be committed`, {
      hint: lookAgain(session, id),
      facts: { id },
    })
  }
}

function endOf(answer: RecordAnswer, id: Digest): Submitted | undefined {
  const { status, height, timeMs, rejection } = answer
  if (status === 'committed') {
    return {
      id,
      status,
      ...(height === undefined ? {} : { height }),
      ...(timeMs === undefined ? {} : { timeMs }),
    }
  }
  if (status === 'expired') {
    throw cliError('record-expired', `${id} expired before it was committed`, {
      hint: 'repeat the command',
      facts: { id },
    })
  }
  if (status !== 'refused') return undefined
  const { rejected = 'malformed', detail = '' } = rejection ?? {}
  throw isRejectionCode(rejected)
    ? refusal({ rejected, detail })
    : new CliError(rejected, `refused: ${detail}`)
}

function stillPending(session: Session, id: Digest, timeoutMs: number): Error {
  return cliError('timed-out', `${id} is not committed after ${timeoutMs / 1_000} s`, {
    hint: lookAgain(session, id),
    facts: { id },
  })
}

function lookAgain({ home }: Session, id: Digest): string {
  return `pedigree --home ${home.path} show ${id} --wait, or repeat the command: it resumes this record`
}
