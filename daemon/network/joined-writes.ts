import type { ConnectionEncrypter, MessageStream } from '@libp2p/interface'

type CreateEncrypter<C> = (components: C) => ConnectionEncrypter

/**
 * Makes every message of an encrypter leave in one piece. Noise hands over its length and its bytes
 * apart, and TCP writes each part by a system call of its own, with a packet and a wake-up on the other
 * side: almost half of all writes of a busy node.
 */
export function joinedWrites<C>(create: CreateEncrypter<C>): CreateEncrypter<C> {
  return (components) => {
    const encrypter = create(components)
    const secureOutbound = encrypter.secureOutbound.bind(encrypter)
    const secureInbound = encrypter.secureInbound.bind(encrypter)
    encrypter.secureOutbound = (connection, options) => secureOutbound(joining(connection), options)
    encrypter.secureInbound = (connection, options) => secureInbound(joining(connection), options)
    return encrypter
  }
}

/** `subarray` of a list copies its parts into one array; copying is far cheaper than writing twice. */
function joining(connection: MessageStream): MessageStream {
  const send = connection.send.bind(connection)
  connection.send = (data) => send(data instanceof Uint8Array ? data : data.subarray())
  return connection
}
