import { type SignedRecord, signEvent, signModel } from '../records.ts'
import { type Attack, finding, judge } from './attack.ts'
import { edgeTo, referenceTo, signDeployment, signLine, signSilentLine } from './crafted-records.ts'
import { INSIDER, SmugglersStage } from './smuggling.ts'

const DATA = [{ kind: 'unknown', reason: 'not said' }] as const

/** Architectures that the network's rules forbid: here, whatever trains before it normalises. */
export const PIPELINE_ATTACKS: readonly Attack[] = [
  {
    id: 'T-M19',
    attacker: 'a person of organisation 0 who owns a pipeline',
    action:
      'swaps two components, deploys that, makes a model with it, hands it on, deploys a good model in it, and leaves a section out',
    expected:
      'another certificate, invalid everywhere with all made with it; deploying is an invalid-architecture, silence a schema-violation',
    run: () => {
      const stage = new SmugglersStage()
      const insider = stage.person(INSIDER)
      const good = signLine(stage.signing(insider), ['normalise', 'train'])
      const swapped = signLine(stage.signing(insider), ['train', 'normalise'])
      const made = madeWith(stage, 'made', swapped)
      const child = signModel(stage.signing(stage.person(2)), 'child', {
        datasets: DATA,
        parents: [{ ...edgeTo(made), relation: 'finetune' }],
      })
      const honest = madeWith(stage, 'honest', good)
      const evaluations = [made, honest].map((model) =>
        signEvent(stage.signing(insider), model, 'evaluated', { metric: 'f1', value: 1 }),
      )
      const committed = [good, swapped, made, child, honest, ...evaluations].every((record) =>
        stage.commit(1, record),
      )
      const invalid = (record: SignedRecord) =>
        stage.artefactEverywhere(record.id).every((found) => found?.invalid === swapped.id)
      const refused = [
        signDeployment(stage.signing(insider), swapped),
        signDeployment(stage.signing(insider), made),
        signDeployment(stage.signing(insider), honest, swapped),
      ].flatMap((record) => stage.tryEverything(record, 'invalid-architecture'))
      const silent = (['software', 'configuration'] as const).flatMap((section) =>
        stage.tryEverything(signSilentLine(stage.signing(insider), section), 'schema-violation'),
      )
      const deployed = [
        signDeployment(stage.signing(insider), good),
        signDeployment(stage.signing(insider), honest, good),
      ].every((record) => stage.commit(1, record))
      return judge([
        finding(committed, 'pipelines, models and evaluations are registered'),
        finding(
          good.artefact === swapped.artefact && good.id !== swapped.id,
          'the same bytes in another order are another certificate',
        ),
        finding(
          [swapped, made, child].every(invalid) && ![good, honest].some(invalid),
          'every node calls it, its model and the child invalid, and the others not',
        ),
        ...refused,
        ...silent,
        finding(deployed, 'the good pipeline and its model are deployed'),
      ])
    },
  },
]

function madeWith(stage: SmugglersStage, name: string, pipeline: SignedRecord): SignedRecord {
  return signModel(stage.signing(stage.person(INSIDER)), name, {
    datasets: DATA,
    parents: [],
    pipeline: referenceTo(pipeline),
  })
}
