import assert from 'node:assert/strict'
import pc from 'picocolors'
import { storyLines } from '../../cli/output/story-lines.ts'
import { story } from '../../protocol/queries/family/story.ts'
import { runQuery } from '../../protocol/queries/query.ts'
import type { Scalars } from '../../protocol/records/certificates/certificates.ts'
import { SampleLedger } from '../protocol/queries/sample-ledger.ts'
import { signedEvent, signedModel, signedPhase } from '../support/records.ts'

const model = signedModel({ nonce: 1, name: 'model' })
const thresholds = [
  { field: 'f1', min: 0.9 },
  { field: 'delay', max: 20, unit: 'ms' },
]
const monitoring = signedPhase(model, 'monitoring', { nonce: 2, content: { thresholds } })
const crossing = { metric: 'f1', value: 0.8, threshold: 0.9, bound: 'min' }

/** What the story says below the numbers of an alert. */
function told(change: Scalars): readonly string[] {
  const ledger = new SampleLedger()
  const details = { ...crossing, ...change }
  ledger.commit(
    model,
    monitoring,
    signedEvent(model, 'evaluated', { nonce: 3, details: { metric: 'f1', value: 1 } }),
    signedEvent(model, 'deployed', { nonce: 4, details: { place: 'edge' } }),
    signedEvent(model, 'alerted', { nonce: 5, details }),
  )
  const found = runQuery(story(ledger, model.id), ledger.reader)
  assert.ok(found !== undefined)
  const lines = storyLines(found, pc.createColors(false))
  const at = lines.findIndex((line) => line.includes('details  bound=')) + 1
  assert.ok(at > 0)
  return lines.slice(at)
}

describe('an alert in a story', () => {
  const phase = monitoring.id

  it('needs no word where the phase that it names sets its threshold', () => {
    assert.deepEqual(told({ phase }), [])
    assert.deepEqual(told({ phase, metric: 'delay', bound: 'max', threshold: 20, value: 21 }), [])
  })

  it('is the word of its signer where it names no phase', () => {
    const [line] = told({})
    assert.equal(line, '    this threshold is the word of org01: no phase is named that sets it')
  })
})
