import { schemaCheck } from '../../../protocol/encoding/schema.ts'
import {
  SoftwareListSchema,
  StepsSchema,
} from '../../../protocol/records/certificates/certificate-parts.ts'
import type {
  AttachedEvidence,
  Software,
  Step,
} from '../../../protocol/records/certificates/certificates.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { cliError, refusal } from '../../cli-error.ts'
import { type Given, given } from '../../given.ts'
import { readYamlFile, refusedIn } from '../../input/safe-yaml.ts'
import { parseEvidence } from '../evidence.ts'
import type { CertifyFlags } from './certify-flags.ts'

interface Common {
  readonly description: string | undefined
  readonly software: readonly Software[] | undefined
}

const checkSoftware = schemaCheck(SoftwareListSchema)

/**
 * What every certificate may say, whatever it documents.
 *
 * @throws CliError `usage` for evidence of another form, `schema-violation` for no package URL
 */
export function commonContent({
  description,
  evidence,
  software,
}: Pick<CertifyFlags, 'description' | 'evidence' | 'software'>): Given<Common> & {
  readonly evidence: readonly AttachedEvidence[]
} {
  return {
    ...given({ description, software: softwareOf(software) }),
    evidence: parseEvidence(evidence),
  }
}

function softwareOf(purls: readonly string[] | undefined): readonly Software[] | undefined {
  if (purls === undefined) return undefined
  const list = purls.map((purl) => ({ purl, how: 'declared' as const }))
  const wrong = list.find((each) => checkSoftware([each]) !== undefined)
  if (wrong !== undefined) {
    throw cliError('usage', `--software ${wrong.purl} is no package URL`, {
      hint: 'write for example pkg:pypi/scikit-learn@1.7.2',
    })
  }
  const fault = checkSoftware(list)
  if (fault !== undefined) throw refusal(fault, '--software')
  return list
}

const checkSteps = schemaCheck(StepsSchema)

/**
 * What was done to the data, step by step: nothing of a step may be missing (YAML or JSON).
 *
 * @throws CliError `bad-document` or `schema-violation`, with field and line
 */
export async function readSteps(path: string): Promise<readonly Step[]> {
  const file = await readYamlFile(path)
  const fault = checkSteps(file.value)
  if (isRejection(fault)) throw refusedIn(file, fault)
  return file.value as readonly Step[]
}
