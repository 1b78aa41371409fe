import { createIdentityKey } from '../../protocol/chain/identity.ts'
import { digestOf } from '../../protocol/digest.ts'
import { utf8Decode } from '../../protocol/encoding/utf8.ts'
import {
  aboutArtefactStatement,
  advisoryStatement,
  approvalStatement,
  certificateStatement,
  keyStatement,
  rejoinStatement,
  signStatement,
  withdrawalStatement,
} from '../../protocol/records/build.ts'
import type { ArtefactDescription } from '../../protocol/records/certificates/certificates.ts'
import { didOf } from '../../protocol/records/did-key.ts'
import { publicKeyOf } from '../../protocol/records/ed25519.ts'
import { recordIdOf } from '../../protocol/records/envelope.ts'
import type { RecordType } from '../../protocol/records/statement.ts'
import { isRejection, type Rejection } from '../../protocol/rejection.ts'
import { CHAIN, digestFor, TIME_MS } from './samples.ts'

const SEED = new Uint8Array(32).fill(7)
const ledger = { chain: CHAIN, author: didOf(publicKeyOf(SEED)), nonce: 5, expires: TIME_MS }
const SUBJECT = { sha256: digestFor('bytes') }
const artefact = digestFor('registration')
const reference = { record: digestFor('another registration'), digest: digestFor('other bytes') }
const step = {
  method: 'scale',
  parameters: { by: 0.5, 'in place': true },
  software: 'pkg:pypi/numpy@1.26.0',
}

function described(name: string): ArtefactDescription {
  return { form: 'file', name, version: '1', bytes: 1_000, files: 1, share: 'local' }
}

function common(name: string) {
  return { ledger, artefact: described(name), evidence: [] }
}

const STATEMENTS: Readonly<Record<RecordType, () => Uint8Array | Rejection>> = {
  'raw-data': () =>
    certificateStatement('raw-data', SUBJECT, {
      ...common('photos'),
      source: 'the field',
      acquisition: 'a camera',
      sensor: 'a sensor',
      bounds: [{ field: 'brightness', min: 0, max: 255, outside: 0 }],
    }),
  dataset: () =>
    certificateStatement(
      'dataset',
      { 'pedigree-salted-sha256': digestFor('salted') },
      {
        ...common('digits'),
        inputs: [
          {
            kind: 'certified',
            ...reference,
            how: 'observed',
            subset: { kind: 'files', digest: digestFor('list'), count: 4_800, of: 5_012 },
          },
          { kind: 'unknown', reason: 'bought' },
        ],
        steps: [step],
      },
    ),
  model: () =>
    certificateStatement('model', SUBJECT, {
      ...common('reader'),
      modelId: '8ad53dd3-4b02-4af5-a17f-e03d2fabee1c',
      datasets: [{ kind: 'certified', ...reference }],
      parents: [{ kind: 'external', uri: 'https://example.com/m', relation: 'finetune' }],
      pipeline: reference,
      software: [{ purl: 'pkg:pypi/scikit-learn@1.4.2', how: 'observed' }],
      capture: {
        sealed: digestFor('capture'),
        layers: ['strace', 'python'],
        command: 'python3 train.py',
        code: { commit: '5'.repeat(40), dirty: digestFor('difference') },
        startedMs: TIME_MS,
        durationMs: 60_000,
        exitCode: 0,
        filesRead: 5_012,
        filesWritten: 2,
        endpoints: 0,
        changed: 0,
      },
    }),
  pipeline: () =>
    certificateStatement('pipeline', SUBJECT, {
      ...common('training'),
      components: [
        {
          name: 'prepare',
          kind: 'prepare',
          processes: [],
          components: [{ name: 'scale', kind: 'normalise', processes: ['scale to 0..1'] }],
        },
        { name: 'fit', kind: 'train', processes: ['fit a tree'] },
      ],
      software: [{ purl: 'pkg:pypi/scikit-learn@1.7.2', how: 'declared' }],
      configuration: [{ key: 'depth', value: 7, default: 5 }],
      resources: { 'memory GiB': 16 },
    }),
  artefact: () =>
    certificateStatement('artefact', SUBJECT, {
      ...common('edge-image'),
      type: 'firmware',
      inputs: [{ kind: 'certified', ...reference }],
    }),
  event: () =>
    aboutArtefactStatement('event', SUBJECT, {
      ledger,
      artefact,
      event: 'evaluated',
      details: { metric: 'accuracy', value: 0.97 },
      references: { dataset: reference },
      evidence: [],
    }),
  phase: () =>
    aboutArtefactStatement('phase', SUBJECT, {
      ledger,
      artefact,
      phase: 'cleaning',
      content: { steps: [step] },
      decisions: ['pictures without a digit were left out'],
      supersedes: digestFor('earlier phase'),
      evidence: [],
    }),
  recall: () =>
    aboutArtefactStatement('recall', SUBJECT, {
      ledger,
      artefact,
      action: 'recall',
      reason: 'labels were swapped',
    }),
  approval: () => approvalStatement({ ledger, proposal: digestFor('proposal') }),
  advisory: () =>
    advisoryStatement(SUBJECT, {
      ledger,
      advisory: 'CVE-2026-1234',
      summary: 'it loads what a stranger wrote',
      packages: [
        { purl: 'pkg:pypi/scikit-learn', ranges: [{ introduced: '1.2.0', fixed: '1.4.3' }] },
      ],
    }),
  withdrawal: () =>
    withdrawalStatement({
      ledger,
      advisory: digestFor('advisory'),
      reason: 'it was another package of that name',
    }),
  status: () =>
    aboutArtefactStatement('status', SUBJECT, {
      ledger,
      artefact,
      about: digestFor('advisory'),
      status: 'not_affected',
      reason: 'it is not loaded',
    }),
  key: () => {
    const seed = new Uint8Array(32).fill(8)
    const key = createIdentityKey('org1', { class: 'person', name: 'grace', seed })
    const { did, name, possession } = key
    return keyStatement({ ledger, key: { did, class: 'person', name, possession } })
  },
  rejoin: () =>
    rejoinStatement({
      ledger,
      consensusKey: didOf(publicKeyOf(new Uint8Array(32).fill(9))),
      nonce: digestFor('nonce'),
    }),
}

/** One record of each type: its statement as text, and what follows from it. */
export function recordVectors() {
  return Object.fromEntries(
    Object.entries(STATEMENTS).map(([type, build]) => {
      const statement = build()
      if (isRejection(statement)) throw new Error(`${type}: ${statement.detail}`)
      const envelope = signStatement(statement, SEED)
      return [
        type,
        {
          statement: utf8Decode(statement),
          id: recordIdOf(statement),
          envelope: utf8Decode(envelope),
          envelopeDigest: digestOf(envelope),
        },
      ]
    }),
  )
}
