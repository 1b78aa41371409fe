import { basename } from 'node:path'

const SCRIPT = /\.(?:py|js|mjs|cjs|ts|mts|sh|r|jl|pl|rb)$/i
const NAME_CHARS_MAX = 64

/** What a run is called when nobody names it: its script, else its program. */
export function draftNameOf(argv: readonly string[]): string {
  const script = argv.find((argument) => SCRIPT.test(argument))
  const base = basename(script ?? argv[0] ?? '').replace(SCRIPT, '')
  const name = base.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|-+$/g, '')
  return name.slice(0, NAME_CHARS_MAX) || 'run'
}
