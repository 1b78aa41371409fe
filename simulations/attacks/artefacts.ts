import type { Digest } from '../../protocol/digest.ts'
import {
  type Ancestry,
  artefactDigest,
  type SignedRecord,
  signDataset,
  signModel,
  signRetirement,
} from '../records.ts'
import { type Attack, finding, judge } from './attack.ts'
import { INSIDER, SmugglersStage } from './smuggling.ts'

const UNKNOWN_DATA = { kind: 'unknown', reason: 'not said' } as const

/** What may happen to artefacts, and what a family tree may name. */
export const ARTEFACT_ATTACKS: readonly Attack[] = [
  {
    id: 'T-P5',
    attacker: 'the owner of an artefact, organisation 0',
    action: 'retires a dataset that is retired already',
    expected: 'illegal-transition at every node and in blocks',
    run: () => {
      const stage = new SmugglersStage()
      const dataset = registered(stage)
      const retired = stage.commit(1, signRetirement(stage.signing(dataset.author), dataset))
      const again = signRetirement(stage.signing(dataset.author), dataset)
      return judge([
        finding(retired, 'the first retirement is committed'),
        ...stage.tryEverything(again, 'illegal-transition'),
      ])
    },
  },
  {
    id: 'T-P6',
    attacker: 'a person of organisation 2, with the help of the node of organisation 0',
    action: 'retires a dataset of organisation 0',
    expected: 'not-allowed at every node and in blocks',
    run: () => {
      const stage = new SmugglersStage()
      const dataset = registered(stage)
      return judge(
        stage.tryEverything(signRetirement(stage.signing(stage.person(2)), dataset), 'not-allowed'),
      )
    },
  },
  {
    id: 'T-G7',
    attacker: 'an insider who makes up a family tree',
    action:
      'names a parent that does not exist, a parent by another digest, a dataset as a parent, and its own child as a parent',
    expected:
      'edge-unknown, edge-digest-mismatch, edge-wrong-type, edge-unknown; at every node and in blocks',
    run: () => {
      const stage = new SmugglersStage()
      const dataset = registered(stage)
      const model = signModel(stage.signing(stage.person(INSIDER)), 'parent', fromData(dataset))
      const committed = stage.commit(1, model)
      const child = (name: string, ancestry: Ancestry) =>
        signModel(stage.signing(stage.person(INSIDER)), name, ancestry)
      const orphan = child('orphan', parent(artefactDigest('no record'), model.artefact))
      const altered = child('altered', parent(model.id, artefactDigest('other bytes')))
      const confused = child('confused', parent(dataset.id, dataset.artefact))
      // A cycle: the elder names the younger, whose id exists only once the elder's does.
      const younger = child('younger', parent(model.id, model.artefact))
      const elder = child('elder', parent(younger.id, younger.artefact))
      return judge([
        finding(committed, 'an honest model is committed'),
        ...stage.tryEverything(orphan, 'edge-unknown'),
        ...stage.tryEverything(altered, 'edge-digest-mismatch'),
        ...stage.tryEverything(confused, 'edge-wrong-type'),
        ...stage.tryEverything(elder, 'edge-unknown'),
      ])
    },
  },
]

function registered(stage: SmugglersStage): SignedRecord {
  const dataset = signDataset(stage.signing(stage.person(INSIDER)), 'dataset')
  if (!stage.commit(1, dataset)) throw new Error('an honest dataset was not committed')
  return dataset
}

function fromData({ id, artefact }: SignedRecord): Ancestry {
  return { datasets: [{ kind: 'certified', record: id, digest: artefact }], parents: [] }
}

function parent(record: Digest, digest: Digest): Ancestry {
  return {
    datasets: [UNKNOWN_DATA],
    parents: [{ kind: 'certified', record, digest, relation: 'finetune' }],
  }
}
