import { finding, judge, type Outcome } from '../attack.ts'
import { mentions, type ProcessStage, refuses, says } from './stage.ts'

const TRAIN = `import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
const all = readdirSync('raw').map((name) => readFileSync('raw/' + name, 'utf8'))
writeFileSync('model.bin', 'weights of ' + all.join(''))
`
const RUN = ['--as', 'model', '--output', 'model.bin', '--input', 'raw', '--', process.execPath]

/** T-G1: the repository of the training data is poisoned after everything was certified. */
export async function poisonTrainingData(stage: ProcessStage): Promise<Outcome> {
  const project = stage.path('g1')
  const raw = stage.path('g1/raw')
  await stage.write('g1/raw/june.csv', 'pressure\n1.01\n1.02\n')
  await stage.write('g1/raw/july.csv', 'pressure\n1.03\n1.04\n')
  await stage.write('g1/train.mjs', TRAIN)
  const clean = await stage.write('g1-clean.csv', 'pressure\n1.01\n1.02\n1.03\n1.04\n')
  const source = ['--source', 'press 4', '--acquisition', 'logged', '--share', 'members']
  const origin = await stage.certify(2, 'raw-data', raw, ...source, '--name', 'g1-raw')
  const dataset = await stage.certify(1, 'dataset', clean, '--input', origin)
  const draft = await stage.capture(project, 'before', ...RUN, 'train.mjs')
  const honest = await stage.pedigree(4, 'certify', 'model', '--from', draft, '--name', 'g1@1')
  await stage.write('g1/raw/july.csv', 'pressure\n1.03\n9.99\n')
  const poisoned = await stage.pedigree(2, 'verify', raw)
  const untouched = await stage.pedigree(1, 'verify', clean)
  const affected = await stage.pedigree(3, 'affected', origin)
  const later = await stage.capture(project, 'after', ...RUN, 'train.mjs')
  const trained = await stage.pedigree(4, 'certify', 'model', '--from', later, '--name', 'g1@2')
  const named = await stage.pedigree(4, 'certify', 'model', clean, '--dataset', raw)
  const shown = await stage.pedigree(3, 'show', 'org4/g1@2')
  const { changed = [] } = (poisoned.answer['difference'] ?? {}) as { changed?: string[] }
  return judge([
    says('the poisoned repository', poisoned, 'modified'),
    finding(changed.join() === 'july.csv', `the changed file is named: ${changed.join()}`),
    says('the step behind it', untouched, 'verified'),
    finding(
      mentions(affected, dataset) && mentions(affected, String(honest.answer['id'])),
      'so it is known where it happened, and what hangs on it is listed',
    ),
    finding(
      mentions(honest, `"record":"${origin}"`) && !mentions(honest, '"kind":"unknown"'),
      'a captured training on the true data leads to it',
    ),
    finding(
      trained.told.includes('1 of 2 files') && trained.told.includes('raw/july.csv'),
      'one on the poisoned data says: 1 of 2 files, and a file that nobody certified',
    ),
    finding(mentions(shown, '"unknownAncestry":true'), 'everyone sees unknown ancestry'),
    refuses('a model that names the poisoned folder as its dataset', named, 'unknown-id'),
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

/** T-G8 as a person meets it: "a subset of X" is no answer to which data was used. */
export async function claimSubset(stage: ProcessStage): Promise<Outcome> {
  const whole = await stage.write('g8-whole.csv', 'n\n1\n2\n3\n')
  const part = await stage.write('g8-part.csv', 'n\n1\n2\n')
  const list = await stage.write('g8-list.txt', 'of 3\n0\n1\n')
  const record = await stage.certify(1, 'dataset', whole)
  const certify = ['certify', 'dataset', part, '--input']
  const vague = await stage.pedigree(1, ...certify, 'a subset of g8-whole.csv@1')
  const listed = await stage.pedigree(1, ...certify, record, '--subset', `${record}=${list}`)
  return judge([
    refuses('in words', vague, 'usage'),
    finding(
      vague.told.includes('a subset is certified only with the list of its members'),
      'the person is told what is missing',
    ),
    finding(listed.code === 0, 'with the list of its members it is certified'),
  ])
}
