import assert from 'node:assert/strict'
import { checkConsistency } from '../../../protocol/records/consistency.ts'
import type { LedgerRecord } from '../../../protocol/records/record.ts'
import { recordTypeOf } from '../../../protocol/records/schemas.ts'
import type { Statement } from '../../../protocol/records/statement.ts'
import { isRejection, type Rejection } from '../../../protocol/rejection.ts'

/** The statement with the value at a path of keys replaced; undefined removes it. */
export function withValue(record: LedgerRecord, path: string, value: unknown): Statement {
  const copy = JSON.parse(JSON.stringify(record.statement)) as Record<string, unknown>
  const keys = path.split('/').slice(1)
  const last = keys.pop() as string
  let place = copy
  for (const key of keys) place = place[key] as Record<string, unknown>
  if (value === undefined) delete place[last]
  else place[last] = value
  return copy as unknown as Statement
}

/** As parseEnvelope does it: schema, then consistency. */
export function check(statement: Statement): string | Rejection {
  const type = recordTypeOf(statement)
  return isRejection(type) ? type : (checkConsistency(type, statement) ?? type)
}

/** @param at what the refusal names; the changed place where it is left out */
export function assertRefused(record: LedgerRecord, path: string, value: unknown, at = path) {
  const result = check(withValue(record, path, value))
  assert.ok(isRejection(result), `${path} = ${JSON.stringify(value)} is refused`)
  assert.equal(result.rejected, 'schema-violation')
  assert.ok(result.detail.startsWith(`${at}: `), result.detail)
}
