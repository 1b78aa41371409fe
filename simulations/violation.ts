export type InvariantName =
  | 'agreement'
  | 'commit proof'
  | 'ledger time'
  | 'state root'
  | 'lock'
  | 'valid'
  | 'view change'
  | 'sent implies persisted'
  | 'guard rises'
  | 'no conflicting votes'
  | 'exactly once'
  | 'acknowledged is kept'
  | 'equal stores'
  | 'rightful lives'
  | 'no honest node accused'
  | 'bounds'
  | 'one answer'
  | 'honest traffic is not rejected'
  | 'no exception'
  | 'progress'

/** An invariant does not hold in a simulated world. */
export class Violation extends Error {
  override readonly name = 'Violation'
  readonly code = 'VIOLATION'
  readonly invariant: InvariantName

  constructor(invariant: InvariantName, detail: string, options?: ErrorOptions) {
    super(`${invariant}: ${detail}`, options)
    this.invariant = invariant
  }
}

/** @throws Violation when the condition does not hold */
export function hold(condition: boolean, invariant: InvariantName, detail: () => string): void {
  if (!condition) throw new Violation(invariant, detail())
}
