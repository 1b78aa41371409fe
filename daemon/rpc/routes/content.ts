import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { type ArtefactView, ContentQuery, ContentsQuery } from '../../../protocol/api/artefacts.ts'
import { RecordParams } from '../../../protocol/api/common.ts'
import type { ManifestFile } from '../../../protocol/artefacts/manifest.ts'
import { assert } from '../../../protocol/assert.ts'
import type { Digest } from '../../../protocol/digest.ts'
import type { ReadOptions } from '../../artefacts/blob-reader.ts'
import type { Chains } from '../chains.ts'
import type { RpcDeps } from '../deps.ts'
import type { App } from '../fastify-app.ts'
import { findArtefact } from '../find-artefact.ts'
import { TRANSFERS_MAX } from '../limits.ts'
import { type CheckedManifest, createManifests, type Manifests } from '../manifests.ts'
import { createPlaces } from '../places.ts'
import { fail } from '../problem-error.ts'
import { verified } from '../verified-content.ts'

/** The bytes of artefacts, fetched from other members when they are not here. */
export function contentRoutes(app: App, deps: RpcDeps, chains: Chains): void {
  const manifests = createManifests(deps)
  const downloads = createPlaces(TRANSFERS_MAX, 'downloads')

  app.get(
    '/v1/chains/:chain/artefacts/:id/manifest',
    { schema: { params: RecordParams } },
    async ({ params }, reply) => {
      const artefact = requireShared(await findArtefact(chains.of(params.chain), params.id))
      const { bytes } = await manifests.of(artefact, whileOpen(reply))
      deps.metrics.blobBytes('out', bytes.length)
      return reply.type('application/json').send(Buffer.from(bytes))
    },
  )

  app.get(
    '/v1/chains/:chain/artefacts/:id/content',
    { schema: { params: RecordParams, querystring: ContentQuery } },
    async ({ params, query }, reply) => {
      const artefact = requireShared(await findArtefact(chains.of(params.chain), params.id))
      const signal = whileOpen(reply)
      const leave = downloads.enter()
      reply.raw.once('close', leave)
      const file = await fileOf(artefact, query.name, { manifests, signal })
      const content = deps.artefacts.read(file.cid, file.options)
      const stream = await begin(verified(content, file.sha256))
      deps.metrics.blobBytes('out', file.bytes)
      return reply.headers(octets(file.bytes)).send(stream)
    },
  )

  app.get(
    '/v1/chains/:chain/artefacts/:id/contents',
    { schema: { params: RecordParams, querystring: ContentsQuery } },
    async ({ params, query: { first = 0 } }, reply) => {
      const artefact = requireShared(await findArtefact(chains.of(params.chain), params.id))
      const signal = whileOpen(reply)
      const leave = downloads.enter()
      reply.raw.once('close', leave)
      const files = filesFrom(await manifests.of(artefact, signal), first)
      const contents = deps.artefacts.readFiles(artefact.cid, { files, signal })
      const stream = await begin(allVerified(contents, files))
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
      deps.metrics.blobBytes('out', bytes)
      return reply.headers(octets(bytes)).send(stream)
    },
  )
}

function octets(bytes: number) {
  return { 'content-length': bytes, 'content-type': 'application/octet-stream' }
}

function filesFrom({ files }: CheckedManifest, first: number): readonly ManifestFile[] {
  if (first < files.length) return first === 0 ? files : files.slice(first)
  throw fail(
    'unknown-file',
    `the directory contains ${files.length} files, none is number ${first}`,
  )
}

/** One after the other, none to its last part before its digest is known to be right. */
async function* allVerified(
  contents: AsyncIterable<AsyncIterable<Uint8Array>>,
  files: readonly ManifestFile[],
): AsyncGenerator<Uint8Array> {
  let at = 0
  for await (const content of contents) {
    const file = files[at++]
    assert(file !== undefined, 'as many contents as files')
    yield* verified(content, file.sha256)
  }
}

interface SharedArtefact extends ArtefactView {
  readonly cid: string
}

function requireShared(artefact: ArtefactView): SharedArtefact {
  const { cid, share, record, organisation } = artefact
  if (share === 'members' && cid !== undefined) return { ...artefact, cid }
  throw fail('not-shared', `the bytes of ${record} stay with ${organisation}`)
}

interface ContentFile {
  readonly cid: string
  readonly bytes: number
  readonly sha256: Digest | undefined
  readonly options: ReadOptions
}

async function fileOf(
  artefact: SharedArtefact,
  name: string | undefined,
  { manifests, signal }: { readonly manifests: Manifests; readonly signal: AbortSignal },
): Promise<ContentFile> {
  const { cid, bytes, sha256, form, record } = artefact
  if (form === 'file') {
    if (name !== undefined) throw fail('not-a-directory', `${record} is a single file`)
    return { cid, bytes, sha256, options: { bytes, signal } }
  }
  if (name === undefined) throw fail('is-a-directory', `${record} is a directory: say which file`)
  const file = (await manifests.of(artefact, signal)).file(name)
  if (file === undefined) {
    throw fail('unknown-file', `${record} contains no file ${JSON.stringify(name)}`)
  }
  return {
    cid,
    bytes: file.bytes,
    sha256: file.sha256,
    options: { bytes: file.bytes, name, signal },
  }
}

/** Aborts when the client is gone, or the answer is. */
function whileOpen(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => controller.abort(fail('request-timeout', 'the client is gone')))
  return controller.signal
}

/** Waits for the first part, so that what cannot be had is answered as a problem, not cut short. */
async function begin(content: AsyncGenerator<Uint8Array>): Promise<Readable> {
  const first = await content.next()
  const all = async function* () {
    if (first.done !== true) yield first.value
    yield* content
  }
  return Readable.from(all(), { objectMode: false })
}
