import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Component } from '../../../protocol/records/certificates/certificates.ts'
import {
  type ArchitectureRule,
  brokenRule,
  executionOrder,
} from '../../../protocol/rules/architecture.ts'
import { componentOf } from '../../support/records.ts'

const BEFORE: ArchitectureRule = { id: 'b', rule: 'before', first: 'clean', second: 'train' }
const REQUIRES: ArchitectureRule = { id: 'r', rule: 'requires', kind: 'split' }
const FORBIDS: ArchitectureRule = { id: 'f', rule: 'forbids', kind: 'scrape' }

function broken(kinds: readonly string[], ...rules: readonly ArchitectureRule[]) {
  return brokenRule(kinds.map(componentOf), rules)?.id
}

function within(kind: string, components: readonly Component[]): Component {
  return { ...componentOf(kind), components }
}

describe('rules of architecture', () => {
  it('ask that every first runs before every second, where both are', () => {
    assert.equal(broken(['clean', 'train'], BEFORE), undefined)
    assert.equal(broken(['train', 'clean'], BEFORE), 'b')
    assert.equal(broken(['clean', 'train', 'clean'], BEFORE), 'b')
    assert.equal(broken(['train'], BEFORE), undefined)
    assert.equal(broken(['clean'], BEFORE), undefined)
  })

  it('ask for a kind, and forbid one', () => {
    assert.equal(broken(['split'], REQUIRES, FORBIDS), undefined)
    assert.equal(broken(['train'], REQUIRES), 'r')
    assert.equal(broken(['split', 'scrape'], REQUIRES, FORBIDS), 'f')
  })

  it('see the components inside components, in the order of their execution', () => {
    const components = [within('prepare', [componentOf('train')]), componentOf('clean')]
    assert.deepEqual(executionOrder(components), ['prepare', 'train', 'clean'])
    assert.equal(brokenRule(components, [BEFORE])?.id, 'b')
  })

  it('name the first that is broken, and none where there are none', () => {
    assert.equal(broken(['train', 'clean'], REQUIRES, BEFORE), 'r')
    assert.equal(broken(['train', 'clean']), undefined)
    assert.equal(brokenRule([componentOf('constructor')]), undefined)
  })

  it('hold for an order exactly when every pair of it holds', () => {
    const kinds = fc.array(fc.constantFrom('clean', 'train', 'other'), { minLength: 1 })
    fc.assert(
      fc.property(kinds, (order) => {
        const wrong = order.some((kind, i) => kind === 'train' && order.indexOf('clean', i) > i)
        assert.equal(broken(order, BEFORE), wrong ? 'b' : undefined)
      }),
    )
  })
})
