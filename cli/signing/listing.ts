import type { Digest } from '../../protocol/digest.ts'
import { ENVELOPE_BYTES_MAX } from '../../protocol/limits.ts'
import {
  exportListing,
  importListing,
  type Listing,
} from '../../protocol/records/listing/listing-1-1.ts'
import { listingOfModel } from '../../protocol/records/listing/listing-of-model.ts'
import { isRejection, refuse } from '../../protocol/rejection.ts'
import { cliError, refusal } from '../cli-error.ts'
import { readInputFile } from '../read-input.ts'
import { committedRecord } from '../resolve/committed-record.ts'
import type { Session } from '../session.ts'
import type { Edges } from './certificate/edges.ts'

/** @throws CliError with the code of the refusal for anything that is not a Listing 1.1 document */
export async function readListing(path: string): Promise<Listing> {
  const listing = importListing(await readInputFile(path, ENVELOPE_BYTES_MAX))
  if (isRejection(listing)) throw refusal(listing, path)
  return listing
}

/**
 * A listing speaks of its dataset by hash and of its parent by model id; both must be what the edges
 * of the certificate lead to.
 */
export async function checkListing(
  session: Session | undefined,
  listing: Listing,
  { datasets, parents }: Edges,
): Promise<void> {
  const hashes = datasets.flatMap((edge) => (edge.kind === 'certified' ? [edge.digest] : []))
  if (hashes.length > 0 && !hashes.includes(listing.trainingDataHash)) {
    throw mismatch('training-data-hash', listing.trainingDataHash)
  }
  if (listing.parent === null) {
    if (parents.length > 0) throw mismatch('parent-model-id', 'None')
    return
  }
  if (parents.length === 0) {
    throw cliError('usage', `the listing names the parent ${listing.parent.modelId}`, {
      hint: 'say which record that is with --parent ID, or --external URI',
    })
  }
  if (session === undefined) return
  const ids = []
  for (const edge of parents) {
    if (edge.kind === 'certified') ids.push(await modelIdOf(session, edge.record))
  }
  if (ids.length > 0 && !ids.includes(listing.parent.modelId)) {
    throw mismatch('parent-model-id', listing.parent.modelId)
  }
}

/** A model's certificate in the words of Listing 1.1. */
export async function writeListing(session: Session, id: Digest): Promise<string> {
  const model = await committedRecord(session, id)
  if (model.type !== 'model') throw doesNotFit('Listing 1.1 describes models only')
  const { datasets, parents } = model.statement.predicate
  const [data] = datasets
  const [parentEdge] = parents
  if (data?.kind !== 'certified') throw doesNotFit('Listing 1.1 needs a dataset with a hash')
  const dataset = await committedRecord(session, data.record)
  if (dataset.type !== 'dataset') throw doesNotFit('Listing 1.1 needs a dataset')
  const parent =
    parentEdge?.kind === 'certified' ? await committedRecord(session, parentEdge.record) : null
  const listing = listingOfModel({
    model: model.statement.predicate,
    dataset: dataset.statement,
    parent: parent?.type === 'model' ? parent.statement.predicate : null,
  })
  if (isRejection(listing)) throw refusal(listing)
  return new TextDecoder().decode(exportListing(listing))
}

async function modelIdOf(session: Session, id: Digest): Promise<string | undefined> {
  const record = await committedRecord(session, id)
  return record.type === 'model' ? record.statement.predicate.modelId : undefined
}

function mismatch(key: string, value: string): Error {
  const detail = `/${key}: the edges of this certificate do not lead to ${value}`
  return refusal(refuse('edge-digest-mismatch', detail))
}

function doesNotFit(detail: string): Error {
  return refusal(refuse('schema-violation', detail))
}
