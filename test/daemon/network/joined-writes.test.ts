import assert from 'node:assert/strict'
import type { ConnectionEncrypter, MessageStream } from '@libp2p/interface'
import { joinedWrites } from '../../../daemon/network/joined-writes.ts'

/** A message in two parts, as the library's lists are, and one that is whole. */
const WHOLE = Uint8Array.of(1)
const PARTS = { byteLength: 5, subarray: () => Uint8Array.of(0, 3, 7, 8, 9) }

function sendsParts(): ConnectionEncrypter {
  const secure = async (connection: MessageStream) => {
    connection.send(PARTS as unknown as Uint8Array)
    connection.send(WHOLE)
    return { connection } as Awaited<ReturnType<ConnectionEncrypter['secureInbound']>>
  }
  return { protocol: '/in-parts', secureInbound: secure, secureOutbound: secure }
}

describe('joined writes', () => {
  for (const side of ['secureInbound', 'secureOutbound'] as const) {
    it(`hand on each message in one piece (${side})`, async () => {
      const sent: unknown[] = []
      const connection = { send: (data: unknown) => sent.push(data) > 0 }
      const encrypter = joinedWrites(sendsParts)({})
      assert.equal(encrypter.protocol, '/in-parts')
      await encrypter[side](connection as unknown as MessageStream)
      assert.deepEqual(sent, [Uint8Array.of(0, 3, 7, 8, 9), WHOLE])
    })
  }
})
