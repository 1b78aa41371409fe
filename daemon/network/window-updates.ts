import type { Stream, StreamMuxer, StreamMuxerFactory } from '@libp2p/interface'
import type { FrameHeader } from '@libp2p/yamux'
import { assert } from '../../protocol/assert.ts'

/** A quarter of the window that a stream starts with: who sends never waits for an update because of it. */
export const WINDOW_UPDATE_BYTES_MIN = 65_536

/** What the muxer's class has and its published type leaves out. */
interface FrameSender {
  sendFrame(header: FrameHeader, data?: unknown): boolean
}

const WINDOW_UPDATE: FrameHeader['type'] = 1
const RESET = 8

/**
 * Makes a Yamux muxer tell the other side of room in its windows in larger steps. By itself it answers
 * every frame that it receives, be it a vote of a hundred bytes, with an update: an encrypted message of
 * its own, a system call here, and a wake-up there.
 */
export function rareWindowUpdates<M extends StreamMuxer>(
  create: () => StreamMuxerFactory<M>,
): () => StreamMuxerFactory<M> {
  return () => {
    const factory = create()
    const createStreamMuxer = factory.createStreamMuxer.bind(factory)
    factory.createStreamMuxer = (connection) => savingUpdates(createStreamMuxer(connection))
    return factory
  }
}

function savingUpdates<M extends StreamMuxer>(muxer: M): M {
  assert('sendFrame' in muxer, 'the muxer sends frames')
  const sender = muxer as M & FrameSender
  const sendFrame = sender.sendFrame.bind(sender)
  /** Room that the other side has not been told of, by stream. */
  const untold = new Map<number, number>()
  sender.sendFrame = (header, data) => {
    if (header.type !== WINDOW_UPDATE) return sendFrame(header, data)
    const { streamID, flag } = header
    if ((flag & RESET) !== 0) {
      untold.delete(streamID)
      return sendFrame(header, data)
    }
    const length = header.length + (untold.get(streamID) ?? 0)
    // A frame with a flag opens or accepts a stream, or says that no more will be sent: it cannot wait.
    if (flag === 0 && length < WINDOW_UPDATE_BYTES_MIN) {
      untold.set(streamID, length)
      if (untold.size > muxer.streams.length) forgetEnded(untold, muxer)
      return true
    }
    untold.delete(streamID)
    return sendFrame({ ...header, length }, data)
  }
  return muxer
}

/** The other side may have ended streams, and no frame of ours tells of that. */
function forgetEnded(untold: Map<number, number>, { streams }: StreamMuxer): void {
  const open = new Set(streams.map((stream) => (stream as Stream & { streamId: number }).streamId))
  for (const streamId of untold.keys()) if (!open.has(streamId)) untold.delete(streamId)
}
