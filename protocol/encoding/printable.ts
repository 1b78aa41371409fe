/**
 * Controls (C0, C1), direction marks and overrides, zero-width and other invisible characters, line
 * separators, lone surrogates: all that lets a stranger's text repaint a terminal, start a line of
 * its own, or read as another.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** A stranger's text, safe to print on one line: what cannot be seen is written as \u{…}. */
export function printable(foreign: string): string {
  return foreign.replace(HIDDEN, (hidden) => `\\u{${(hidden.codePointAt(0) ?? 0).toString(16)}}`)
}
