import { type TSchema, Type } from 'typebox'
import {
  ARCHITECTURE_RULES_MAX,
  ARTEFACT_TYPES_MAX,
  TRANSITION_DETAILS_MAX,
  TRANSITION_ROLES_MAX,
  TYPE_STATES_MAX,
  TYPE_TRANSITIONS_MAX,
} from '../limits.ts'
import { CLOSED, LineSchema, mapOf, oneOf, SlugSchema } from '../records/schema-parts.ts'
import type { ArchitectureRule } from './architecture.ts'
import type { Actor, Effect } from './artefact-types.ts'

/** The schemas of what a network declares in its genesis; declarations.ts checks the meaning. */

const ReferenceRuleSchema = Type.Object(
  {
    types: Type.Array(SlugSchema, { minItems: 1, maxItems: ARTEFACT_TYPES_MAX }),
    optional: Type.Optional(Type.Boolean()),
  },
  CLOSED,
)

const TransitionSchema = Type.Object(
  {
    event: SlugSchema,
    from: Type.Array(SlugSchema, { minItems: 1, maxItems: TYPE_STATES_MAX }),
    to: Type.Optional(SlugSchema),
    by: oneOf<Actor>(['owner', 'contributor', 'offered', 'member']),
    details: Type.Array(LineSchema, { maxItems: TRANSITION_DETAILS_MAX }),
    references: Type.Optional(
      mapOf(SlugSchema, ReferenceRuleSchema, { min: 1, max: TRANSITION_ROLES_MAX }),
    ),
    effect: Type.Optional(
      oneOf<Effect>(['offer', 'withdraw-offer', 'take-over', 'invite', 'uninvite']),
    ),
  },
  CLOSED,
)

/** Nothing to declare is said by leaving the field out, and in no second way. */
export const ArtefactTypesSchema: TSchema = Type.Array(
  Type.Object(
    {
      name: SlugSchema,
      version: Type.Literal(1),
      initial: SlugSchema,
      states: Type.Array(SlugSchema, { minItems: 1, maxItems: TYPE_STATES_MAX }),
      transitions: Type.Array(TransitionSchema, { maxItems: TYPE_TRANSITIONS_MAX }),
    },
    CLOSED,
  ),
  { minItems: 1, maxItems: ARTEFACT_TYPES_MAX },
)

/** Which fields a rule has depends on the rule: the faults of a union would name no field. */
export const ArchitectureRulesSchema: TSchema = Type.Array(
  Type.Object(
    {
      id: SlugSchema,
      rule: oneOf<ArchitectureRule['rule']>(['before', 'requires', 'forbids']),
      first: Type.Optional(SlugSchema),
      second: Type.Optional(SlugSchema),
      kind: Type.Optional(SlugSchema),
    },
    CLOSED,
  ),
  { minItems: 1, maxItems: ARCHITECTURE_RULES_MAX },
)
