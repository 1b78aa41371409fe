import assert from 'node:assert/strict'
import {
  buildGenesis,
  type GenesisDocument,
  parseGenesis,
} from '../../../protocol/chain/genesis.ts'
import { canonicalJson } from '../../../protocol/encoding/canonical-json.ts'
import {
  ARCHITECTURE_RULES_MAX,
  ARTEFACT_TYPES_MAX,
  TRANSITION_DETAILS_MAX,
  TYPE_STATES_MAX,
  TYPE_TRANSITIONS_MAX,
} from '../../../protocol/limits.ts'
import { isRejection, type Rejection } from '../../../protocol/rejection.ts'
import type { ArtefactType, Transition } from '../../../protocol/rules/artefact-types.ts'
import { testGenesis } from '../../support/keys.ts'
import { accepted } from '../../support/records.ts'

const { genesis, bytes } = testGenesis(4)

const CHECKED: Transition = {
  event: 'checked',
  from: ['made'],
  to: 'good',
  by: 'contributor',
  details: ['method'],
  references: { data: { types: ['dataset', 'firmware'] } },
}
const OFFERED: Transition = {
  event: 'offered',
  from: ['made', 'good'],
  by: 'owner',
  details: ['to'],
  effect: 'offer',
}
const FIRMWARE: ArtefactType = {
  name: 'firmware',
  version: 1,
  initial: 'made',
  states: ['made', 'good'],
  transitions: [CHECKED, OFFERED],
}
const RULES = [
  { id: 'clean-first', rule: 'before', first: 'clean', second: 'train' },
  { id: 'split', rule: 'requires', kind: 'split' },
  { id: 'no-scrape', rule: 'forbids', kind: 'scrape' },
] as const

/** Of a genesis with these fields, whatever they hold. */
function refusalOf(fields: object): Rejection | undefined {
  const result = parseGenesis(canonicalJson({ ...genesis.document, ...fields }))
  return isRejection(result) ? result : undefined
}

function assertRefused(fields: object, code: string, place: string): void {
  const refused = refusalOf(fields)
  assert.ok(refused !== undefined, JSON.stringify(fields).slice(0, 200))
  assert.deepEqual([refused.rejected, refused.detail.split(': ')[0]], [code, place], refused.detail)
}

function withType(change: object) {
  return { artefactTypes: [{ ...FIRMWARE, ...change }] }
}

function withTransition(change: object) {
  return withType({ transitions: [{ ...CHECKED, ...change }] })
}

