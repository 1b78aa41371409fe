import { type DataRecord, NotThisForm, RECORD_CHARS_MAX } from './records.ts'

/**
 * Objects of a JSON Lines file, one a line. Lines that hold something else have no fields.
 *
 * @throws NotThisForm with the number of the line
 */
export async function* jsonLineRecords(text: AsyncIterable<string>): AsyncGenerator<DataRecord> {
  let rest = ''
  let line = 0
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const each of lines) {
      line++
      if (each.trim() !== '') yield recordOf(each, `line ${line}`)
    }
    if (rest.length > RECORD_CHARS_MAX)
      throw new NotThisForm(`line ${line + 1} has no end in sight`)
  }
  if (rest.trim() !== '') yield recordOf(rest, `line ${line + 1}`)
}

/**
 * Objects of a JSON file that is one array, element by element: the array itself is never held.
 *
 * @throws NotThisForm with the number of the element
 */
export async function* jsonArrayRecords(text: AsyncIterable<string>): AsyncGenerator<DataRecord> {
  const splitter = new ElementSplitter()
  for await (const chunk of text) {
    for (const element of splitter.read(chunk)) yield recordOf(element, `element ${splitter.count}`)
  }
  splitter.end()
}

function recordOf(text: string, where: string): DataRecord {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new NotThisForm(`${where} is not JSON`)
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return new Map(isObject ? Object.entries(value as object) : [])
}

/** Finds where the elements of the outermost array end, by brackets and strings alone. */
class ElementSplitter {
  count = 0
  #depth = 0
  #element = ''
  #inString = false
  #escaped = false
  #ended = false

  end(): void {
    if (!this.#ended) throw new NotThisForm('it is no array, or one without its end')
  }

  *read(chunk: string): Generator<string> {
    for (const character of chunk) {
      const element = this.#take(character)
      if (element !== undefined) yield element
      if (this.#element.length > RECORD_CHARS_MAX) {
        throw new NotThisForm(`element ${this.count + 1} has no end in sight`)
      }
    }
  }

  #take(character: string): string | undefined {
    if (this.#inString) {
      this.#element += character
      if (this.#escaped) this.#escaped = false
      else if (character === '\\') this.#escaped = true
      else if (character === '"') this.#inString = false
      return undefined
    }
    if (this.#depth === 0) return this.#takeOutside(character)
    if (this.#depth === 1 && character === ']') return this.#endArray()
    if (this.#depth === 1 && character === ',') return this.#endElement()
    if (character === '"') this.#inString = true
    else if (character === '[' || character === '{') this.#depth++
    else if (character === ']' || character === '}') this.#depth--
    if (this.#depth === 0) throw new NotThisForm(`element ${this.count + 1} is not JSON`)
    this.#element += character
    return undefined
  }

  #takeOutside(character: string): undefined {
    if (character === '[' && !this.#ended) this.#depth = 1
    else if (!/[\s\uFEFF]/.test(character)) {
      throw new NotThisForm(this.#ended ? 'it goes on behind its array' : 'it is no array')
    }
  }

  #endArray(): string | undefined {
    this.#depth = 0
    this.#ended = true
    const isEmpty = this.count === 0 && this.#element.trim() === ''
    return isEmpty ? undefined : this.#endElement()
  }

  #endElement(): string {
    const element = this.#element
    this.#element = ''
    this.count++
    return element
  }
}
