import type { CapturedFile } from '../capture/capture.ts'
import { isMetricFile } from '../capture/environment/read-facts.ts'

/** The path of the one output of a run that is more than measurements; undefined for none or several. */
export function onlyResult(outputs: readonly CapturedFile[]): string | undefined {
  const results = outputs.filter(({ path }) => !isMetricFile(path))
  const [only, ...others] = results.length === 0 ? outputs : results
  return others.length === 0 ? only?.path : undefined
}
