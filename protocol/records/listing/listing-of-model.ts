import { type Rejection, refuse } from '../../rejection.ts'
import type { DatasetPredicate, ModelPredicate } from '../certificates/certificates.ts'
import type { Statement } from '../statement.ts'
import { subjectDigest, subjectOf } from '../subject.ts'
import type { Listing } from './listing-1-1.ts'

/** A model's certificate and what its edges lead to. */
export interface ListingSources {
  readonly model: ModelPredicate
  readonly dataset: Statement<DatasetPredicate>
  /** Null for a root of the family tree. */
  readonly parent: ModelPredicate | null
}

/**
 * A certificate in the words of Listing 1.1, which has room for one dataset and one parent.
 *
 * @returns `schema-violation` for a model that does not fit into it
 */
export function listingOfModel({ model, dataset, parent }: ListingSources): Listing | Rejection {
  if (model.datasets.length > 1 || model.parents.length > 1) {
    return refuse('schema-violation', 'Listing 1.1 has room for one dataset and one parent')
  }
  if ((model.parents.length === 1) !== (parent !== null)) {
    return refuse('schema-violation', 'Listing 1.1 names a parent by its certificate, or none')
  }
  return {
    modelName: nameOf(model),
    modelId: model.modelId,
    parent: parent === null ? null : { modelName: nameOf(parent), modelId: parent.modelId },
    trainingDataHash: subjectDigest(subjectOf(dataset)),
    trainingDataCid: dataset.predicate.artefact.cid ?? null,
    payload: model.payload ?? '',
  }
}

function nameOf({ artefact }: ModelPredicate): string {
  return artefact.title ?? artefact.name
}
