import type { Phase, PhaseContents } from './events.ts'

const DID_KEY = 'did:key:'

/**
 * The key of whoever labelled, where a phase names one: that is looked up. Any other text is a name that
 * the signer wrote down, and nobody looks up.
 */
export function labellerKey(
  content: PhaseContents[Phase] | Pick<PhaseContents['labelling'], 'person'> | undefined,
): string | undefined {
  if (content === undefined || !('person' in content)) return undefined
  return content.person.startsWith(DID_KEY) ? content.person : undefined
}
