const ASSIGNED = /^([A-Za-z_][A-Za-z0-9_]*)=/
const IN_FLAG = /^(?:--env|-e)=?([A-Za-z_][A-Za-z0-9_]*)=/
const CONTAINERS = /(?:^|\/)(?:docker|podman|nerdctl|apptainer|singularity)$/

/**
 * The name of the variable whose value an argument sets: `env NAME=VALUE …`, `docker run -e NAME=VALUE`.
 * Values of the environment are never told, whatever their name.
 *
 * @param before the arguments in front of it, the command included
 * @returns what stands in front of the value, without `=`
 */
export function variableSet(argument: string, before: readonly string[]): string | undefined {
  const name = ASSIGNED.exec(argument)?.[1]
  if (name !== undefined && isAfterEnv(before)) return name
  if (!before.some((earlier) => CONTAINERS.test(earlier))) return undefined
  const last = before[before.length - 1]
  if (name !== undefined && (last === '-e' || last === '--env')) return name
  const glued = IN_FLAG.exec(argument)
  return glued === null ? undefined : glued[0].slice(0, -1)
}

/** True while only options and assignments stand between `env` and here. */
function isAfterEnv(before: readonly string[]): boolean {
  const at = before.findLastIndex((argument) => /(?:^|\/)env$/.test(argument))
  return (
    at >= 0 && before.slice(at + 1).every((word) => word.startsWith('-') || ASSIGNED.test(word))
  )
}
