/** Trains a classifier of digits: train.mjs IMAGES LABELS.csv MODEL.json --count 4800 --epochs 4 --rate 0.02 */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { accuracy, CLASSES, learn, percent, readPart, writeModel } from './images.mjs'

const { values, positionals } = parseArgs({
  options: {
    count: { type: 'string', default: '4800' },
    epochs: { type: 'string', default: '4' },
    rate: { type: 'string', default: '0.02' },
  },
  allowPositionals: true,
})
const [images, labels, path] = positionals

// A real project reads the address of its experiment tracker here. Nothing of this file is ever recorded.
if (existsSync('.env')) readFileSync('.env', 'utf8')

const part = readPart(images, labels, 0, Number(values.count))
const size = part[0].pixels.length
const model = {
  weights: Array.from({ length: CLASSES }, () => Array(size).fill(0)),
  bias: Array(CLASSES).fill(0),
}
mkdirSync('checkpoints', { recursive: true })
const checkpoints = Array.from({ length: Number(values.epochs) }, (_, epoch) =>
  join('checkpoints', `epoch-${epoch}.json`),
)
for (const checkpoint of checkpoints) {
  for (const image of part) learn(model, image, Number(values.rate))
  writeModel(checkpoint, model)
}

writeModel(path, model)
for (const checkpoint of checkpoints) rmSync(checkpoint)
const reached = accuracy(model, part)
writeFileSync('metrics.json', JSON.stringify({ train_accuracy: Number(reached.toFixed(4)) }))
console.log(`${path}: ${percent(reached)} of ${part.length} images that it has seen`)
