/**
 * Quorums, counted from their meaning and not by the code under test: f is the most that leaves
 * n > 3f, and two quorums always share more than f members.
 */
export function faultyMax(n: number): number {
  return Math.ceil(n / 3) - 1
}

export function quorumOf(n: number): number {
  return Math.ceil((n + faultyMax(n) + 1) / 2)
}
