import { isSecretName } from './secret-names.ts'

/** What stands where something was left out. */
export const REDACTED = '<redacted>'

/** A text without its secrets, and what they were, in words. */
export interface RedactedText {
  readonly text: string
  readonly found: readonly string[]
}

/** Secrets that their own form gives away, whatever they are called. */
const SHAPES: readonly (readonly [string, RegExp])[] = [
  [
    'a private key',
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  ],
  ['an AWS key', /\b(?:AKIA|ASIA|ABIA|ACCA|AIDA|AROA)[0-9A-Z]{12,}/g],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{20,})/g],
  ['a GitLab token', /\bgl[a-z]{2,6}-[A-Za-z0-9_-]{16,}/g],
  ['a Hugging Face token', /\b(?:hf|api_org)_[A-Za-z0-9]{16,}/g],
  ['an API key', /\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{16,}/g],
  ['a Slack token', /\bxox[a-z]-[A-Za-z0-9-]{10,}/g],
  ['a Google key', /\b(?:AIza[0-9A-Za-z_-]{30,}|ya29\.[0-9A-Za-z_-]{16,})/g],
  ['an npm token', /\bnpm_[A-Za-z0-9]{24,}/g],
  ['a PyPI token', /\bpypi-[A-Za-z0-9_-]{16,}/g],
  ['a Docker token', /\bdckr_[a-z]{2,5}_[A-Za-z0-9_-]{16,}/g],
  ['a Replicate token', /\br8_[A-Za-z0-9]{24,}/g],
  ['a JWT', /\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?/g],
]

const BEARER = /\b(Bearer|Basic|Token)(\s+)[A-Za-z0-9._~+/=-]{8,}/gi
/** `scheme://user:pass@host`, also where the password holds a slash; a port is no password. */
const URL_USER =
  /([A-Za-z][A-Za-z0-9+.-]{0,31}:\/\/)(?:[^\s/?#]{0,1024}@|[^\s/?#@:]{0,256}:(?!\d{1,5}(?:[/?#]|$))[^\s@]{0,512}@)/g
/** `name=`, `name: `, `"name": `, anywhere in a text. */
const ASSIGNMENT =
  /(["']?)(?<name>[A-Za-z_][A-Za-z0-9_.-]{0,127})\1\s{0,16}(?::(?!\/\/)|=>|=)\s{0,16}(?=\S)/g
/** `--name ` inside one text, as in `sh -c "…"`. */
const FLAG = /(?<name>--?[A-Za-z][A-Za-z0-9_.-]{0,127})\s{1,16}(?=[^\s-])/g
/** A word as a shell reads it: parts between quotes belong to it. Bounded, so that no text takes long. */
const WORD = /(?:"(?:[^"\\]|\\.){0,4096}"|'[^']{0,4096}'|\S)+/y

/**
 * Takes out of a text what is a secret by its form, by its place in a URL, or by the name in front of
 * it.
 */
export function redactText(given: string): RedactedText {
  const found = new Set<string>()
  let text = given
  for (const [what, shape] of SHAPES) {
    text = text.replace(shape, () => note(what, REDACTED))
  }
  text = text.replace(URL_USER, (_, scheme: string) => note('credentials in a URL', scheme))
  text = text.replace(BEARER, (_, kind: string, gap: string) =>
    note('an authorisation', `${kind}${gap}${REDACTED}`),
  )
  text = withoutValues(text, ASSIGNMENT, (name) => found.add(`value of ${name}`))
  text = withoutValues(text, FLAG, (name) => found.add(`argument ${name}`))
  return { text, found: [...found] }

  function note(what: string, instead: string): string {
    found.add(what)
    return instead
  }
}

/** The words that follow the secret names are taken out; those of other names may hold names again. */
function withoutValues(text: string, names: RegExp, found: (name: string) => void): string {
  const kept: string[] = []
  let from = 0
  for (const match of text.matchAll(names)) {
    const name = match.groups?.name ?? ''
    const start = match.index + match[0].length
    if (start < from || !isSecretName(name)) continue
    WORD.lastIndex = start
    const value = WORD.exec(text)?.[0] ?? ''
    kept.push(text.slice(from, start), REDACTED)
    from = start + value.length
    if (value !== REDACTED) found(name)
  }
  return kept.join('') + text.slice(from)
}