describe('the declarations of a genesis', () => {
  it('are kept, and change the chain', () => {
    const content: Omit<GenesisDocument, 'format'> = {
      ...genesis.document,
      artefactTypes: [FIRMWARE],
      architectureRules: RULES,
    }
    const built = accepted(buildGenesis(content))
    assert.deepEqual(built.genesis.document.artefactTypes, [FIRMWARE])
    assert.deepEqual(built.genesis.document.architectureRules, RULES)
    assert.deepEqual(parseGenesis(built.bytes), built.genesis)
    assert.notEqual(built.genesis.chain, genesis.chain)
  })

  it('may be left out: then the genesis is the same bytes as before there were any', () => {
    const { format: _, ...content } = genesis.document
    const again = accepted(buildGenesis(content))
    assert.deepEqual(again.bytes, bytes)
    assert.equal(again.genesis.chain, genesis.chain)
  })

  it('are left out when there are none, in no second way', () => {
    assertRefused({ artefactTypes: [] }, 'schema-violation', '/artefactTypes')
    assertRefused({ architectureRules: [] }, 'schema-violation', '/architectureRules')
  })

  it('are bounded', () => {
    const many = <T>(length: number, make: (i: number) => T) =>
      Array.from({ length }, (_, i) => make(i))
    const types = (n: number) =>
      many(n, (i) => ({ ...FIRMWARE, name: `type-${i}`, transitions: [] }))
    assert.equal(refusalOf({ artefactTypes: types(ARTEFACT_TYPES_MAX) }), undefined)
    const tooMany = { artefactTypes: types(ARTEFACT_TYPES_MAX + 1) }
    assertRefused(tooMany, 'schema-violation', '/artefactTypes')
    const at = '/artefactTypes/0'
    const states = many(TYPE_STATES_MAX + 1, (i) => `s${i}`)
    assertRefused(withType({ states }), 'schema-violation', `${at}/states`)
    const transitions = many(TYPE_TRANSITIONS_MAX + 1, (i) => ({ ...CHECKED, event: `e${i}` }))
    assertRefused(withType({ transitions }), 'schema-violation', `${at}/transitions`)
    const details = many(TRANSITION_DETAILS_MAX + 1, (i) => `d${i}`)
    assertRefused(withTransition({ details }), 'schema-violation', `${at}/transitions/0/details`)
    const rules = many(ARCHITECTURE_RULES_MAX + 1, (i) => ({ ...RULES[1], id: `r${i}` }))
    assertRefused({ architectureRules: rules }, 'schema-violation', '/architectureRules')
  })

  it('have types of their own names, each once', () => {
    const at = '/artefactTypes'
    assertRefused(withType({ name: 'model' }), 'bad-declaration', `${at}/0/name`)
    const twice = { artefactTypes: [FIRMWARE, FIRMWARE] }
    assertRefused(twice, 'bad-declaration', `${at}/1/name`)
    assertRefused(withType({ name: 'Firm Ware' }), 'schema-violation', `${at}/0/name`)
    assert.equal(refusalOf(withType({ name: 'constructor', transitions: [] })), undefined)
  })

  it('are of the version that this software knows', () => {
    assertRefused(withType({ version: 2 }), 'schema-violation', '/artefactTypes/0/version')
  })

  it('speak of states that are declared, each once', () => {
    const at = '/artefactTypes/0'
    assertRefused(withType({ initial: 'born' }), 'bad-declaration', `${at}/initial`)
    const states = ['made', 'good', 'made']
    assertRefused(withType({ states }), 'bad-declaration', `${at}/states/2`)
    const place = `${at}/transitions/0`
    assertRefused(withTransition({ from: ['born'] }), 'bad-declaration', `${place}/from/0`)
    assertRefused(withTransition({ to: 'gone' }), 'bad-declaration', `${place}/to`)
    assertRefused(withTransition({ from: [] }), 'schema-violation', `${place}/from`)
  })

  it('start an event from each state in one way', () => {
    const transitions = [CHECKED, { ...CHECKED, from: ['good', 'made'], to: 'made' }]
    assertRefused(
      withType({ transitions }),
      'bad-declaration',
      '/artefactTypes/0/transitions/1/from/1',
    )
    const twice = withTransition({ from: ['made', 'made'] })
    assertRefused(twice, 'bad-declaration', '/artefactTypes/0/transitions/0/from/1')
    const apart = withType({ transitions: [CHECKED, { ...CHECKED, from: ['good'], to: 'made' }] })
    assert.equal(refusalOf(apart), undefined)
  })

  it('ask for each detail once', () => {
    const details = ['method', 'method']
    const place = '/artefactTypes/0/transitions/0/details/1'
    assertRefused(withTransition({ details }), 'bad-declaration', place)
  })

  it('refer to types that the network has', () => {
    const references = { data: { types: ['dataset', 'data-set'] } }
    const place = '/artefactTypes/0/transitions/0/references/data/types/1'
    assertRefused(withTransition({ references }), 'bad-declaration', place)
  })

  it('give ownership away by the owner, to whom it was offered', () => {
    const place = '/artefactTypes/0/transitions/0'
    for (const effect of ['offer', 'invite', 'uninvite'] as const) {
      const detailed = { effect, details: ['to'] }
      assertRefused(withTransition({ effect, by: 'owner' }), 'bad-declaration', `${place}/details`)
      for (const by of ['member', 'contributor', 'offered']) {
        assertRefused(withTransition({ ...detailed, by }), 'bad-declaration', `${place}/by`)
      }
      assert.equal(refusalOf(withTransition({ ...detailed, by: 'owner' })), undefined)
    }
    for (const by of ['member', 'contributor', 'owner']) {
      const theft = withTransition({ effect: 'take-over', by })
      assertRefused(theft, 'bad-declaration', `${place}/by`)
    }
    assertRefused(withTransition({ effect: 'burn' }), 'schema-violation', `${place}/effect`)
  })

  it('have rules of their own ids, with the fields of each', () => {
    const at = '/architectureRules'
    const rules = (...architectureRules: readonly object[]) => ({ architectureRules })
    assert.equal(refusalOf(rules(...RULES)), undefined)
    assertRefused(rules(RULES[1], { ...RULES[2], id: 'split' }), 'bad-declaration', `${at}/1/id`)
    const before = { id: 'x', rule: 'before' }
    assertRefused(rules({ ...before, first: 'a' }), 'bad-declaration', `${at}/0`)
    assertRefused(rules({ ...before, first: 'a', second: 'a' }), 'bad-declaration', `${at}/0`)
    assertRefused(rules({ ...before, kind: 'a' }), 'bad-declaration', `${at}/0`)
    assertRefused(rules({ ...RULES[1], first: 'a' }), 'bad-declaration', `${at}/0`)
    assertRefused(rules({ id: 'x', rule: 'forbids' }), 'bad-declaration', `${at}/0`)
    assertRefused(rules({ ...RULES[1], rule: 'likes' }), 'schema-violation', `${at}/0/rule`)
    assertRefused(rules({ ...RULES[1], kind: 'A b' }), 'schema-violation', `${at}/0/kind`)
  })
})
