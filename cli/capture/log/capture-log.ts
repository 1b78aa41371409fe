import { FACT_CHARS_MAX, LOG_FACTS_MAX, PATH_BYTES_MAX } from '../bounds.ts'
import type { CapturedFact } from '../capture.ts'
import { isSecretName } from '../redaction/secret-names.ts'
import { redactText } from '../redaction/secret-text.ts'

/** The variable that names the file which any script may append to. */
export const CAPTURE_LOG_VARIABLE = 'PEDIGREE_CAPTURE'

/** What one line of the log declares. */
export type Declaration =
  | { readonly kind: 'input' | 'output'; readonly path: string }
  | { readonly kind: 'param' | 'metric'; readonly name: string; readonly value: Value }

type Value = string | number | boolean

/** `{"input": PATH}`, `{"output": PATH}`, `{"param": {name, value}}` or `{"metric": {name, value}}`. */
export function parseDeclaration(line: string): Declaration | undefined {
  const said = parsed(line)
  if (!isObject(said) || Object.keys(said).length !== 1) return undefined
  const { input, output, param, metric } = said
  if (isPath(input)) return { kind: 'input', path: input }
  if (isPath(output)) return { kind: 'output', path: output }
  if (param !== undefined) return fact('param', param)
  if (metric !== undefined) return fact('metric', metric)
  return undefined
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(Buffer.from(line, 'latin1').toString('utf8'))
  } catch {
    return undefined
  }
}

function fact(kind: 'param' | 'metric', said: unknown): Declaration | undefined {
  if (!isObject(said)) return undefined
  const { name, value } = said
  if (typeof name !== 'string' || name === '' || name.length > FACT_CHARS_MAX) return undefined
  if (!name.isWellFormed() || !isValue(value)) return undefined
  return { kind, name, value }
}

function isValue(value: unknown): value is Value {
  if (typeof value === 'string') return value.length <= FACT_CHARS_MAX && value.isWellFormed()
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
}

function isPath(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    value.isWellFormed() &&
    !value.includes('\0') &&
    Buffer.byteLength(value) <= PATH_BYTES_MAX
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a run declared by itself; the last word on a name counts. */
export class CaptureLog {
  readonly #onFile: (kind: 'input' | 'output', path: string) => void
  readonly #facts = { param: new Map<string, Value>(), metric: new Map<string, Value>() }
  readonly redacted = new Set<string>()
  /** Lines that say nothing known. */
  nonsense = 0
  /** Beyond the bound. */
  missed = 0
  lines = 0

  constructor(onFile: (kind: 'input' | 'output', path: string) => void) {
    this.#onFile = onFile
  }

  line(line: string): void {
    if (line.trim() === '') return
    this.lines++
    const declaration = parseDeclaration(line)
    if (declaration === undefined) this.nonsense++
    else if ('path' in declaration) {
      this.#onFile(declaration.kind, declaration.path)
    } else this.#fact(declaration.kind, declaration.name, declaration.value)
  }

  facts(kind: 'param' | 'metric'): readonly CapturedFact[] {
    return [...this.#facts[kind]].map(([name, value]) => ({
      name,
      value,
      from: CAPTURE_LOG_VARIABLE,
      how: 'declared' as const,
    }))
  }

  #fact(kind: 'param' | 'metric', name: string, value: Value): void {
    if (isSecretName(name)) {
      this.redacted.add(`${kind === 'param' ? 'parameter' : 'metric'} ${name}`)
      return
    }
    const facts = this.#facts[kind]
    if (!facts.has(name) && facts.size >= LOG_FACTS_MAX) this.missed++
    else facts.set(name, typeof value === 'string' ? this.#clean(value) : value)
  }

  #clean(value: string): string {
    const { text, found } = redactText(value)
    for (const what of found) this.redacted.add(what)
    return text
  }
}
