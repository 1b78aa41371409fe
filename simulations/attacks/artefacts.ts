import { type SignedRecord, signDataset, signRetirement } from '../records.ts'
import { type Attack, finding, judge } from './attack.ts'
import { INSIDER, SmugglersStage } from './smuggling.ts'

/** What may happen to artefacts, and who may do it. */
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
]

function registered(stage: SmugglersStage): SignedRecord {
  const dataset = signDataset(stage.signing(stage.person(INSIDER)), 'dataset')
  if (!stage.commit(1, dataset)) throw new Error('an honest dataset was not committed')
  return dataset
}
