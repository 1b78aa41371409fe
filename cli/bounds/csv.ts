import { type DataRecord, FIELDS_MAX, NotThisForm, RECORD_CHARS_MAX } from './records.ts'

const QUOTE = '"'

/**
 * Rows of a CSV file (RFC 4180, strict), whose first row names the fields. Memory is bounded by the
 * longest row, and that by RECORD_CHARS_MAX.
 *
 * @throws NotThisForm with the number of the row
 */
export async function* csvRecords(
  text: AsyncIterable<string>,
  separator = ',',
): AsyncGenerator<DataRecord> {
  let names: readonly string[] | undefined
  let row = 0
  for await (const fields of csvRows(text, separator)) {
    row++
    if (names === undefined) {
      names = headerOf(fields)
      continue
    }
    if (fields.length !== names.length) {
      throw new NotThisForm(`row ${row} has ${fields.length} fields, and the first ${names.length}`)
    }
    yield new Map(names.map((name, i) => [name, fields[i]]))
  }
}

function headerOf(fields: readonly string[]): readonly string[] {
  const names = fields.map((name, i) => (i === 0 ? name.replace(/^\uFEFF/, '') : name).trim())
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice === undefined) return names
  throw new NotThisForm(`the first row names ${JSON.stringify(twice.slice(0, 64))} twice`)
}

/** `open`: inside quotes; `closed`: behind the quote that ends a field, or that doubles itself. */
type Place = 'start' | 'plain' | 'open' | 'closed'

async function* csvRows(
  text: AsyncIterable<string>,
  separator: string,
): AsyncGenerator<readonly string[]> {
  const reader = new RowReader(separator)
  for await (const chunk of text) yield* reader.read(chunk)
  yield* reader.end()
}

class RowReader {
  readonly #separator: string
  #place: Place = 'start'
  #field = ''
  #fields: string[] = []
  #rows = 0
  #chars = 0

  constructor(separator: string) {
    this.#separator = separator
  }

  *read(chunk: string): Generator<readonly string[]> {
    for (const character of chunk) {
      if (++this.#chars > RECORD_CHARS_MAX) throw this.#wrong('is longer than a row can be')
      const row = this.#take(character)
      if (row !== undefined) yield row
    }
  }

  *end(): Generator<readonly string[]> {
    if (this.#place === 'open') throw this.#wrong('ends inside quotes')
    if (this.#place === 'start' && this.#fields.length === 0 && this.#field === '') return
    yield this.#endRow()
  }

  #take(character: string): readonly string[] | undefined {
    if (this.#place === 'open') {
      if (character === QUOTE) this.#place = 'closed'
      else this.#field += character
      return undefined
    }
    if (character === '\n') return this.#endRow()
    if (character === this.#separator) {
      this.#endField()
      return undefined
    }
    if (character === QUOTE) this.#takeQuote()
    else this.#takePlain(character)
    return undefined
  }

  #takeQuote(): void {
    if (this.#place === 'plain') throw this.#wrong('has a quote inside a field without quotes')
    if (this.#place === 'closed') this.#field += QUOTE
    this.#place = 'open'
  }

  /** A carriage return belongs to the line feed behind it. */
  #takePlain(character: string): void {
    if (this.#place === 'closed') {
      if (character !== '\r') throw this.#wrong('goes on behind a closing quote')
      return
    }
    this.#field += character
    this.#place = 'plain'
  }

  #endField(): void {
    if (this.#fields.length >= FIELDS_MAX) throw this.#wrong('has more fields than a row can have')
    this.#fields.push(this.#field)
    this.#field = ''
    this.#place = 'start'
  }

  #endRow(): readonly string[] {
    if (this.#place === 'plain' && this.#field.endsWith('\r'))
      this.#field = this.#field.slice(0, -1)
    this.#endField()
    const fields = this.#fields
    this.#fields = []
    this.#chars = 0
    this.#rows++
    return fields
  }

  #wrong(what: string): NotThisForm {
    return new NotThisForm(`row ${this.#rows + 1} ${what}`)
  }
}
