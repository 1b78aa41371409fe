import { Type } from 'typebox'
import { type Digest, domainDigest } from '../digest.ts'
import { canonicalJson, parseCanonicalJson } from '../encoding/canonical-json.ts'
import { schemaCheck } from '../encoding/schema.ts'
import { COMMITTEE_MEMBERS_MAX, GENESIS_BYTES_MAX, JSON_DEPTH_MAX } from '../limits.ts'
import { CLOSED, DigestSchema, SlugSchema } from '../records/schema-parts.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import type { ArchitectureRule } from '../rules/architecture.ts'
import type { ArtefactType } from '../rules/artefact-types.ts'
import { ArchitectureRulesSchema, ArtefactTypesSchema } from '../rules/declaration-schemas.ts'
import { checkDeclarations } from '../rules/declarations.ts'
import { type Committee, committeeOf } from './committee.ts'
import {
  checkDistinctKeys,
  checkIdentity,
  checkIdentitySchema,
  type Identity,
  IdentitySchema,
} from './identity.ts'
import { checkParameters, type Parameters, ParametersSchema, parametersHash } from './parameters.ts'

/** The one trust anchor of a chain: canonical JSON, agreed by comparing its fingerprint. */
export interface GenesisDocument {
  readonly format: 'pedigree-genesis/1'
  readonly name: string
  /** 32 random bytes, hex: two networks of the same members are different chains. */
  readonly salt: string
  readonly members: readonly Identity[]
  readonly parameters: Parameters
  /** Artefact types of this network's own, beside the built-in ones. */
  readonly artefactTypes?: readonly ArtefactType[]
  /** What this network demands of its pipelines. */
  readonly architectureRules?: readonly ArchitectureRule[]
}

export interface Genesis {
  readonly document: GenesisDocument
  /** SHA-256("pedigree-genesis/1" 0x00 | canonical bytes): chain id and fingerprint. */
  readonly chain: Digest
  readonly committee: Committee
  readonly parametersHash: Digest
}

const checkGenesisSchema = schemaCheck(
  Type.Object(
    {
      format: Type.Literal('pedigree-genesis/1'),
      name: SlugSchema,
      salt: DigestSchema,
      members: Type.Array(IdentitySchema, { minItems: 1, maxItems: COMMITTEE_MEMBERS_MAX }),
      parameters: ParametersSchema,
      artefactTypes: Type.Optional(ArtefactTypesSchema),
      architectureRules: Type.Optional(ArchitectureRulesSchema),
    },
    CLOSED,
  ),
)

/** Reads a public identity that another organisation handed over: its canonical JSON. */
export function parseIdentity(bytes: Uint8Array): Identity | Rejection {
  const json = parseDocument(bytes, 'pedigree-identity/')
  if (isRejection(json)) return json
  const identity = json as unknown as Identity
  return checkIdentitySchema(json) ?? checkIdentity(identity) ?? identity
}

/** Reads a genesis file. It is the trust anchor of the chain, and checked like a stranger's bytes. */
export function parseGenesis(bytes: Uint8Array): Genesis | Rejection {
  const json = parseDocument(bytes, 'pedigree-genesis/')
  if (isRejection(json)) return json
  const document = json as unknown as GenesisDocument
  return checkGenesisSchema(json) ?? checkMeaning(document) ?? genesisOf(document, bytes)
}

/** The members may come in any order; the file lists them by organisation. */
export function buildGenesis(
  content: Omit<GenesisDocument, 'format'>,
): { readonly bytes: Uint8Array; readonly genesis: Genesis } | Rejection {
  const { name, salt, parameters, artefactTypes, architectureRules } = content
  const members = content.members.toSorted((a, b) => (a.organisation < b.organisation ? -1 : 1))
  const bytes = canonicalJson({
    format: 'pedigree-genesis/1',
    name,
    salt,
    members,
    parameters,
    ...(artefactTypes !== undefined && { artefactTypes }),
    ...(architectureRules !== undefined && { architectureRules }),
  })
  const genesis = parseGenesis(bytes)
  return isRejection(genesis) ? genesis : { bytes, genesis }
}

function parseDocument(bytes: Uint8Array, family: string) {
  if (bytes.length > GENESIS_BYTES_MAX) return refuse('too-large', `${bytes.length} bytes`)
  const json = parseCanonicalJson(bytes, JSON_DEPTH_MAX)
  if (isRejection(json)) return json
  const isObject = typeof json === 'object' && json !== null && 'format' in json
  const format = isObject ? json.format : undefined
  if (typeof format !== 'string' || !format.startsWith(family)) {
    return refuse('unknown-type', `not a file of the format ${family}1`)
  }
  return format === `${family}1`
    ? json
    : refuse('unknown-version', `${format.slice(0, 64)} is not a version this software knows`)
}

function checkMeaning(document: GenesisDocument): Rejection | undefined {
  const { members, parameters } = document
  for (const [i, { organisation }] of members.entries()) {
    const before = members[i - 1]?.organisation ?? ''
    if (organisation === before) return refuse('duplicate-organisation', organisation)
    if (organisation < before) {
      return refuse('not-canonical', `/members: ${organisation} must stand before ${before}`)
    }
  }
  return (
    checkDistinctKeys(members) ??
    checkParameters(parameters) ??
    checkDeclarations(document) ??
    checkMembers(members)
  )
}

function checkMembers(members: readonly Identity[]): Rejection | undefined {
  for (const member of members) {
    const fault = checkIdentity(member)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** The id of the chain that a genesis file begins, whether or not the file is sound. */
export function chainOfGenesis(bytes: Uint8Array): Digest {
  return domainDigest('pedigree-genesis/1', bytes)
}

function genesisOf(document: GenesisDocument, bytes: Uint8Array): Genesis {
  return {
    document,
    chain: chainOfGenesis(bytes),
    committee: committeeOf(document.members),
    parametersHash: parametersHash(document.parameters),
  }
}
