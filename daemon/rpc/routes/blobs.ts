import type { Readable } from 'node:stream'
import {
  BlobAnswer,
  BlobBatchAnswer,
  BlobQuery,
  DirectoryAnswer,
  DirectoryRequest,
} from '../../../protocol/api/blobs.ts'
import { blobsOf } from '../blob-batch.ts'
import type { RpcDeps } from '../deps.ts'
import type { App } from '../fastify-app.ts'
import { DIRECTORY_BODY_BYTES_MAX, TRANSFERS_MAX } from '../limits.ts'
import { createPlaces } from '../places.ts'
import { fail } from '../problem-error.ts'

/** @param scope an instance of its own: here octets are taken, as a stream */
export function blobRoutes(scope: App, { artefacts, metrics }: RpcDeps): void {
  const uploads = createPlaces(TRANSFERS_MAX, 'uploads')
  scope.addContentTypeParser('application/octet-stream', (_request, payload, done) =>
    done(null, payload),
  )

  scope.post(
    '/v1/blobs',
    {
      schema: {
        consumes: ['application/octet-stream'],
        querystring: BlobQuery,
        response: { 200: BlobAnswer },
      },
      onRequest: async (request) => requireOctets(request.headers['content-type']),
    },
    async ({ body, query }): Promise<BlobAnswer> => {
      const leave = uploads.enter()
      try {
        const blob = await artefacts.addBlob(body as Readable, query.sha256)
        metrics.blobBytes('in', blob.bytes)
        return blob
      } finally {
        leave()
      }
    },
  )

  scope.post(
    '/v1/blobs/batch',
    {
      schema: { consumes: ['application/octet-stream'], response: { 200: BlobBatchAnswer } },
      onRequest: async (request) => requireOctets(request.headers['content-type']),
    },
    async ({ body }): Promise<BlobBatchAnswer> => {
      const leave = uploads.enter()
      try {
        const blobs = await artefacts.addBlobs(blobsOf(body as Readable))
        metrics.blobBytes(
          'in',
          blobs.reduce((sum, { bytes }) => sum + bytes, 0),
        )
        return { blobs: [...blobs] }
      } finally {
        leave()
      }
    },
  )

  scope.post(
    '/v1/directories',
    {
      bodyLimit: DIRECTORY_BODY_BYTES_MAX,
      schema: { body: DirectoryRequest, response: { 200: DirectoryAnswer } },
    },
    async ({ body: { files, manifestCid } }): Promise<DirectoryAnswer> => {
      const cid = await artefacts.addDirectory(files, manifestCid)
      return { cid }
    },
  )
}

/** JSON would be parsed, and come out as other bytes. */
function requireOctets(contentType: string | undefined): void {
  if (contentType === 'application/octet-stream') return
  throw fail('wrong-content-type', 'a blob has the content type application/octet-stream')
}
