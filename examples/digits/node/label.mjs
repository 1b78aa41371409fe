/** Writes the label of each clean image: label.mjs RAW CLEAN OUT.csv */

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const [raw, clean, out] = process.argv.slice(2)
const digitOf = new Map(readdirSync(raw).map((file) => file.split('-').slice(0, 2)))
const rows = readdirSync(clean)
  .sort()
  .map((file) => `${file},${digitOf.get(file.replace('.pgm', ''))}`)
mkdirSync(dirname(out), { recursive: true })
writeFileSync(out, `${['image,digit', ...rows].join('\r\n')}\r\n`)

console.log(`labels in ${out}`)
