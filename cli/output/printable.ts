/**
 * Controls (C0, C1), direction marks and overrides, zero-width and other invisible characters, line
 * separators, and lone surrogates: all that lets a stranger's name repaint a terminal or read as another.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu

/** A string of someone else's, safe to print: what cannot be seen is written as \u{…}. */
export function printable(foreign: string): string {
  return foreign.replace(HIDDEN, (character) => {
    const point = character.codePointAt(0) ?? 0
    return `\\u{${point.toString(16)}}`
  })
}
