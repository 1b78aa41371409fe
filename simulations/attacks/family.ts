import type { Digest } from '../../protocol/digest.ts'
import { lineage } from '../../protocol/queries/family/lineage.ts'
import {
  type Ancestry,
  artefactDigest,
  type SignedRecord,
  signDataset,
  signModel,
} from '../records.ts'
import { type Attack, type Finding, finding, judge } from './attack.ts'
import { edgeTo, signForged } from './crafted-records.ts'
import { INSIDER, SmugglersStage } from './smuggling.ts'

const UNKNOWN_DATA = { kind: 'unknown', reason: 'not said' } as const
const GENERATIONS = 5
const MODEL_ID = '8ad53dd3-4b02-4af5-a17f-e03d2fabee1c'

/** What a family tree may name, and what it says where it ends. */
export const FAMILY_ATTACKS: readonly Attack[] = [
  {
    id: 'T-G7',
    attacker: 'an insider who makes up a family tree',
    action:
      'names a parent that does not exist, a dataset or its own child as a parent, and, generations down, others by wrong digests',
    expected:
      'edge-unknown, edge-wrong-type, edge-digest-mismatch at every node and in blocks; five generations lead to their root',
    run: () => {
      const stage = new SmugglersStage()
      const { dataset, line } = fiveGenerations(stage)
      const root = line.at(0)
      const middle = line.at(2)
      const youngest = line.at(-1)
      if (!root || !middle || !youngest) throw new Error('a line has a beginning and an end')
      const child = (name: string, ancestry: Ancestry) =>
        signModel(stage.signing(stage.person(INSIDER)), name, ancestry)
      // A cycle: the elder names the younger, whose id exists only once the elder's does.
      const younger = child('younger', parent(youngest.id, youngest.artefact))
      const elder = child('elder', parent(younger.id, younger.artefact))
      return judge([
        ...leadsToRoot(stage, youngest, root),
        ...stage.tryEverything(
          child('orphan', parent(artefactDigest('no record'), root.artefact)),
          'edge-unknown',
        ),
        ...stage.tryEverything(
          child('confused', parent(dataset.id, dataset.artefact)),
          'edge-wrong-type',
        ),
        ...stage.tryEverything(elder, 'edge-unknown', [younger]),
        ...stage.tryEverything(
          child('altered', parent(middle.id, root.artefact)),
          'edge-digest-mismatch',
        ),
        ...stage.tryEverything(
          child('forged', parent(youngest.id, artefactDigest('other bytes'))),
          'edge-digest-mismatch',
        ),
      ])
    },
  },
  {
    id: 'T-G10',
    attacker: 'a person of organisation 0 who trains on with a model from outside',
    action:
      'declares the base as external, has children and grandchildren made from it elsewhere, and then leaves the question out',
    expected:
      'unknown ancestry is marked at every node, on the model and all down the tree; silence is refused as schema-violation',
    run: () => {
      const stage = new SmugglersStage()
      const dataset = signDataset(stage.signing(stage.person(1)), 'clean')
      const external = {
        kind: 'external',
        uri: 'hf://somebody/base',
        revision: 'main',
        relation: 'finetune',
      } as const
      const datasets = [edgeTo(dataset)]
      const tuned = signModel(stage.signing(stage.person(INSIDER)), 'tuned', {
        datasets,
        parents: [external],
      })
      const child = signModel(stage.signing(stage.person(2)), 'child', below(tuned, dataset))
      const grandchild = signModel(stage.signing(stage.person(3)), 'grand', below(child, dataset))
      const pure = signModel(stage.signing(stage.person(1)), 'pure', { datasets, parents: [] })
      const committed = [dataset, tuned, child, grandchild, pure].every((record, i) =>
        stage.commit(1 + (i % 3), record),
      )
      const silent = signForged(stage.signing(stage.person(INSIDER)), 'model', 'silent', {
        modelId: MODEL_ID,
        datasets: [],
        parents: [],
      })
      const marked = (record: SignedRecord) =>
        stage.artefactEverywhere(record.id).every((artefact) => artefact?.unknownAncestry === true)
      return judge([
        finding(committed, 'what is said openly is committed'),
        finding(marked(tuned), 'the model is marked everywhere'),
        finding(marked(child) && marked(grandchild), 'so are its child and its grandchild'),
        finding(!marked(pure), 'a model of known data is not'),
        ...stage.tryEverything(silent, 'schema-violation'),
      ])
    },
  },
]

interface Line {
  readonly dataset: SignedRecord
  /** The root first. */
  readonly line: readonly SignedRecord[]
}

/** A root and five generations below it, by all organisations in turn. */
function fiveGenerations(stage: SmugglersStage): Line {
  const dataset = signDataset(stage.signing(stage.person(1)), 'dataset')
  const line: SignedRecord[] = []
  if (!stage.commit(1, dataset)) throw new Error('an honest dataset was not committed')
  for (let i = 0; i <= GENERATIONS; i++) {
    const last = line.at(-1)
    const ancestry = last === undefined ? fromData(dataset) : parent(last.id, last.artefact)
    const model = signModel(stage.signing(stage.person(i % 4)), `generation-${i}`, ancestry)
    if (!stage.commit(1 + (i % 3), model)) throw new Error('an honest model was not committed')
    line.push(model)
  }
  return { dataset, line }
}

function leadsToRoot(stage: SmugglersStage, from: SignedRecord, root: SignedRecord): Finding[] {
  const found = stage.world.honest.map(({ member }) => {
    const graph = stage.ask(member, (ledger) => lineage(ledger, from.id))
    const model = graph?.nodes.filter(({ type }) => type === 'model').at(-1)
    return model?.record === root.id && model.depth === GENERATIONS
  })
  return [
    finding(found.every(Boolean), `at every node ${GENERATIONS} generations lead to their root`),
  ]
}

function fromData(dataset: SignedRecord): Ancestry {
  return { datasets: [edgeTo(dataset)], parents: [] }
}

function parent(record: Digest, digest: Digest): Ancestry {
  return {
    datasets: [UNKNOWN_DATA],
    parents: [{ kind: 'certified', record, digest, relation: 'finetune' }],
  }
}

function below(model: SignedRecord, dataset: SignedRecord): Ancestry {
  return {
    datasets: [edgeTo(dataset)],
    parents: [{ ...edgeTo(model), relation: 'quantized' }],
  }
}
