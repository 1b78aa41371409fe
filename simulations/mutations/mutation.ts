export interface Edit {
  /** Relative to the repository. */
  readonly file: string
  /** Stands exactly once in the file. */
  readonly find: string
  readonly replace: string
}

/** One rule of the protocol taken out or turned round, as an edit of its source. */
export interface Mutation extends Edit {
  readonly id: string
  /** The rule, by its number or in words, and what is done to it. */
  readonly what: string
  /** Where the rule stands twice: the second place. */
  readonly also?: Edit
  /** The test that notices it for certain, where worlds must be lucky to. Relative to the repository. */
  readonly test?: string
}
