import type { Outcome } from './attack.ts'
import { registerStolenModel } from './processes/copies.ts'
import { addNoise, alterPredictions, claimSubset, poisonTrainingData } from './processes/data.ts'
import { actBeyondRole, denyModel } from './processes/evidence.ts'
import {
  changeStoredBytes,
  replaceOnDisk,
  replaceOnTheWay,
  swapForDegraded,
} from './processes/replaced-bytes.ts'
import { modifyScript, warnOfFramework } from './processes/software.ts'
import type { ProcessStage } from './processes/stage.ts'

type Play = (stage: ProcessStage) => Promise<Outcome>

/** By the number of the attack: what only real bytes and real processes can show. The longest first. */
export const ON_PROCESSES: Readonly<Record<string, Play>> = {
  'T-M8': replaceOnTheWay,
  'T-P4': changeStoredBytes,
  'T-S2': warnOfFramework,
  'T-G1': poisonTrainingData,
  'T-G2': modifyScript,
  'T-G5': alterPredictions,
  'T-G8': claimSubset,
  'T-M5': addNoise,
  'T-M6': registerStolenModel,
  'T-M10': actBeyondRole,
  'T-M11': denyModel,
  'T-G4': swapForDegraded,
  'T-S1': replaceOnDisk,
}

/** Some of them mostly wait, so three go on at a time. */
const AT_A_TIME = 3

/** All of them, on one stage; no two touch the same files. */
export async function playAll(stage: ProcessStage): Promise<ReadonlyMap<string, Outcome>> {
  const waiting = Object.entries(ON_PROCESSES)
  const outcomes = new Map<string, Outcome>()
  const playOn = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [id, play] = next
      outcomes.set(id, await play(stage))
    }
  }
  // Nobody is left behind on a stage that is taken down.
  const lanes = await Promise.allSettled(Array.from({ length: AT_A_TIME }, playOn))
  const failed = lanes.find((lane) => lane.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return outcomes
}
