import assert from 'node:assert/strict'
import type { Digest } from '../../../../protocol/digest.ts'
import { runQuery } from '../../../../protocol/queries/query.ts'
import { affectedBy } from '../../../../protocol/queries/recalls/affected-software.ts'
import type { LedgerRecord } from '../../../../protocol/records/record.ts'
import {
  componentOf,
  edgeTo,
  referenceTo,
  signedAdvisory,
  signedDataset,
  signedModel,
  signedPipeline,
} from '../../../support/records.ts'
import { SampleLedger } from '../sample-ledger.ts'

const OPENCV = 'pkg:pypi/opencv-python'
const of = (version: string) => ({ software: [{ purl: `${OPENCV}@${version}` }] })

/** A line whose inner component uses opencv 4.8.0, and one with 4.9.0; a model of each. */
function twoLines() {
  const ledger = new SampleLedger()
  const data = signedDataset({ nonce: 1 })
  const line = (nonce: number, name: string, version: string) => {
    const inner = { ...componentOf('resize'), ...of(version) }
    const components = [{ ...componentOf('prepare'), components: [inner] }, componentOf('train')]
    return signedPipeline({ nonce, name, more: { components } })
  }
  const model = (nonce: number, name: string, pipeline: LedgerRecord) =>
    signedModel({
      nonce,
      name,
      datasets: [edgeTo(data)],
      more: { pipeline: referenceTo(pipeline) },
    })
  const [old, recent] = [line(2, 'old', '4.8.0'), line(3, 'recent', '4.9.0')]
  ledger.commit(data, old, recent, model(4, 'by-old', old), model(5, 'by-recent', recent))
  return ledger
}

function affected(ledger: SampleLedger, id: Digest): readonly string[] {
  const found = runQuery(affectedBy(ledger, id), ledger.reader)
  return (found?.artefacts ?? []).map(({ artefact }) => artefact.name)
}

describe('software inside the components of a pipeline (M41)', () => {
  it('leads from a warning to the pipeline and to the models that it made', () => {
    const ledger = twoLines()
    const packages = [{ purl: OPENCV, ranges: [{ introduced: '4.0', fixed: '4.9.0' }] }]
    const advisory = signedAdvisory({ org: 1, packages })
    ledger.commit(advisory)
    assert.deepEqual(affected(ledger, advisory.id), ['org01/old@1', 'org01/by-old@1'])
  })
})
