import type { Bound } from '../../../protocol/records/certificates/certificates.ts'
import { readBoundsFile } from '../../bounds/bounds-file.ts'
import { checkBounds } from '../../bounds/check-bounds.ts'
import type { Context } from '../../context.ts'
import { type Given, given } from '../../given.ts'
import type { HashedArtefact } from '../../hashing/hash-artefact.ts'
import { printable } from '../../output/printable.ts'
import type { DataFlags } from './certify-flags.ts'

interface DataContent {
  readonly dataType: string | undefined
  readonly licence: string | undefined
  readonly bounds: readonly Bound[] | undefined
}

/** What raw data and datasets say alike. Bounds are checked here, against the bytes. */
export async function dataContent(
  context: Context,
  hashed: HashedArtefact,
  { type, licence, bounds: path }: DataFlags,
): Promise<Given<DataContent>> {
  if (path === undefined) return given({ dataType: type, licence, bounds: undefined })
  const { bounds, remarks } = await checkBounds(context, hashed, await readBoundsFile(path))
  for (const remark of remarks) context.output.note(printable(remark))
  return given({ dataType: type, licence, bounds })
}

/** Whether some value lies beyond its bounds: it is signed all the same, with a yes of its own. */
export function breaksBounds({ bounds = [] }: Given<DataContent>): boolean {
  return bounds.some(({ outside = 0 }) => outside > 0)
}
