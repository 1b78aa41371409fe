import { type Static, Type } from 'typebox'

/** What is read of an advisory in the format of OSV (https://ossf.github.io/osv-schema/, 1.x). */
const TextField = Type.Optional(Type.String())

const EventSchema = Type.Object({
  introduced: TextField,
  fixed: TextField,
  last_affected: TextField,
  limit: TextField,
})
export type OsvEvent = Static<typeof EventSchema>

const AffectedSchema = Type.Object({
  package: Type.Optional(
    Type.Object({ ecosystem: Type.String(), name: Type.String(), purl: TextField }),
  ),
  ranges: Type.Optional(
    Type.Array(Type.Object({ type: Type.String(), events: Type.Array(EventSchema) })),
  ),
  versions: Type.Optional(Type.Array(Type.String())),
})
export type OsvAffected = Static<typeof AffectedSchema>

export const OsvSchema = Type.Object({
  schema_version: Type.Optional(Type.String({ pattern: '^1\\.' })),
  id: Type.String({ minLength: 1 }),
  withdrawn: TextField,
  aliases: Type.Optional(Type.Array(Type.String())),
  summary: TextField,
  details: TextField,
  severity: Type.Optional(
    Type.Array(Type.Object({ type: Type.String(), score: Type.String({ minLength: 1 }) })),
  ),
  affected: Type.Array(AffectedSchema, { minItems: 1 }),
  references: Type.Optional(Type.Array(Type.Object({ type: Type.String(), url: Type.String() }))),
})
export type OsvDocument = Static<typeof OsvSchema>
