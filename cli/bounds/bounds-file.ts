import { Type } from 'typebox'
import { schemaCheck } from '../../protocol/encoding/schema.ts'
import { BOUNDS_MAX } from '../../protocol/limits.ts'
import type { Bound } from '../../protocol/records/certificates/certificates.ts'
import { CLOSED, LineSchema } from '../../protocol/records/schema-parts.ts'
import { isRejection, refuse } from '../../protocol/rejection.ts'
import { readYamlFile, refusedIn } from '../input/safe-yaml.ts'

/** As the record's schema has bounds, without `outside`: that is counted, not said. */
const checkBoundsSchema = schemaCheck(
  Type.Array(
    Type.Object(
      {
        field: LineSchema,
        min: Type.Optional(Type.Number()),
        max: Type.Optional(Type.Number()),
        unit: Type.Optional(LineSchema),
      },
      CLOSED,
    ),
    { minItems: 1, maxItems: BOUNDS_MAX },
  ),
)

/**
 * A list of `field`, `min`, `max` and `unit`, in YAML or JSON.
 *
 * @throws CliError `bad-document` or `schema-violation`, with field and line
 */
export async function readBoundsFile(path: string): Promise<readonly Bound[]> {
  const file = await readYamlFile(path)
  const bounds = file.value as readonly Bound[]
  const fault = checkBoundsSchema(file.value) ?? faultOf(bounds)
  if (isRejection(fault)) throw refusedIn(file, fault)
  return bounds
}

function faultOf(bounds: readonly Bound[]) {
  const wrong = bounds.findIndex(
    ({ min, max }) =>
      (min === undefined && max === undefined) ||
      (min !== undefined && max !== undefined && min > max),
  )
  if (wrong >= 0) {
    return refuse('schema-violation', `/${wrong}: must have a min or a max, in that order`)
  }
  const fields = bounds.map(({ field }) => field)
  const twice = fields.findIndex((field, i) => fields.indexOf(field) !== i)
  return twice < 0 ? undefined : refuse('schema-violation', `/${twice}/field: is there twice`)
}
