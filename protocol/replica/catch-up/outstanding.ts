/**
 * How much of something each member has under way here: what it caused and what is not answered yet.
 * A rate alone bounds no queue: whoever checks may be slower than all that the members may ask for together.
 */
export class Outstanding {
  readonly #max: number
  readonly #byMember = new Map<number, number>()
  readonly #byJob = new Map<number, { readonly member: number; readonly amount: number }>()

  /** @param max of one member */
  constructor(max: number) {
    this.#max = max
  }

  hasRoom(member: number, amount: number): boolean {
    return (this.#byMember.get(member) ?? 0) + amount <= this.#max
  }

  begin(job: number, member: number, amount: number): void {
    this.#byJob.set(job, { member, amount })
    this.#byMember.set(member, (this.#byMember.get(member) ?? 0) + amount)
  }

  /** Of a job that nobody was charged for, nothing ends. */
  end(job: number): void {
    const begun = this.#byJob.get(job)
    if (begun === undefined) return
    this.#byJob.delete(job)
    const left = (this.#byMember.get(begun.member) ?? 0) - begun.amount
    if (left > 0) this.#byMember.set(begun.member, left)
    else this.#byMember.delete(begun.member)
  }
}
