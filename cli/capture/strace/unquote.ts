/** A piece of a line and where it ends. */
export interface Piece {
  /** One character for each byte. */
  readonly text: string
  /** Index behind the piece. */
  readonly end: number
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  v: '\v',
  f: '\f',
  '"': '"',
  '\\': '\\',
}
const OCTAL = /^[0-7]{1,3}/
const HEX = /^x[0-9a-f]{2}/

/**
 * A string as strace prints it, between quotes.
 *
 * @param start index of the opening quote
 * @returns undefined where there is no whole string, also for one that strace cut short with `...`
 */
export function unquote(line: string, start: number): Piece | undefined {
  if (line[start] !== '"') return undefined
  const piece = unescapeUntil(line, start + 1, '"')
  return piece === undefined || line.startsWith('...', piece.end) ? undefined : piece
}

/**
 * A path that strace shows behind a descriptor: `3</a/b>`.
 *
 * @param start index of the `<`
 */
export function unquoteDescriptor(line: string, start: number): Piece | undefined {
  return line[start] === '<' ? unescapeUntil(line, start + 1, '>') : undefined
}

function unescapeUntil(line: string, start: number, closing: string): Piece | undefined {
  const backslash = line.indexOf('\\', start)
  const close = line.indexOf(closing, start)
  if (close < 0) return undefined
  if (backslash < 0 || backslash > close) return { text: line.slice(start, close), end: close + 1 }
  let text = ''
  for (let at = start; at < line.length; ) {
    const character = line[at] ?? ''
    if (character === closing) return { text, end: at + 1 }
    if (character !== '\\') {
      text += character
      at++
      continue
    }
    const [byte, length] = escapeAt(line, at + 1)
    text += byte
    at += 1 + length
  }
  return undefined
}

/** The byte that an escape means, and how long it is without its backslash. */
function escapeAt(line: string, at: number): readonly [string, number] {
  const rest = line.slice(at, at + 3)
  const [octal] = OCTAL.exec(rest) ?? []
  if (octal !== undefined) {
    return [String.fromCharCode(Number.parseInt(octal, 8) & 0xff), octal.length]
  }
  const [hex] = HEX.exec(rest) ?? []
  if (hex !== undefined) return [String.fromCharCode(Number.parseInt(hex.slice(1), 16)), 3]
  const letter = rest[0] ?? ''
  return [ESCAPES[letter] ?? letter, letter.length]
}
