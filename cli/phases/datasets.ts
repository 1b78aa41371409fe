import { dirname, resolve } from 'node:path'
import { Type } from 'typebox'
import { schemaCheck } from '../../protocol/encoding/schema.ts'
import { CLOSED } from '../../protocol/records/schema-parts.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { DATA_TYPES } from '../../protocol/rules/edges.ts'
import { cliError } from '../cli-error.ts'
import type { Session } from '../session.ts'
import { resolveInputs } from '../signing/certificate/inputs.ts'

const checkNamed = schemaCheck(
  Type.Object(
    { id: Type.String({ minLength: 1 }), subset: Type.Optional(Type.String({ minLength: 1 })) },
    CLOSED,
  ),
)

interface NamedDataset {
  readonly id: string
  /** Path of the list of members that were used. */
  readonly subset?: string
}

/**
 * What a model was measured on, as people write it into the file of a phase: `dataset` for one, or a
 * list under `datasets`; each an ID, or `{id, subset}` with the list of what was used of it.
 *
 * @param resolved what the record says in place of one of them
 */
export async function withDatasets(
  fields: Readonly<Record<string, unknown>>,
  resolved: (named: unknown) => Promise<unknown>,
): Promise<Readonly<Record<string, unknown>>> {
  const { dataset, ...rest } = fields
  if (dataset === undefined) {
    const { datasets } = fields
    return Array.isArray(datasets)
      ? { ...fields, datasets: await each(datasets, resolved) }
      : fields
  }
  if ('datasets' in rest) {
    throw cliError('usage', 'dataset and datasets say the same: write one of them')
  }
  return { ...rest, datasets: await each([dataset], resolved) }
}

async function each(
  items: readonly unknown[],
  resolved: (named: unknown) => Promise<unknown>,
): Promise<readonly unknown[]> {
  const found: unknown[] = []
  for (const item of items) found.push(await resolved(item))
  return found
}

/**
 * @param path of the file that names it; the list of a subset is looked for beside it
 * @returns an edge as the record has it; what is written as an edge already stays as it is
 * @throws CliError `bad-document`, or as resolveInputs does
 */
export async function resolveDataset(
  session: Session,
  path: string,
  named: unknown,
): Promise<unknown> {
  if (typeof named === 'object' && named !== null && 'kind' in named) return named
  const told = typeof named === 'string' ? { id: named } : named
  const wrong = checkNamed(told)
  if (isRejection(wrong)) {
    throw cliError('bad-document', `${path}: a dataset is an ID or {id, subset}: ${wrong.detail}`)
  }
  const { id, subset } = told as NamedDataset
  const list = subset === undefined ? {} : { subset: [`${id}=${resolve(dirname(path), subset)}`] }
  const [edge] = await resolveInputs(session, [id], list, DATA_TYPES)
  return edge
}
