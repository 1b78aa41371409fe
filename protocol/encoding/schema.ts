import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { type Rejection, refuse } from '../rejection.ts'

/** Answers the refusal of a value that its schema does not admit, or undefined. */
export type SchemaCheck = (value: unknown) => Rejection | undefined

/** Compiles a schema once. The detail of its refusals names the JSON path of the first fault. */
export function schemaCheck(schema: TSchema): SchemaCheck {
  const validator = Compile(schema)
  return (value) => (validator.Check(value) ? undefined : explain(validator.Errors(value)))
}

interface Fault {
  readonly keyword: string
  readonly instancePath: string
  readonly message: string
  readonly params?: unknown
}

function explain(faults: readonly Fault[]): Rejection {
  const [first] = faults
  if (first === undefined) return refuse('schema-violation', '/: does not match its schema')
  const what = first.keyword === 'boolean' ? 'is not a known field' : messageOf(first, faults)
  return refuse('schema-violation', `${first.instancePath || '/'}: ${what}`)
}

/** A choice between words fails once for each of them. */
function messageOf({ instancePath, message }: Fault, faults: readonly Fault[]): string {
  const here = faults.filter((fault) => fault.instancePath === instancePath)
  const words = here.flatMap((fault) => (fault.keyword === 'const' ? allowed(fault) : []))
  return words.length > 1 ? `must be one of ${words.join(', ')}` : message
}

function allowed({ params }: Fault): readonly string[] {
  const { allowedValue } = (params ?? {}) as { readonly allowedValue?: unknown }
  return typeof allowedValue === 'string' ? [allowedValue] : []
}
