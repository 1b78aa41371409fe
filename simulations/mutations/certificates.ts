import type { Mutation } from './mutation.ts'

/** What a certificate must say, who may document, and what the rules of a network forbid. */
export const CERTIFICATE_MUTATIONS: readonly Mutation[] = [
  {
    id: 'subset-without-list',
    what: 'T-G8: a subset needs no list of its members',
    file: 'protocol/records/certificates/certificate-parts.ts',
    find: 'digest: DigestSchema, count: PositiveSchema',
    replace: 'digest: Type.Optional(DigestSchema), count: PositiveSchema',
  },
  {
    id: 'subset-larger-than-whole',
    what: 'T-G8: a subset may have more members than the whole',
    file: 'protocol/records/certificates/certificate-consistency.ts',
    find: 'edge.subset.count > edge.subset.of',
    replace: 'edge.subset.count < 0',
  },
  {
    id: 'subject-not-looked-up',
    what: 'T-G9: something happens to an artefact before its certificate is there',
    file: 'protocol/rules/event-rules.ts',
    find: "if (artefact === undefined) return refuse('unknown-subject'",
    replace: [
      'const digest = subjectDigest(subjectOf(statement))',
      "  const invented = { type: 'model', owner: 'org00', author: '', digest, state: 'registered', height: 0 }",
      '  if (artefact === undefined) return invented',
      "  if (artefact === undefined) return refuse('unknown-subject'",
    ].join('\n'),
  },
  {
    id: 'silence-about-data',
    what: 'T-G10: a model may say nothing of its data',
    file: 'protocol/records/certificates/certificate-parts.ts',
    find: '{ minItems: 1, maxItems: EDGES_MAX }',
    replace: '{ minItems: 0, maxItems: EDGES_MAX }',
  },
  {
    id: 'silence-about-software',
    what: 'M37: a pipeline may say nothing of its software',
    file: 'protocol/records/certificates/certificate-schemas.ts',
    find: 'components: ComponentsSchema, software: SoftwareListSchema',
    replace: 'components: ComponentsSchema, software: Type.Optional(SoftwareListSchema)',
  },
  {
    id: 'anyone-enrols',
    what: 'T-G3: a person registers keys',
    file: 'protocol/rules/key-rules.ts',
    find: "signers: ['admin']",
    replace: "signers: ['admin', 'person']",
  },
  {
    id: 'enrolled-unasked',
    what: 'T-G3: a key is registered without the consent of who holds it',
    file: 'protocol/rules/key-rules.ts',
    find: 'if (fault !== undefined) return fault',
    replace: '',
  },
  {
    id: 'source-gives-away',
    what: 'T-M10: a data source decides who owns an artefact',
    file: 'protocol/rules/event-rules.ts',
    find: "return effect === undefined || author.class === 'person'",
    replace: "return effect === undefined || author.class !== 'admin'",
  },
  {
    id: 'phase-uninvited',
    what: 'T-M10: anyone documents a phase of a model',
    file: 'protocol/rules/event-rules.ts',
    find: "if (!mayAct('contributor', artefact, organisation)) {",
    replace: "if (!mayAct('member', artefact, organisation)) {",
  },
  {
    id: 'labeller-not-looked-up',
    what: 'T-M10: a phase names any key as whoever labelled',
    file: 'protocol/rules/event-rules.ts',
    find: 'checkValid(state, phaseEdges(content)) ?? checkLabeller(content, context.height, state)',
    replace: 'checkValid(state, phaseEdges(content))',
  },
  {
    id: 'invalid-deployed',
    what: 'T-M19: what is invalid is deployed',
    file: 'protocol/rules/event-rules.ts',
    find: "return event === 'deployed' && invalid !== undefined",
    replace: "return event === '' && invalid !== undefined",
  },
  {
    id: 'deployed-in-invalid',
    what: 'T-M19: a model is deployed in an invalid pipeline',
    file: 'protocol/rules/event-rules.ts',
    find: 'found.findIndex((artefact) => artefact.invalid !== undefined)',
    replace: 'found.findIndex((artefact) => artefact.height < 0)',
  },
]
