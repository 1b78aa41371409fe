import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { AdvisoryFlag } from '../../../protocol/api/recalls.ts'
import { digestOf } from '../../../protocol/digest.ts'
import { schemaCheck } from '../../../protocol/encoding/schema.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import {
  judge,
  type KnownOfArtefact,
  type Standing,
  standingUnder,
} from '../../../protocol/policies/judge.ts'
import { type Policy, PolicySchema } from '../../../protocol/policies/policy.ts'
import { STATUSES, type Status } from '../../../protocol/records/events/recalls.ts'

const id = (name: string) => digestOf(utf8Encode(name))
const ARTEFACT = id('artefact')
const ANCESTOR = id('ancestor')
const ORGANISATIONS = ['org1', 'org2', 'org3'] as const
const NAMES = ['TORCH-1', 'TORCH-2', 'CVE-2026-1'] as const

function answerOf(status: Status, about: Partial<AdvisoryFlag['answers'][number]> = {}) {
  const said = { reason: 'we looked', organisation: 'org1', signer: 'ada', height: 9 }
  return { record: id('answer'), artefact: ARTEFACT, status, ...said, ...about }
}

function flagOf(change: Partial<AdvisoryFlag> = {}): AdvisoryFlag {
  return {
    record: id('advisory'),
    advisory: 'TORCH-1',
    summary: 'wrong gradients',
    organisation: 'org2',
    artefact: { record: ANCESTOR, name: 'org3/base@1', type: 'model' },
    depth: 1,
    purl: 'pkg:pypi/torch@2.3.0',
    certainty: 'affected',
    answers: [],
    ...change,
  }
}

function knownOf(...advisories: readonly AdvisoryFlag[]): KnownOfArtefact {
  const whole = { advisoriesComplete: true, unknownAncestry: false }
  return { artefact: ARTEFACT, owner: 'org1', advisories, ...whole }
}

const weightOf = (advisories: Policy['advisories'], flag: AdvisoryFlag) =>
  judge({ ...(advisories && { advisories }) }, knownOf(flag)).weighed[0]?.weight

describe('a policy about advisories', () => {
  const strict = { refuse: 'affected' } as const

  it('refuses what is affected, and only if it says so what cannot be compared', () => {
    const unsure = flagOf({ certainty: 'unknown' })
    assert.equal(weightOf({ refuse: 'never' }, flagOf()), undefined)
    assert.equal(weightOf({}, flagOf()), undefined)
    assert.equal(weightOf(strict, flagOf()), 'refused')
    assert.equal(weightOf(strict, unsure), 'uncertain')
    assert.equal(weightOf({ refuse: 'undecided' }, unsure), 'refused')
    assert.equal(weightOf({ refuse: 'undecided' }, flagOf()), 'refused')
  })

  it('listens to those whom it names, and to everyone where it names nobody', () => {
    assert.equal(weightOf({ ...strict, from: ['org2'] }, flagOf()), 'refused')
    assert.equal(weightOf({ ...strict, from: ['org1', 'org3'] }, flagOf()), 'not-counted')
  })

  it('accepts what it names: by name, alias or record, and nothing that only begins so', () => {
    const flag = flagOf({ aliases: ['CVE-2026-1'] })
    for (const name of ['TORCH-1', 'CVE-2026-1', id('advisory')]) {
      assert.equal(weightOf({ ...strict, except: [name] }, flag), 'excepted')
    }
    for (const name of ['TORCH', 'torch-1', id('advisory').slice(0, 12)]) {
      assert.equal(weightOf({ ...strict, except: [name] }, flag), 'refused')
    }
  })

  it('lets the answer of the present owner count, about the very artefact, if it says so', () => {
    const counting = { ...strict, answers: 'count' } as const
    const weight = (...args: Parameters<typeof answerOf>) =>
      weightOf(counting, flagOf({ answers: [answerOf(...args)] }))
    assert.equal(weight('not_affected'), 'answered')
    assert.equal(weight('fixed'), 'answered')
    assert.equal(weight('affected'), 'refused')
    assert.equal(weight('under_investigation'), 'refused')
    assert.equal(weight('fixed', { organisation: 'org3' }), 'refused')
    assert.equal(weight('fixed', { organisation: 'org3', artefact: ANCESTOR }), 'refused')
    const answers = [answerOf('not_affected')]
    assert.equal(weightOf(strict, flagOf({ answers })), 'refused')
    assert.equal(weightOf({ ...strict, answers: 'ignore' }, flagOf({ answers })), 'refused')
  })

  it('does not know, while there may be more than was looked at', () => {
    const partly = { ...knownOf(flagOf()), advisoriesComplete: false }
    const lenient = { advisories: { ...strict, except: ['TORCH-1'] } }
    assert.deepEqual(judge(lenient, partly).undecided, ['advisories'])
    assert.deepEqual(judge({ advisories: strict }, partly).undecided, [])
    assert.deepEqual(judge({ unknownAncestry: 'refuse' }, partly).undecided, [])
    assert.deepEqual(judge({}, partly).undecided, [])
  })

  it('does not miss what cannot be compared, and was not named, unless it refuses that', () => {
    const crowded = { ...knownOf(), moreAdvisories: true } as const
    assert.deepEqual(judge({ advisories: strict }, crowded).undecided, [])
    assert.deepEqual(judge({ advisories: { refuse: 'never' } }, crowded).undecided, [])
    assert.deepEqual(judge({ advisories: { refuse: 'undecided' } }, crowded).undecided, [
      'advisories',
    ])
  })
})

