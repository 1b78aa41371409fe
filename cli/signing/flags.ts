/** Flags of every command that signs a record about what is on the ledger already. */
export interface SigningFlags {
  readonly key?: string
  readonly yes?: boolean
  readonly timeout: number
  readonly wait: boolean
}

/** Flags of a command whose record can carry proof. */
export interface EvidenceFlags {
  readonly evidence?: readonly string[]
}
