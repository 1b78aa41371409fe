import { artefactView } from '../../protocol/queries/artefact-view.ts'
import { type Person, personOf } from '../invented-network.ts'
import { type SignedRecord, signDataset, signEvent, signModel, signRecall } from '../records.ts'
import { type Attack, finding, judge } from './attack.ts'
import { edgeTo, signKey, signPhaseOf } from './crafted-records.ts'
import { INSIDER, SmugglersStage } from './smuggling.ts'

const CLEANING = {
  steps: [{ method: 'drop rows', parameters: { below: 0 }, software: 'pkg:pypi/pandas@2.3.3' }],
} as const

const LABELLING = {
  method: 'by hand',
  instructions: 'look twice',
  software: 'pkg:pypi/label-studio@1.20.0',
} as const

/** Who may add to the life of an artefact, and who somebody is. */
export const ROLE_ATTACKS: readonly Attack[] = [
  {
    id: 'T-G3',
    attacker: 'a rogue developer, alone and with the help of organisation 0',
    action:
      'publishes without being enrolled, enrols itself, is enrolled with the consent of nobody; then its admin enrols it',
    expected:
      'unknown-author, not-allowed, bad-possession-proof; then every node shows who it is and for whom (nobody is rated yet)',
    run: () => {
      const stage = new SmugglersStage()
      const rogue = personOf('org00', 'rogue')
      const { admin, person } = insiders(stage)
      const { key } = rogue
      const claim = { key, role: 'person', organisation: 'org00' } as const
      const model = spyModel(stage, rogue)
      const attempts = [
        ...stage.tryEverything(model, 'unknown-author'),
        ...stage.tryEverything(signKey(stage.signing(person), claim), 'not-allowed'),
        ...stage.tryEverything(
          signKey(stage.signing(admin), { ...claim, organisation: 'org03' }),
          'bad-possession-proof',
        ),
      ]
      const enrolled = stage.commit(1, signKey(stage.signing(admin), claim))
      const later = spyModel(stage, rogue)
      const published = stage.commit(1, later)
      const shown = stage.world.honest.map(({ member }) => {
        const view = stage.ask(member, (ledger) => artefactView(ledger, later.id))
        return `${view?.organisation}/${view?.signer} ${view?.author === rogue.did}`
      })
      return judge([
        ...attempts,
        finding(enrolled && published, 'its own admin enrols it, and its model is committed'),
        finding(
          shown.every((who) => who === 'org00/person true'),
          'every node names its key and organisation 0',
        ),
      ])
    },
  },
  {
    id: 'T-M10',
    attacker: 'a preprocessor of organisation 0: a data source, and a person who is not invited',
    action:
      'recalls, gives away, documents what is not its own; invited, deploys it, invents labellers, alerts for nothing; uninvited, goes on',
    expected:
      'not-allowed at every node and in blocks; the owner’s invitation alone lets it document; then unknown-person, schema-violation',
    run: () => {
      const stage = new SmugglersStage()
      const { admin, person } = insiders(stage)
      const source = personOf('org00', 'source')
      const claim = { key: source.key, role: 'source', organisation: 'org00' } as const
      const own = signDataset(stage.signing(person), 'own')
      const model = signModel(stage.signing(stage.person(1)), 'model', {
        datasets: [edgeTo(own)],
        parents: [],
      })
      const ready = [signKey(stage.signing(admin), claim), own, model].every((record) =>
        stage.commit(1, record),
      )
      const phase = () => signPhaseOf(stage.signing(person), model, 'cleaning', CLEANING)
      const owner = (event: 'invited' | 'uninvited') =>
        signEvent(stage.signing(stage.person(1)), model, event, { to: 'org00' })
      const refused = [
        ...stage.tryEverything(signRecall(stage.signing(source), own, 'recall'), 'not-allowed'),
        ...stage.tryEverything(
          signEvent(stage.signing(source), own, 'offered', { to: 'org02' }),
          'not-allowed',
        ),
        ...stage.tryEverything(phase(), 'not-allowed'),
      ]
      const invited = [owner('invited'), phase()].every((record) => stage.commit(1, record))
      const evaluated = signEvent(stage.signing(person), model, 'evaluated', {
        metric: 'accuracy',
        value: 0.9,
      })
      const deployed = signEvent(stage.signing(person), model, 'deployed', { place: 'press 4' })
      const allowed = stage.commit(1, evaluated)
      const invented = [personOf('org00', 'nobody'), source].map(({ did }) =>
        signPhaseOf(stage.signing(person), model, 'labelling', { ...LABELLING, person: did }),
      )
      const beyond = [
        ...stage.tryEverything(deployed, 'not-allowed'),
        ...invented.flatMap((record) => stage.tryEverything(record, 'unknown-person')),
      ]
      const inUse = stage.commit(1, deploymentBy(stage, model))
      const alert = (value: number) => {
        const details = { metric: 'accuracy', value, threshold: 0.9, bound: 'min' }
        return signEvent(stage.signing(person), model, 'alerted', details)
      }
      const causeless = stage.tryEverything(alert(0.95), 'schema-violation')
      const alerted = stage.commit(1, alert(0.85))
      const uninvited = stage.commit(1, owner('uninvited'))
      return judge([
        finding(ready, 'source, dataset and model are registered'),
        ...refused,
        finding(invited && allowed, 'invited, it documents a phase and an evaluation'),
        ...beyond,
        ...causeless,
        finding(inUse && alerted, 'once it is deployed, a value below its minimum is an alert'),
        finding(uninvited, 'the owner takes the invitation back'),
        ...stage.tryEverything(phase(), 'not-allowed'),
      ])
    },
  },
]

interface Insiders {
  readonly admin: Person
  readonly person: Person
}

function insiders(stage: SmugglersStage): Insiders {
  return { admin: personOf('org00', 'admin'), person: stage.person(INSIDER) }
}

/** By the owner of the model that the insider documents. */
function deploymentBy(stage: SmugglersStage, model: SignedRecord): SignedRecord {
  return signEvent(stage.signing(stage.person(1)), model, 'deployed', { place: 'press 4' })
}

function spyModel(stage: SmugglersStage, author: Person): SignedRecord {
  const datasets = [{ kind: 'unknown', reason: 'a secret' }] as const
  return signModel(stage.signing(author), 'spy', { datasets, parents: [] })
}
