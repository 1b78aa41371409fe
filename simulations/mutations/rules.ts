import type { Mutation } from './mutation.ts'

/** The rule book: who may say what of an artefact, and how often. */
export const RULE_MUTATIONS: readonly Mutation[] = [
  {
    id: 'nonce-reused',
    what: 'a nonce may be used again',
    file: 'protocol/rules/nonce-window.ts',
    find: 'if ((used & bit) !== 0n) return',
    replace: 'if ((used & bit) < 0n) return',
  },
  {
    id: 'edge-not-looked-up',
    what: 'a model may name what is not on the ledger',
    file: 'protocol/rules/artefact-rules.ts',
    find: "if (artefact === undefined) return refuse('edge-unknown'",
    replace:
      "if (artefact === undefined) return undefined\n  if (type === 'model' && type !== 'model') return refuse('edge-unknown'",
  },
  {
    id: 'edge-digest-not-compared',
    what: 'a model may name a parent by any digest',
    file: 'protocol/rules/artefact-rules.ts',
    find: 'return artefact.digest === digest\n',
    replace: 'return artefact.digest.length === digest.length\n',
  },
  {
    id: 'edge-type-not-compared',
    what: 'a dataset may stand as a parent model',
    file: 'protocol/rules/artefact-rules.ts',
    find: 'if (artefact.type !== type) {',
    replace: 'if (artefact.type.length < 0) {',
  },
  {
    id: 'owner-not-asked',
    what: 'anyone retires an artefact',
    file: 'protocol/rules/artefact-machine.ts',
    find: 'if (actor !== owner) {',
    replace: 'if (actor.length < 0) {',
  },
  {
    id: 'transition-not-asked',
    what: 'an artefact is retired from any state',
    file: 'protocol/rules/artefact-machine.ts',
    find: 'if (!transition.from.includes(current)) {',
    replace: 'if (!transition.from.includes(current) && current.length < 0) {',
  },
  {
    id: 'expiry-not-asked',
    what: 'an expired record is committed',
    file: 'protocol/rules/rule-book.ts',
    find: 'if (ledger.expires <= timeMs) return',
    replace: 'if (ledger.expires < 0) return',
  },
  {
    id: 'own-records-not-sent-again',
    what: 'a record that gossip lost never reaches a leader',
    file: 'protocol/replica/rebroadcasting.ts',
    find: 'if (own) envelopes.push(record.envelope)',
    replace: 'if (own && envelopes.length < 0) envelopes.push(record.envelope)',
  },
]