describe('a policy about unknown ancestry', () => {
  it('refuses it, allows it, and does not know where nobody could find out', () => {
    const known = (unknownAncestry: boolean | undefined) => ({ ...knownOf(), unknownAncestry })
    const policy = { unknownAncestry: 'refuse' } as const
    assert.deepEqual(judge(policy, known(true)).refused, ['unknownAncestry'])
    assert.deepEqual(judge(policy, known(undefined)).undecided, ['unknownAncestry'])
    const none = { refused: [], undecided: [], weighed: [] }
    assert.deepEqual(judge(policy, known(false)), none)
    for (const unknown of [true, false, undefined]) {
      assert.deepEqual(judge({ unknownAncestry: 'allow' }, known(unknown)), none)
      assert.deepEqual(judge({}, known(unknown)), none)
    }
  })
})

const organisation = fc.constantFrom(...ORGANISATIONS)
const name = fc.constantFrom(...NAMES)
const flag: fc.Arbitrary<AdvisoryFlag> = fc
  .record({
    advisory: name,
    aliases: fc.subarray([...NAMES]),
    organisation,
    certainty: fc.constantFrom('affected' as const, 'unknown' as const),
    answers: fc.array(
      fc
        .record({ artefact: fc.constantFrom(ARTEFACT, ANCESTOR), organisation })
        .chain((about) => fc.constantFrom(...STATUSES).map((status) => answerOf(status, about))),
      { maxLength: 2 },
    ),
  })
  .map((change) => flagOf({ ...change, record: id(JSON.stringify(change)) }))
const known: fc.Arbitrary<KnownOfArtefact> = fc.record({
  artefact: fc.constant(ARTEFACT),
  owner: organisation,
  advisories: fc.array(flag, { maxLength: 4 }),
  advisoriesComplete: fc.boolean(),
  unknownAncestry: fc.constantFrom(true, false, undefined),
})
const advisories = fc.record(
  {
    refuse: fc.constantFrom('never' as const, 'affected' as const, 'undecided' as const),
    from: fc.subarray([...ORGANISATIONS], { minLength: 1 }),
    except: fc.subarray([...NAMES]),
    answers: fc.constantFrom('ignore' as const, 'count' as const),
  },
  { requiredKeys: [] },
)
const policy: fc.Arbitrary<Policy> = fc.record(
  { advisories, unknownAncestry: fc.constantFrom('allow' as const, 'refuse' as const) },
  { requiredKeys: [] },
)
const standing = fc.constantFrom<Standing>('verified', 'undecidable', 'recalled')

const ORDER = ['verified', 'undecidable', 'refused-by-policy', 'recalled'] as const
const rank = (before: Standing, judgements: Parameters<typeof standingUnder>[1]) =>
  ORDER.indexOf(standingUnder(before, judgements))

/** What makes a policy tighter, or leaves it as it is. */
const TIGHTER: readonly ((policy: Policy) => Policy)[] = [
  (before) => ({ ...before, unknownAncestry: 'refuse' }),
  (before) => withAdvisories(before, { answers: 'ignore' }),
  (before) => withAdvisories(before, { refuse: 'undecided' }),
  (before) =>
    before.advisories?.refuse === 'undecided'
      ? before
      : withAdvisories(before, { refuse: 'affected' }),
  (before) => withAdvisories(before, { except: before.advisories?.except?.slice(1) ?? [] }),
  (before) =>
    before.advisories?.from === undefined
      ? before
      : withAdvisories(before, { from: [...before.advisories.from, 'org1'] }),
  (before) => {
    const { from: _, ...rest } = before.advisories ?? {}
    return { ...before, advisories: rest }
  },
]

function withAdvisories(before: Policy, change: Policy['advisories']): Policy {
  return { ...before, advisories: { ...before.advisories, ...change } }
}

describe('every policy', () => {
  const isPolicy = schemaCheck(PolicySchema)

  it('only takes away: it makes nothing better, and nothing of what is recalled', () => {
    fc.assert(
      fc.property(policy, fc.array(known, { maxLength: 3 }), standing, (rule, facts, before) => {
        assert.equal(isPolicy(rule), undefined)
        const judgements = facts.map((fact) => judge(rule, fact))
        assert.ok(rank(before, judgements) >= ORDER.indexOf(before))
        assert.equal(standingUnder('recalled', judgements), 'recalled')
      }),
    )
  })

  it('refuses no less when it is tightened', () => {
    const tighter = fc.constantFrom(...TIGHTER)
    fc.assert(
      fc.property(policy, tighter, known, standing, (rule, tighten, fact, before) => {
        const after = rank(before, [judge(tighten(rule), fact)])
        assert.ok(after >= rank(before, [judge(rule, fact)]))
      }),
      { numRuns: 500 },
    )
  })

  it('refuses no less when more is warned of, or less was looked at', () => {
    fc.assert(
      fc.property(policy, known, flag, (rule, fact, more) => {
        const before = rank('verified', [judge(rule, fact)])
        const warned = { ...fact, advisories: [more, ...fact.advisories] }
        const partly = { ...fact, advisoriesComplete: false }
        assert.ok(rank('verified', [judge(rule, warned)]) >= before)
        assert.ok(rank('verified', [judge(rule, partly)]) >= before)
      }),
    )
  })

  it('verifies nothing that it would refuse while not all was looked at', () => {
    fc.assert(
      fc.property(policy, known, (rule, fact) => {
        const judged = judge(withAdvisories(rule, { refuse: 'affected' }), {
          ...fact,
          advisoriesComplete: false,
        })
        assert.notEqual(standingUnder('verified', [judged]), 'verified')
      }),
    )
  })

  it('changes nothing where it says nothing', () => {
    fc.assert(
      fc.property(known, standing, (fact, before) => {
        assert.equal(standingUnder(before, [judge({}, fact)]), before)
        assert.equal(standingUnder(before, [judge({ advisories: {} }, fact)]), before)
      }),
    )
  })
})
