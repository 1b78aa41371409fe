import { Type } from 'typebox'
import type { Phases, Story } from '../queries/family/story.ts'
import { ArtefactView } from './artefacts.ts'
import { AsOf, DigestText, Height } from './common.ts'

const StoryRecords = Type.Array(
  Type.Object({
    id: DigestText,
    type: Type.String(),
    height: Height,
    predicate: Type.Object({}),
  }),
)

/** GET /v1/chains/{chain}/artefacts/{id}/phases: its shape is that of queries/family/story.ts. */
export type PhasesAnswer = Phases & { readonly asOf: AsOf }
export const PhasesAnswer = Type.Unsafe<PhasesAnswer>(
  Type.Object({
    records: StoryRecords,
    names: Type.Record(Type.String(), Type.String()),
    missingPhases: Type.Array(Type.String()),
    more: Type.Boolean(),
    asOf: AsOf,
  }),
)

/** GET /v1/chains/{chain}/artefacts/{id}/story: its shape is that of queries/family/story.ts. */
export type StoryAnswer = Story & { readonly asOf: AsOf }
export const StoryAnswer = Type.Unsafe<StoryAnswer>(
  Type.Object({
    artefact: ArtefactView,
    certificate: Type.Object({ artefact: Type.Object({ name: Type.String() }) }),
    records: StoryRecords,
    names: Type.Record(Type.String(), Type.String()),
    more: Type.Boolean(),
    asOf: AsOf,
  }),
)
