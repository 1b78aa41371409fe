import type { JsonValue } from '../../../protocol/encoding/canonical-json.ts'
import { NAME_CHARS_MAX, SCALAR_CHARS_MAX, SCALARS_MAX } from '../../../protocol/limits.ts'

const LEVELS_MAX = 4
const LIST_ITEMS_MAX = 16

type Scalar = string | number | boolean

/**
 * Named values of a document: what stands deeper is named with dots, short lists are one text, the
 * rest is left out.
 */
export function flatten(document: JsonValue): readonly (readonly [string, Scalar])[] {
  const found: (readonly [string, Scalar])[] = []
  collect(document, '', LEVELS_MAX)
  return found

  function collect(value: JsonValue, name: string, levels: number): void {
    if (found.length >= SCALARS_MAX || value === null) return
    if (typeof value !== 'object') return keep(name, value)
    if (isList(value)) {
      const isShort = value.length <= LIST_ITEMS_MAX && value.every(isScalar)
      return isShort ? keep(name, JSON.stringify(value)) : undefined
    }
    if (levels === 0) return
    for (const [key, inner] of Object.entries(value)) {
      collect(inner, name === '' ? key : `${name}.${key}`, levels - 1)
    }
  }

  function keep(name: string, value: Scalar): void {
    if (isNameAllowed(name) && isValueAllowed(value)) found.push([name, value])
  }
}

/** As the schema of records has a name. */
export function isNameAllowed(name: string): boolean {
  return name !== '' && name.length <= NAME_CHARS_MAX && !/\p{Cc}/u.test(name)
}

export function isValueAllowed(value: Scalar): boolean {
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER
  return (
    typeof value === 'boolean' ||
    (value.length <= SCALAR_CHARS_MAX && value.isWellFormed() && !/\p{Cc}/u.test(value))
  )
}

function isScalar(value: JsonValue): value is Scalar {
  return value !== null && typeof value !== 'object'
}

/** Array.isArray does not narrow a readonly list. */
function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value)
}
