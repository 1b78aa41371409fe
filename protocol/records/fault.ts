import { type Rejection, refuse } from '../rejection.ts'

/** A part of a statement that its schema admits and its other parts do not. */
export function fault(path: string, what: string): Rejection {
  return refuse('schema-violation', `${path}: ${what}`)
}
