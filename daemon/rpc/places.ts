import { fail } from './problem-error.ts'

/** A bound on what may be under way at once: whoever comes later is told to come back. */
export interface Places {
  /**
   * @returns how to leave; to be called once
   * @throws ProblemError too-many-requests
   */
  enter(): () => void
}

/** @param what in the plural, for a person */
export function createPlaces(count: number, what: string): Places {
  let taken = 0
  return {
    enter: () => {
      if (taken >= count) {
        throw fail('too-many-requests', `${count} ${what} are under way: try again in a moment`)
      }
      taken++
      return () => {
        taken--
      }
    },
  }
}
