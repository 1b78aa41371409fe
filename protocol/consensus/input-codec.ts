import { DIGEST_BYTES, digestBytes, toDigest } from '../digest.ts'
import { ByteReader } from '../encoding/byte-reader.ts'
import { ByteWriter } from '../encoding/byte-writer.ts'
import { type Rejection, refuse } from '../rejection.ts'
import type { ConsensusInput, TimerName } from './input.ts'
import {
  readConsensusMessage,
  readVotes,
  writeConsensusMessage,
  writeVotes,
} from './message-codec.ts'

/**
 * The bytes of one consensus input: what an entry of the write-ahead log holds, u8 tag first. They
 * come from our own disk, yet a torn or damaged log is refused like anything foreign.
 */
const TAGS = { work: 0, message: 1, bundle: 2, checked: 3, built: 4, timeout: 5 } as const

const TIMERS: readonly TimerName[] = ['propose', 'prepare', 'commit', 'rebroadcast']

export function encodeConsensusInput(input: ConsensusInput): Uint8Array {
  const writer = new ByteWriter().u8(TAGS[input.kind])
  switch (input.kind) {
    case 'work':
      break
    case 'message':
      writeConsensusMessage(writer, input.message)
      writer.u64(input.receivedMs).u64(input.blockTimeMs)
      break
    case 'bundle':
      writeVotes(writer, input.votes)
      break
    case 'checked':
      writer.raw(digestBytes(input.block)).u8(input.valid ? 1 : 0)
      break
    case 'built':
      writer.u32(input.view).raw(digestBytes(input.block)).u64(input.blockTimeMs)
      break
    case 'timeout':
      writer.u8(TIMERS.indexOf(input.timer)).u32(input.view)
      break
  }
  return writer.finish()
}

export function decodeConsensusInput(bytes: Uint8Array): ConsensusInput | Rejection {
  const reader = new ByteReader(bytes)
  const input = readInput(reader)
  if (input === undefined || !reader.finished()) {
    return refuse('malformed', 'not an input of the consensus machine')
  }
  return input
}

function readInput(reader: ByteReader): ConsensusInput | undefined {
  switch (reader.u8()) {
    case TAGS.work:
      return { kind: 'work' }
    case TAGS.message:
      return readMessageInput(reader)
    case TAGS.bundle:
      return { kind: 'bundle', votes: readVotes(reader) }
    case TAGS.checked:
      return readChecked(reader)
    case TAGS.built:
      return {
        kind: 'built',
        view: reader.u32(),
        block: toDigest(reader.raw(DIGEST_BYTES)),
        blockTimeMs: reader.u64(),
      }
    case TAGS.timeout:
      return readTimeout(reader)
    default:
      return undefined
  }
}

function readMessageInput(reader: ByteReader): ConsensusInput | undefined {
  const message = readConsensusMessage(reader)
  if (message === undefined) return undefined
  return { kind: 'message', message, receivedMs: reader.u64(), blockTimeMs: reader.u64() }
}

function readChecked(reader: ByteReader): ConsensusInput | undefined {
  const block = toDigest(reader.raw(DIGEST_BYTES))
  const valid = reader.u8()
  return valid > 1 ? undefined : { kind: 'checked', block, valid: valid === 1 }
}

function readTimeout(reader: ByteReader): ConsensusInput | undefined {
  const timer = TIMERS[reader.u8()]
  return timer === undefined ? undefined : { kind: 'timeout', timer, view: reader.u32() }
}
