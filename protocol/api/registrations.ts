import { type Static, Type } from 'typebox'
import { AsOf, DigestText, Height, OrganisationName } from './common.ts'
import { NamedArtefact } from './recalls.ts'

/** One birth certificate of some content. */
export const Registration = Type.Object({
  ...NamedArtefact.properties,
  /** Of whoever registered it, and under which name the key is known. */
  organisation: OrganisationName,
  signer: Type.String(),
  height: Height,
  /** The digest is a salted one: of other content than a plain one of the same digits. */
  salted: Type.Optional(Type.Literal(true)),
})
export type Registration = Static<typeof Registration>

const registrationFields = {
  /** The first before the others, at most REGISTRATIONS_MAX. */
  registrations: Type.Array(Registration),
  total: Type.Integer({ minimum: 0 }),
  /** False: there are more than one question counts, and an earlier one may be among them. */
  complete: Type.Boolean(),
}

export const Registrations = Type.Object(registrationFields)
export type Registrations = Static<typeof Registrations>

/** GET /v1/chains/{chain}/contents/{digest}/registrations: who registered these bytes, and when. */
export const RegistrationsAnswer = Type.Object({ ...registrationFields, asOf: AsOf })
export type RegistrationsAnswer = Static<typeof RegistrationsAnswer>

export const ContentParams = Type.Object({ chain: DigestText, digest: DigestText })
export type ContentParams = Static<typeof ContentParams>
