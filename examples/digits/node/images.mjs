/** What these scripts share: images, labels and models on disk. The Python scripts beside them do the same. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const CLASSES = 10

/** @returns grey values from 0 to 1 */
export function readImage(path) {
  const [, , , , ...pixels] = readFileSync(path, 'utf8').trim().split(/\s+/)
  return Float64Array.from(pixels, (value) => Number(value) / 255)
}

export function writeImage(path, width, height, pixels) {
  writeFileSync(path, `P2\n${width} ${height}\n255\n${pixels.join(' ')}\n`)
}

/** The images from number `first` up to but not including `last`, in the order of the label file. */
export function readPart(images, labels, first, last) {
  const rows = readFileSync(labels, 'utf8').trim().split(/\r?\n/).slice(1).slice(first, last)
  return rows.map((row) => {
    const [image, digit] = row.split(',')
    return { pixels: readImage(join(images, image)), digit: Number(digit) }
  })
}

export function writeModel(path, { weights, bias }) {
  mkdirSync(dirname(path), { recursive: true })
  const rounded = (values) => Array.from(values, (value) => Number(value.toFixed(6)))
  writeFileSync(path, JSON.stringify({ weights: weights.map(rounded), bias: rounded(bias) }))
}

export function readModel(path) {
  const { weights, bias, scale = 1 } = JSON.parse(readFileSync(path, 'utf8'))
  return { weights: weights.map((row) => row.map((weight) => weight * scale)), bias }
}

/** One step down the slope of the cross entropy of one image. */
export function learn(model, { pixels, digit }, rate) {
  const scores = scoresOf(model, pixels)
  const highest = Math.max(...scores)
  const chances = scores.map((score) => Math.exp(score - highest))
  const sum = chances.reduce((total, chance) => total + chance, 0)
  for (const [label, row] of model.weights.entries()) {
    const error = chances[label] / sum - (label === digit ? 1 : 0)
    for (let i = 0; i < pixels.length; i++) row[i] -= rate * error * pixels[i]
    model.bias[label] -= rate * error
  }
}

export function accuracy(model, part) {
  const right = part.filter(({ pixels, digit }) => {
    const scores = scoresOf(model, pixels)
    return scores.indexOf(Math.max(...scores)) === digit
  })
  return right.length / part.length
}

function scoresOf({ weights, bias }, pixels) {
  return weights.map((row, label) =>
    row.reduce((sum, weight, i) => sum + weight * pixels[i], bias[label]),
  )
}

export const percent = (part) => `${(100 * part).toFixed(1)}%`
