import type { Socket } from 'node:net'
import { PROBLEM_MEDIA_TYPE, problem } from '../../protocol/api/problem.ts'

/** What is no HTTP, or came too slowly, never reaches a route: it is answered on the bare socket. */
export function answerBrokenRequest(error: Error, socket: Socket): void {
  if ('code' in error && error.code === 'ECONNRESET') return
  if (!socket.writable) return void socket.destroy()
  const isSlow = 'code' in error && error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const answer = isSlow
    ? problem('request-timeout', 'the headers did not arrive in time')
    : problem('bad-request', 'this is not an HTTP request that the node can read')
  const body = JSON.stringify(answer)
  const head = [
    `HTTP/1.1 ${answer.status} ${isSlow ? 'Request Timeout' : 'Bad Request'}`,
    `content-type: ${PROBLEM_MEDIA_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
