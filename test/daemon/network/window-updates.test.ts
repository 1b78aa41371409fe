import assert from 'node:assert/strict'
import type { StreamMuxer, StreamMuxerFactory } from '@libp2p/interface'
import type { FrameHeader } from '@libp2p/yamux'
import {
  rareWindowUpdates,
  WINDOW_UPDATE_BYTES_MIN,
} from '../../../daemon/network/window-updates.ts'

const DATA: FrameHeader['type'] = 0
const UPDATE: FrameHeader['type'] = 1
const [SYN, FIN, RST] = [1, 4, 8]

function recordingMuxer(streams: readonly { streamId: number }[]) {
  const sent: FrameHeader[] = []
  const muxer = { streams, sendFrame: (header: FrameHeader) => sent.push(header) > 0 }
  const create = () =>
    ({
      protocol: '/muxer',
      createStreamMuxer: () => muxer,
    }) as unknown as StreamMuxerFactory<StreamMuxer>
  const wrapped = rareWindowUpdates(create)().createStreamMuxer(undefined as never)
  return { sent, sender: wrapped as unknown as typeof muxer }
}

function update(streamID: number, length: number, flag = 0): FrameHeader {
  return { type: UPDATE, flag, streamID, length }
}

describe('rare window updates', () => {
  it('tell of all the room there is, in larger steps, for each stream', () => {
    const { sent, sender } = recordingMuxer([{ streamId: 1 }, { streamId: 3 }])
    const small = WINDOW_UPDATE_BYTES_MIN / 4
    for (let frame = 0; frame < 7; frame++) {
      sender.sendFrame(update(1, small))
      sender.sendFrame(update(3, 1))
    }
    assert.deepEqual(sent, [update(1, WINDOW_UPDATE_BYTES_MIN)])
    sender.sendFrame(update(3, WINDOW_UPDATE_BYTES_MIN))
    assert.deepEqual(sent[1], update(3, WINDOW_UPDATE_BYTES_MIN + 7))
  })

  it('let data pass, and never hold back what opens or ends a stream', () => {
    const { sent, sender } = recordingMuxer([{ streamId: 1 }])
    const data = { type: DATA, flag: 0, streamID: 1, length: 10 } as const
    sender.sendFrame(update(1, 5))
    sender.sendFrame(data)
    sender.sendFrame(update(1, 2, SYN))
    sender.sendFrame(update(1, 5))
    sender.sendFrame(update(1, 0, FIN))
    sender.sendFrame(update(1, 5))
    sender.sendFrame(update(1, 0, RST))
    assert.deepEqual(sent, [data, update(1, 7, SYN), update(1, 5, FIN), update(1, 0, RST)])
  })

  it('forget the streams that the other side has ended', () => {
    const streams = [{ streamId: 1 }, { streamId: 3 }]
    const { sent, sender } = recordingMuxer(streams)
    sender.sendFrame(update(1, 5))
    streams.shift()
    sender.sendFrame(update(3, 5))
    sender.sendFrame(update(1, 0, FIN))
    sender.sendFrame(update(3, 0, FIN))
    assert.deepEqual(sent, [update(1, 0, FIN), update(3, 5, FIN)])
  })
})
