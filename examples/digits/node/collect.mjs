/** Collects handwritten digits, one image a file: collect.mjs SOURCE OUT COUNT */

import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeImage } from './images.mjs'

const SIDE = 28
const [source, out, count] = process.argv.slice(2)
mkdirSync(out, { recursive: true })

const images = []
for (let digit = 0; digit < 10; digit++) {
  const { data } = JSON.parse(readFileSync(join(source, `${digit}.json`), 'utf8'))
  for (let index = 0; (index + 1) * SIDE * SIDE <= data.length; index++) {
    images.push({ index, digit, grey: data.slice(index * SIDE * SIDE, (index + 1) * SIDE * SIDE) })
  }
}

images.sort((a, b) => a.index - b.index || a.digit - b.digit)
for (const [number, { index, digit, grey }] of images.slice(0, Number(count)).entries()) {
  const name = `${String(number).padStart(5, '0')}-${digit}-${index}.pgm`
  const pixels = grey.map((value) => Math.round(value * 255))
  writeImage(join(out, name), SIDE, SIDE, pixels)
}

console.log(`${Math.min(Number(count), images.length)} images in ${out}`)
