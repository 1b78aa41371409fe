import assert from 'node:assert/strict'
import { type Remains, rolesOf } from '../../../../cli/capture/files/roles.ts'
import { newTracked, type TrackedFile } from '../../../../cli/capture/files/tracked-file.ts'

const CASES: readonly (readonly [
  string,
  Partial<TrackedFile>,
  Remains,
  number,
  readonly string[],
])[] = [
  ['only read', { readsOriginal: true }, 'unchanged', 0, ['input']],
  ['read and deleted', { readsOriginal: true }, 'gone', 0, ['input']],
  ['written', { writtenAt: 3 }, 'changed', 3, ['output']],
  ['written and deleted', { writtenAt: 3 }, 'gone', 9, ['intermediate']],
  ['read, then written', { readsOriginal: true, writtenAt: 3 }, 'changed', 3, ['input', 'output']],
  ['opened for writing only', { readsOriginal: true, writtenAt: 3 }, 'unchanged', 3, ['input']],
  ['looked at afterwards', { writtenAt: 3, readBackAt: 5 }, 'changed', 3, ['output']],
  ['made into something', { writtenAt: 3, readBackAt: 5 }, 'changed', 6, ['intermediate']],
  [
    'named as result',
    { writtenAt: 3, readBackAt: 5, declared: 'output' },
    'changed',
    6,
    ['output'],
  ],
  ['named, not there', { declared: 'output' }, 'gone', 0, []],
  ['named as input', { declared: 'input' }, 'unchanged', 0, ['input']],
]

describe('the role of a file', () => {
  for (const [what, facts, remains, lastResultAt, roles] of CASES) {
    it(`that was ${what} is ${roles.join(' and ') || 'none'}`, () => {
      assert.deepEqual(
        rolesOf({ ...newTracked('observed'), ...facts }, remains, lastResultAt),
        roles,
      )
    })
  }
})
