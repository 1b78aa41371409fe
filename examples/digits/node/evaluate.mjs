/** Evaluates a model on images that it has not seen: evaluate.mjs MODEL.json IMAGES LABELS.csv --from 4800 */

import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { accuracy, percent, readModel, readPart } from './images.mjs'

const { values, positionals } = parseArgs({
  options: { from: { type: 'string', default: '4800' } },
  allowPositionals: true,
})
const [path, images, labels] = positionals

const part = readPart(images, labels, Number(values.from))
const value = accuracy(readModel(path), part)
const report = { model: basename(path), images: part.length, accuracy: Number(value.toFixed(4)) }
writeFileSync('evaluation.json', JSON.stringify(report))
console.log(`${path}: ${percent(value)} of ${part.length} images that it has not seen`)
