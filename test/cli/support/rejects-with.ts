import assert from 'node:assert/strict'
import { CliError } from '../../../cli/cli-error.ts'

/** The promise is rejected with a CliError of this code, whose sentence matches. */
export async function rejectsWith(
  promise: Promise<unknown>,
  code: string,
  sentence: RegExp = /./,
): Promise<void> {
  await assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof CliError, `a CliError, not ${String(error)}`)
    assert.equal(error.code, code, error.message)
    assert.match(error.message, sentence)
    return true
  })
}
