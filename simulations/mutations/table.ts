import { AUTHENTICITY_MUTATIONS } from './authenticity.ts'
import { CERTIFICATE_MUTATIONS } from './certificates.ts'
import { CONSENSUS_MUTATIONS } from './consensus.ts'
import { DURABILITY_MUTATIONS } from './durability.ts'
import type { Mutation } from './mutation.ts'
import { RULE_MUTATIONS } from './rules.ts'

/** Every one of these must be noticed by the simulator. */
export const MUTATIONS: readonly Mutation[] = [
  ...CONSENSUS_MUTATIONS,
  ...DURABILITY_MUTATIONS,
  ...AUTHENTICITY_MUTATIONS,
  ...RULE_MUTATIONS,
  ...CERTIFICATE_MUTATIONS,
]
