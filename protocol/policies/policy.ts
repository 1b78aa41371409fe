import { Type } from 'typebox'
import { POLICY_ENTRIES_MAX } from '../limits.ts'
import { CLOSED, LineSchema, oneOf, SlugSchema } from '../records/schema-parts.ts'

/**
 * What whoever verifies does not accept, beside what the network itself condemns. It is his own rule
 * and binds nobody else (decisions/0010-…). What is left out counts as if there were no policy.
 */
export interface Policy {
  readonly advisories?: AdvisoryPolicy
  /** Whether an artefact may come from what nobody has certified; `allow` where it is left out. */
  readonly unknownAncestry?: 'allow' | 'refuse'
}

export interface AdvisoryPolicy {
  /** `undecided`: also where versions cannot be compared; `never` where it is left out. */
  readonly refuse?: (typeof REFUSE)[number]
  /** Organisations whose warnings count; those of every member where it is left out. */
  readonly from?: readonly string[]
  /** Advisories that were looked at and accepted: names, aliases or record ids. */
  readonly except?: readonly string[]
  /**
   * Whether it counts that the owner of what is verified answered `not_affected` or `fixed`; `ignore`
   * where it is left out.
   */
  readonly answers?: 'ignore' | 'count'
}

const REFUSE = ['never', 'affected', 'undecided'] as const

export const PolicySchema = Type.Object(
  {
    advisories: Type.Optional(
      Type.Object(
        {
          refuse: Type.Optional(oneOf(REFUSE)),
          // An empty list would switch the rule off, and may be meant to say the opposite.
          from: Type.Optional(
            Type.Array(SlugSchema, { minItems: 1, maxItems: POLICY_ENTRIES_MAX }),
          ),
          except: Type.Optional(Type.Array(LineSchema, { maxItems: POLICY_ENTRIES_MAX })),
          answers: Type.Optional(oneOf(['ignore', 'count'])),
        },
        CLOSED,
      ),
    ),
    unknownAncestry: Type.Optional(oneOf(['allow', 'refuse'])),
  },
  CLOSED,
)
