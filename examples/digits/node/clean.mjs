/** Halves the images and leaves out what is almost blank: clean.mjs RAW OUT --ink 4 */

import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readImage, writeImage } from './images.mjs'

const { values, positionals } = parseArgs({
  options: { ink: { type: 'string', default: '4' } },
  allowPositionals: true,
})
const [raw, out] = positionals
const SIDE = 28
const HALF = SIDE / 2
mkdirSync(out, { recursive: true })

let kept = 0
for (const file of readdirSync(raw).sort()) {
  const image = readImage(join(raw, file)).map((value) => value * 255)
  const mean = image.reduce((sum, value) => sum + value, 0) / image.length
  if (mean < Number(values.ink)) continue
  const half = Array.from({ length: HALF * HALF }, (_, i) => {
    const corner = 2 * Math.floor(i / HALF) * SIDE + 2 * (i % HALF)
    return Math.round(
      (image[corner] + image[corner + 1] + image[corner + SIDE] + image[corner + SIDE + 1]) / 4,
    )
  })
  writeImage(join(out, `${file.split('-')[0]}.pgm`), HALF, HALF, half)
  kept++
}

console.log(`${kept} images in ${out}`)
