import { copyFile } from 'node:fs/promises'
import { finding, judge, type Outcome } from '../attack.ts'
import { flipLastByte, mentions, type ProcessStage, refuses, type Said, says } from './stage.ts'

/** T-M6: organisation 2 registers a model of organisation 1 as its own, under another name. */
export async function registerStolenModel(stage: ProcessStage): Promise<Outcome> {
  const model = await stage.write('m6-model.bin', 'weights that took a year')
  const stolen = stage.path('m6-our-own-invention.bin')
  const unknown = ['--dataset', 'unknown', '--reason', 'secret']
  const record = await stage.certify(1, 'model', model, ...unknown)
  await copyFile(model, stolen)
  const claim = ['certify', 'model', stolen, ...unknown]
  const asked = await stage.pedigree(2, ...claim)
  const insisted = await stage.pedigree(2, ...claim, '--yes')
  const theirs = String(insisted.answer['id'])
  const [owners, thiefs, verified] = await Promise.all([
    stage.pedigree(3, 'show', record),
    stage.pedigree(3, 'show', theirs),
    stage.pedigree(4, 'verify', stolen, '--against', theirs),
  ])
  const tuned = await tunedFrom(stage, model)
  const repeated = await stage.pedigree(1, 'certify', 'model', model, ...unknown)
  const loot = await renamedFiles(stage)
  await flipLastByte(stolen)
  const near = await stage.pedigree(2, 'certify', 'model', stolen, ...unknown, '--name', 'near')
  const sentence = 'the same bytes were registered by org1 as m6-model.bin@1 in block '
  return judge([
    refuses('the copy is not signed unasked', asked, 'declined'),
    finding(asked.told.includes(sentence), 'the thief is told whose it is and since when'),
    finding(insisted.code === 0, 'who insists is not refused: two may hold the same public data'),
    finding(
      mentions(thiefs, `"earlier":[{"record":"${record}"`),
      'show of the copy names the first registration',
    ),
    finding(mentions(verified, sentence), 'so does verify'),
    says('the copy', verified, 'verified'),
    finding(!mentions(owners, 'the same bytes'), 'show of the first says nothing against it'),
    finding(
      mentions(tuned, `"record":"${record}"`) && !mentions(tuned, theirs),
      'what is made from these bytes descends from the first',
    ),
    says('the same files under other names', loot, 'unknown'),
    finding(
      mentions(loot, 'the same files under other names as org1/m6-set@1'),
      'and yet verify names the directory that they may be a copy of',
    ),
    finding(repeated.code === 0, 'its owner is asked nothing when it repeats itself'),
    finding(near.code === 0, 'not solved: a copy with one bit changed is another artefact'),
  ])
}

/** A directory that is shared, and its files under other names. @returns what verify says of these */
async function renamedFiles(stage: ProcessStage): Promise<Said> {
  for (const name of ['a', 'b']) {
    await stage.write(`m6-set/${name}`, `picture ${name}`)
    await stage.write(`m6-loot/our-own-${name}`, `picture ${name}`)
  }
  await stage.certify(1, 'dataset', stage.path('m6-set'), '--share', 'members')
  return stage.pedigree(4, 'verify', stage.path('m6-loot'))
}

const TUNE = `import { readFileSync, writeFileSync } from 'node:fs'
writeFileSync('tuned.bin', readFileSync('base.bin', 'utf8') + ', tuned')
`

/** A captured run that reads the model by whatever name. @returns what certify says of its result */
async function tunedFrom(stage: ProcessStage, model: string): Promise<Said> {
  const folder = stage.path('m6-tuning')
  await stage.write('m6-tuning/tune.mjs', TUNE)
  await copyFile(model, stage.path('m6-tuning/base.bin'))
  const output = ['--as', 'model', '--output', 'tuned.bin', '--input', 'base.bin']
  const draft = await stage.capture(folder, 'tuning', ...output, '--', process.execPath, 'tune.mjs')
  return stage.pedigree(4, 'certify', 'model', '--from', draft, '--name', 'm6-tuned')
}
