import { InvalidArgumentError, Option } from 'commander'
import { SALT_BYTES } from '../../protocol/artefacts/salted-digest.ts'
import { base64Decode } from '../../protocol/encoding/base64.ts'
import { parseDuration } from '../output/format.ts'

/** Parsers of option values; commander prints what they refuse, and exits with 2. */

export function durationOption(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined || ms === 0)
    throw new InvalidArgumentError('say for example 30s, 500ms or 2m')
  return ms
}

/** @returns a parser of integers in a range */
export function integerOption(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^[0-9]{1,15}$/.test(text) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`say a whole number from ${min} to ${max}`)
  }
}

/** For options that may be given more than once. */
export function repeatedOption(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}

export function digestOption(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text
  throw new InvalidArgumentError('say a SHA-256 as 64 lowercase hex digits')
}

export function saltOption(text: string): Uint8Array {
  const salt = base64Decode(text)
  if (salt?.length === SALT_BYTES) return salt
  throw new InvalidArgumentError('say the salt as base64 of 32 bytes, as its owner disclosed it')
}

/** The examples at the end of a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExample${lines.length > 1 ? 's' : ''}:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`
}

const DEFAULT_TIMEOUT = '30s'

export function timeoutOption(): Option {
  return new Option('--timeout <duration>', 'how long to wait for the commit')
    .argParser(durationOption)
    .default(durationOption(DEFAULT_TIMEOUT), DEFAULT_TIMEOUT)
}
