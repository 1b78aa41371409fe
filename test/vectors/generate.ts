import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderVectors, VECTORS } from './all-vectors.ts'

/**
 * Writes the golden vectors again. A vector that changes is a byte format that changes: it needs a
 * new version, not only a new file.
 */
for (const file of Object.keys(VECTORS) as (keyof typeof VECTORS)[]) {
  writeFileSync(join(import.meta.dirname, file), renderVectors(file))
}
