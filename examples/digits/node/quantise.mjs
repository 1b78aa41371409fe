/** Makes the weights small integers: quantise.mjs MODEL.json SMALL.json --levels 127 */

import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  options: { levels: { type: 'string', default: '127' } },
  allowPositionals: true,
})
const [path, small] = positionals

const { weights, bias } = JSON.parse(readFileSync(path, 'utf8'))
const scale = Math.max(...weights.flat().map(Math.abs)) / Number(values.levels)
const whole = weights.map((row) => row.map((weight) => Math.round(weight / scale)))
mkdirSync(dirname(small), { recursive: true })
writeFileSync(small, JSON.stringify({ weights: whole, scale: Number(scale.toFixed(9)), bias }))
console.log(`${small}: ${statSync(small).size} bytes in place of ${statSync(path).size}`)
