import { Type } from 'typebox'
import { ADVISORY_ALIASES_MAX, ADVISORY_PACKAGES_MAX, ADVISORY_VERSIONS_MAX } from '../../limits.ts'
import { LedgerSchema } from '../ledger-schema.ts'
import {
  CLOSED,
  DigestSchema,
  LineSchema,
  oneOf,
  PurlSchema,
  TextSchema,
  UriSchema,
} from '../schema-parts.ts'
import { STATUSES } from './recalls.ts'

/** The schemas of recalls, approvals, advisories, their withdrawals and the answers to them. */

export const RecallSchema = Type.Object(
  {
    ledger: LedgerSchema,
    artefact: DigestSchema,
    action: oneOf(['recall', 'lift']),
    reason: TextSchema,
  },
  CLOSED,
)

export const ApprovalSchema = Type.Object({ ledger: LedgerSchema, proposal: DigestSchema }, CLOSED)

const RangeSchema = Type.Object(
  {
    introduced: LineSchema,
    fixed: Type.Optional(LineSchema),
    lastAffected: Type.Optional(LineSchema),
  },
  CLOSED,
)

const AffectedPackageSchema = Type.Object(
  {
    purl: PurlSchema,
    versions: Type.Optional(
      Type.Array(LineSchema, { minItems: 1, maxItems: ADVISORY_VERSIONS_MAX }),
    ),
    ranges: Type.Optional(
      Type.Array(RangeSchema, { minItems: 1, maxItems: ADVISORY_VERSIONS_MAX }),
    ),
  },
  CLOSED,
)

export const AdvisorySchema = Type.Object(
  {
    ledger: LedgerSchema,
    advisory: LineSchema,
    aliases: Type.Optional(Type.Array(LineSchema, { minItems: 1, maxItems: ADVISORY_ALIASES_MAX })),
    summary: TextSchema,
    packages: Type.Array(AffectedPackageSchema, { minItems: 1, maxItems: ADVISORY_PACKAGES_MAX }),
    severity: Type.Optional(LineSchema),
    url: Type.Optional(UriSchema),
  },
  CLOSED,
)

export const WithdrawalSchema = Type.Object(
  { ledger: LedgerSchema, advisory: DigestSchema, reason: TextSchema },
  CLOSED,
)

export const StatusSchema = Type.Object(
  {
    ledger: LedgerSchema,
    artefact: DigestSchema,
    about: DigestSchema,
    status: oneOf(STATUSES),
    reason: TextSchema,
  },
  CLOSED,
)
