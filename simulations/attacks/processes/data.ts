import { finding, judge, type Outcome } from '../attack.ts'
import { mentions, type ProcessStage, refuses, says } from './stage.ts'

/** T-G1: the repository of the training data is poisoned after everything was certified. */
export async function poisonTrainingData(stage: ProcessStage): Promise<Outcome> {
  const raw = stage.path('g1-raw')
  await stage.write('g1-raw/june.csv', 'pressure\n1.01\n1.02\n')
  await stage.write('g1-raw/july.csv', 'pressure\n1.03\n1.04\n')
  const clean = await stage.write('g1-clean.csv', 'pressure\n1.01\n1.02\n1.03\n1.04\n')
  const model = await stage.write('g1-model.bin', 'weights of pressure')
  const source = ['--source', 'press 4', '--acquisition', 'logged']
  const origin = await stage.certify(1, 'raw-data', raw, ...source)
  const dataset = await stage.certify(2, 'dataset', clean, '--input', origin)
  const trained = await stage.certify(3, 'model', model, '--dataset', dataset)
  await stage.write('g1-raw/july.csv', 'pressure\n1.03\n9.99\n')
  const poisoned = await stage.pedigree(1, 'verify', raw)
  const untouched = await stage.pedigree(2, 'verify', clean)
  const affected = await stage.pedigree(4, 'affected', origin)
  const again = await stage.write('g1-again.bin', 'weights of poison')
  const retrained = await stage.pedigree(3, 'certify', 'model', again, '--dataset', raw)
  const { changed = [] } = (poisoned.answer['difference'] ?? {}) as { changed?: string[] }
  return judge([
    says('the poisoned repository', poisoned, 'modified'),
    finding(changed.join() === 'july.csv', `the changed file is named: ${changed.join()}`),
    says('the step behind it', untouched, 'verified'),
    finding(
      mentions(affected, dataset) && mentions(affected, trained),
      'so it is known where it happened, and what hangs on it is listed',
    ),
    refuses('a model that names the poisoned data', retrained, 'unknown-id'),
  ])
}

/** T-M5: values are noisy when they are collected, or become so afterwards. */
export async function addNoise(stage: ProcessStage): Promise<Outcome> {
  const csv = await stage.write('m5.csv', 'pressure\n1.01\n400\n1.02\n')
  const bounds = await stage.write('m5-bounds.yaml', '- {field: pressure, min: 0.9, max: 1.1}\n')
  const said = ['--source', 'press 4', '--acquisition', 'logged', '--bounds', bounds]
  const command = ['certify', 'raw-data', csv, ...said]
  const flagged = await stage.pedigree(1, ...command)
  const nowhere = await stage.pedigree(1, 'show', 'org1/m5.csv@1')
  const insisted = await stage.pedigree(1, ...command, '--yes')
  const shown = await stage.pedigree(2, 'show', 'org1/m5.csv@1')
  await stage.write('m5.csv', 'pressure\n1.01\n400\n1.05\n')
  const later = await stage.pedigree(1, 'verify', csv)
  return judge([
    refuses('a value beyond its bounds is not signed unasked', flagged, 'declined'),
    finding(
      flagged.told.includes('VIOLATED by 1 value'),
      'the person is told: VIOLATED by 1 value',
    ),
    refuses('nothing of it is on the ledger', nowhere, 'unknown-id'),
    finding(
      insisted.code === 0 && mentions(shown, '"outsideBounds":1'),
      'who insists has it written into the certificate, for everyone to see',
    ),
    says('noise within the bounds, added afterwards', later, 'modified'),
  ])
}

/** T-G5 as far as it goes without signed outputs: predictions certified as data of their model. */
export async function alterPredictions(stage: ProcessStage): Promise<Outcome> {
  const model = await stage.write('g5-model.bin', 'weights that predict')
  const record = await stage.certify(
    1,
    'model',
    model,
    '--dataset',
    'unknown',
    '--reason',
    'a test',
  )
  const predictions = await stage.write('g5-predictions.csv', 'part,verdict\n7,faulty\n')
  await stage.certify(1, 'dataset', predictions, '--input', record)
  const delivered = await stage.write('g5-delivered.csv', 'part,verdict\n7,sound\n')
  const against = ['--against', 'org1/g5-predictions.csv@1']
  const altered = await stage.pedigree(4, 'verify', delivered, ...against)
  const truly = await stage.pedigree(4, 'verify', predictions)
  const lineage = await stage.pedigree(4, 'lineage', 'org1/g5-predictions.csv@1')
  const alone = await stage.pedigree(4, 'verify', delivered)
  return judge([
    says('what was altered on its way', altered, 'modified'),
    says('what the owner certified', truly, 'verified'),
    finding(
      mentions(lineage, record),
      'their lineage leads to the model that is said to have made them',
    ),
    says('not solved: an output that nobody certified', alone, 'unknown'),
    finding(
      mentions(truly, 'that what the signers declared is true or complete'),
      'nor is it proven that the model computed them, and verify says so',
    ),
  ])
}
