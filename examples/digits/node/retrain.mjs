/** Trains a model further: retrain.mjs BASE.json IMAGES LABELS.csv MODEL.json --from 2400 --steps 2400 --rate 0.01 */

import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { accuracy, learn, percent, readModel, readPart, writeModel } from './images.mjs'

const { values, positionals } = parseArgs({
  options: {
    from: { type: 'string', default: '2400' },
    steps: { type: 'string', default: '2400' },
    rate: { type: 'string', default: '0.01' },
  },
  allowPositionals: true,
})
const [base, images, labels, path] = positionals

const first = Number(values.from)
const part = readPart(images, labels, first, first + Number(values.steps))
const model = readModel(base)
for (const image of part) learn(model, image, Number(values.rate))

writeModel(path, model)
const reached = accuracy(model, part)
writeFileSync('metrics.json', JSON.stringify({ retrain_accuracy: Number(reached.toFixed(4)) }))
console.log(`${path}: ${percent(reached)} of ${part.length} images that it was retrained on`)
