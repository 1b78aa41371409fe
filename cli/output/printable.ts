/**
 * Controls, formatting characters (direction overrides, zero-width, tags), line separators and lone
 * surrogates: all that lets a stranger's name repaint a terminal or read as another.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** A string of someone else's, safe to print: what cannot be seen is written as \u{…}. */
export function printable(foreign: string): string {
  return foreign.replace(HIDDEN, (character) => {
    const point = character.codePointAt(0) ?? 0
    return `\\u{${point.toString(16)}}`
  })
}
