import { datasetStatement } from '../../protocol/records/build.ts'
import type { Context } from '../context.ts'
import { parseEvidence } from '../signing/evidence.ts'
import { runCertification } from '../signing/run-certification.ts'
import type { CertifyFlags } from './certify.ts'

interface DatasetFlags extends CertifyFlags {
  readonly source?: string
  readonly licence?: string
}

export async function certifyDataset(
  context: Context,
  path: string,
  flags: DatasetFlags,
): Promise<undefined> {
  const { description, source, licence } = flags
  const texts = {
    ...(description === undefined ? {} : { description }),
    ...(source === undefined ? {} : { source }),
    ...(licence === undefined ? {} : { licence }),
  }
  const evidence = parseEvidence(flags.evidence)
  return runCertification(context, path, flags, async (prepared) => ({
    type: 'dataset',
    prepared,
    content: { ...texts, evidence },
    summary: Object.entries(texts).map(([name, text]) => `${name}: ${text}`),
    isSame: (known) => known.description === description,
    statement: (digest, artefact, ledger) =>
      datasetStatement(digest, { ledger, artefact, ...texts, evidence }),
  }))
}
