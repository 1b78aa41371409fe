import { Type } from 'typebox'
import { type SchemaCheck, schemaCheck } from '../../protocol/encoding/schema.ts'
import { DECISIONS_MAX } from '../../protocol/limits.ts'
import { PHASE_CONTENTS } from '../../protocol/records/events/event-schemas.ts'
import { PHASES, type Phase, type PhaseContents } from '../../protocol/records/events/events.ts'
import { TextSchema } from '../../protocol/records/schema-parts.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { cliError } from '../cli-error.ts'
import { readYamlFile, refusedIn } from '../input/safe-yaml.ts'
import type { Session } from '../session.ts'
import { resolveReference } from '../signing/certificate/inputs.ts'
import { resolveDataset, withDatasets } from './datasets.ts'

export interface PhaseFile {
  /** Absent where the file holds decisions alone. */
  readonly content?: PhaseContents[Phase]
  readonly decisions: readonly string[]
}

const checkDecisions = schemaCheck(Type.Array(TextSchema, { maxItems: DECISIONS_MAX }))

/** Compiled when one is needed: a command needs one of nine at most. */
function contentCheck(phase: Phase): SchemaCheck {
  return schemaCheck(PHASE_CONTENTS[phase])
}

export function parsePhase(text: string): Phase {
  const phase = PHASES.find((each) => each === text)
  if (phase !== undefined) return phase
  throw cliError('usage', `${text} is no phase`, { hint: `the phases are ${PHASES.join(', ')}` })
}

/**
 * A phase as somebody filled it in (YAML or JSON). What it names by ID is looked up first.
 *
 * @throws CliError `bad-document` or `schema-violation` with field and line, `unknown-id`, `ambiguous`
 */
export async function readPhaseFile(
  session: Session,
  phase: Phase,
  path: string,
): Promise<PhaseFile> {
  const file = await readYamlFile(path)
  const { value } = file
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw cliError('bad-document', `${path} has no fields`, {
      hint: `pedigree phase template ${phase} prints a file to fill in`,
    })
  }
  const { decisions = [], ...fields } = value as Readonly<Record<string, unknown>>
  const wrongDecisions = checkDecisions(decisions)
  if (isRejection(wrongDecisions)) {
    const detail = `/decisions${wrongDecisions.detail.replace(/^\/(?=:)/, '')}`
    throw refusedIn(file, { ...wrongDecisions, detail })
  }
  const told = decisions as readonly string[]
  if (Object.keys(fields).length === 0) return { decisions: told }
  const content = await withReferences(session, phase, path, fields)
  const fault = contentCheck(phase)(content)
  if (isRejection(fault)) throw refusedIn(file, fault)
  return { content: content as unknown as PhaseContents[Phase], decisions: told }
}

/** People name what they used by any ID; the record names it by record and digest. */
async function withReferences(
  session: Session,
  phase: Phase,
  path: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  if (phase === 'evaluation') {
    return withDatasets(fields, (named) => resolveDataset(session, path, named))
  }
  const { pipeline } = fields
  return typeof pipeline === 'string'
    ? { ...fields, pipeline: await resolveReference(session, pipeline, ['pipeline']) }
    : fields
}
