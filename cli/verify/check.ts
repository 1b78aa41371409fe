/** One question that was asked, and how it was answered; null: it could not be. */
export interface Check {
  readonly check: string
  readonly ok: boolean | null
  readonly detail: string
}
