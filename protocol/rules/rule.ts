import type { KeyClass } from '../chain/identity.ts'
import type { RecordOf } from '../records/record.ts'
import type { RecordType } from '../records/statement.ts'
import type { Rejection } from '../rejection.ts'
import type { KeyHistory } from './key-history.ts'
import type { RuleContext, StateChange, StateView } from './rule-context.ts'

/** What a rule sees: a record whose author, chain, time and nonce are already found right. */
export interface RuleInput<T extends RecordType> {
  readonly record: RecordOf<T>
  readonly author: KeyHistory
  readonly context: RuleContext
  readonly state: StateView
}

/** The rule of one record type. */
export interface Rule<T extends RecordType> {
  /** Classes of keys that may sign it. */
  readonly signers: readonly KeyClass[]
  readonly apply: (input: RuleInput<T>) => StateChange | Rejection
}
