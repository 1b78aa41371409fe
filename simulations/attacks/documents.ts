import { artefactDigest, type SignedRecord, signDataset, signEvent, signModel } from '../records.ts'
import { type Attack, finding, judge } from './attack.ts'
import { edgeTo, signForged, signPhaseOf } from './crafted-records.ts'
import { INSIDER, SmugglersStage } from './smuggling.ts'

/** How much a certificate must say, and in which order it comes. */
export const DOCUMENT_ATTACKS: readonly Attack[] = [
  {
    id: 'T-G8',
    attacker: 'a person of organisation 0 who hides which data was used',
    action:
      'certifies "a subset of X" in words, with counts but no list, with a list that is none, and with more members than X has',
    expected:
      'schema-violation at every node and in blocks; as an unknown input the same words are marked as unknown ancestry',
    run: () => {
      const stage = new SmugglersStage()
      const whole = signDataset(stage.signing(stage.person(1)), 'whole')
      const committed = stage.commit(1, whole)
      const list = artefactDigest('the list of members')
      const vague = [
        { subset: 'a subset of X' },
        { subset: { kind: 'files', count: 4_800, of: 5_012 } },
        { subset: { kind: 'files', digest: '', count: 4_800, of: 5_012 } },
        { subset: { kind: 'files', digest: list, count: 5_013, of: 5_012 } },
      ].map((claim, i) => forgedDataset(stage, `vague-${i}`, { ...edgeTo(whole), ...claim }))
      const exact = forgedDataset(stage, 'exact', {
        ...edgeTo(whole),
        subset: { kind: 'files', digest: list, count: 4_800, of: 5_012 },
      })
      const open = forgedDataset(stage, 'open', { kind: 'unknown', reason: 'a subset of X' })
      const honest = [exact, open].every((record) => stage.commit(1, record))
      const marks = [exact, open].map(({ id }) =>
        stage.artefactEverywhere(id).every((artefact) => artefact?.unknownAncestry === true),
      )
      return judge([
        finding(committed && honest, 'a listed subset and an open "not known" are committed'),
        finding(marks[0] === false && marks[1] === true, 'only the open one has unknown ancestry'),
        ...vague.flatMap((record) => stage.tryEverything(record, 'schema-violation')),
      ])
    },
  },
  {
    id: 'T-G9',
    attacker: 'an insider who documents in the wrong order',
    action:
      'sends an evaluation, a phase and a child before the certificate that they need, also in one block right in front of it',
    expected:
      'unknown-subject, edge-unknown at every node and in blocks; all of it is accepted once the certificate is there',
    run: () => {
      const stage = new SmugglersStage()
      const insider = stage.person(INSIDER)
      const data = [{ kind: 'unknown', reason: 'not said' }] as const
      const certificate = signModel(stage.signing(insider), 'late', { datasets: data, parents: [] })
      const details = { metric: 'accuracy', value: 0.99 }
      const event = signEvent(stage.signing(insider), certificate, 'evaluated', details)
      const phase = signPhaseOf(stage.signing(insider), certificate, 'requirements', {
        goal: 'first',
      })
      const child = signModel(stage.signing(insider), 'early', {
        datasets: data,
        parents: [{ ...edgeTo(certificate), relation: 'finetune' }],
      })
      const early = [
        ...stage.tryEverything(event, 'unknown-subject', [certificate]),
        ...stage.tryEverything(phase, 'unknown-subject', [certificate]),
        ...stage.tryEverything(child, 'edge-unknown', [certificate]),
        finding(stage.nobodyHas(certificate.id), 'nor is the certificate that came behind it'),
      ]
      const inOrder = [certificate, event, phase, child].every((record) => stage.commit(1, record))
      return judge([...early, finding(inOrder, 'in the right order all of it is committed')])
    },
  },
]

function forgedDataset(stage: SmugglersStage, name: string, input: object): SignedRecord {
  return signForged(stage.signing(stage.person(INSIDER)), 'dataset', name, { inputs: [input] })
}
