import { copyFile, readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { HOME_FILES } from '../../../protocol/home.ts'
import { finding, judge, type Outcome } from '../attack.ts'
import { flipLastByte, mentions, type ProcessStage, refuses, says } from './stage.ts'

const UNKNOWN_DATA = ['--dataset', 'unknown', '--reason', 'a test'] as const
const CLEANING = `steps:
  - {method: drop rows, parameters: {below: 0}, software: "pkg:pypi/pandas@2.3.3"}
`

/** T-M10 at a real node: who was refused leaves a trace there. */
export async function actBeyondRole(stage: ProcessStage): Promise<Outcome> {
  const model = await stage.write('m10-model.bin', 'weights of others')
  const record = await stage.certify(1, 'model', model, ...UNKNOWN_DATA)
  const phase = await stage.write('m10-cleaning.yaml', CLEANING)
  const attempt = ['phase', 'add', record, '--phase', 'cleaning', '--from', phase]
  const refused = await stage.pedigree(2, ...attempt)
  const phases = await stage.pedigree(3, 'phase', 'list', record)
  const log = await readFile(join(stage.homeOf(2), HOME_FILES.log), 'utf8')
  const lines = log.split('\n').filter((line) => line.includes('a submitted record was refused'))
  const author = await personOf(stage, 2)
  const metrics = await metricsOf(stage, 2)
  const missing = phases.answer['missing'] as readonly string[] | undefined
  return judge([
    refuses('a phase by somebody who is not invited', refused, 'not-allowed'),
    finding(missing?.includes('cleaning') === true, 'the phase is missing on the ledger'),
    finding(
      lines.some((line) => line.includes('"rejected":"not-allowed"') && line.includes(author)),
      'the node has logged the attempt, with its author and the code',
    ),
    finding(
      /pedigree_records_refused_total\{[^}]*code="not-allowed"\} [1-9]/.test(metrics),
      'and counted it',
    ),
  ])
}

/** T-M11: a model does harm, and its owner says that it never was theirs. */
export async function denyModel(stage: ProcessStage): Promise<Outcome> {
  const model = await stage.write('m11-model.bin', 'weights that nobody wants')
  const record = await stage.certify(2, 'model', model, ...UNKNOWN_DATA)
  const receipt = stage.path('m11.receipt')
  const taken = await stage.pedigree(4, 'receipt', record, '--out', receipt)
  const retired = await stage.pedigree(2, 'retire', record, '--reason', 'never ours')
  const genesis = join(stage.homeOf(4), HOME_FILES.genesis)
  const trusted = ['--genesis', genesis]
  // A stranger: no home, no node, no network.
  const stranger = stage.path('m11-no-home')
  const proof = await stage.at(stranger, 'verify', '--receipt', receipt, ...trusted, model)
  const other = await stage.write('m11-other.bin', 'other weights')
  const planted = await stage.at(stranger, 'verify', '--receipt', receipt, ...trusted, other)
  const forged = stage.path('m11-forged.receipt')
  await copyFile(receipt, forged)
  await flipLastByte(forged)
  const broken = await stage.at(stranger, 'verify', '--receipt', forged, ...trusted, model)
  return judge([
    finding(
      taken.code === 0 && retired.code === 0,
      'a receipt is taken, then the owner retires it',
    ),
    says('offline, the receipt and the model', proof, 'verified'),
    finding(
      mentions(proof, '"organisation":"org2"') && mentions(proof, '"signer":"bob"'),
      'it names who signed, and for which organisation',
    ),
    says('another file put in its place', planted, 'modified'),
    finding(broken.code !== 0, `one changed byte of the receipt: exit code ${broken.code}`),
  ])
}

async function personOf(stage: ProcessStage, organisation: number): Promise<string> {
  const path = join(stage.homeOf(organisation), HOME_FILES.identity)
  const identity = JSON.parse(await readFile(path, 'utf8')) as {
    readonly keys: readonly { readonly class: string; readonly did: string }[]
  }
  return identity.keys.find((key) => key.class === 'person')?.did ?? 'nobody'
}

function metricsOf(stage: ProcessStage, organisation: number): Promise<string> {
  const socketPath = join(stage.homeOf(organisation), HOME_FILES.socket)
  return new Promise((resolve, reject) => {
    request({ socketPath, path: '/metrics' }, (answer) => resolve(text(answer)))
      .once('error', reject)
      .end()
  })
}
