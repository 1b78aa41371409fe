import { ADVISORY_PAGE_MAX, type AdvisoryView } from '../../protocol/api/advisories.ts'
import type { AsOf } from '../../protocol/api/common.ts'
import { isDigest } from '../../protocol/digest.ts'
import { cliError } from '../cli-error.ts'
import { printable } from '../output/printable.ts'
import { resolveOne } from '../resolve/resolve-id.ts'
import type { Session } from '../session.ts'

/** All advisories, in the order of the ledger. */
export async function everyAdvisory({ chain }: Session): Promise<{
  readonly advisories: readonly AdvisoryView[]
  readonly asOf: AsOf
}> {
  const found: AdvisoryView[] = []
  let after: string | undefined
  for (;;) {
    const page = { limit: ADVISORY_PAGE_MAX, ...(after === undefined ? {} : { after }) }
    const { advisories, next, asOf } = await chain.advisories(page)
    found.push(...advisories)
    if (next === undefined) return { advisories: found, asOf }
    after = next
  }
}

/**
 * The record id of the one advisory that goes by this name or alias; undefined for none. One that still
 * warns goes before those that were withdrawn.
 *
 * @param organisation whose advisories go before those of others
 * @throws CliError `ambiguous` with the candidates for several
 */
export async function advisoryNamed(
  session: Session,
  text: string,
  organisation?: string,
): Promise<string | undefined> {
  const { advisories } = await everyAdvisory(session)
  const all = advisories.filter(
    ({ advisory, aliases = [] }) => advisory === text || aliases.includes(text),
  )
  const own = preferred(all, (each) => each.organisation === organisation)
  const named = preferred(own, ({ withdrawn }) => withdrawn === undefined)
  if (named.length > 1) {
    const lines = named.map(({ record, organisation }) => `  ${record}  ${printable(organisation)}`)
    throw cliError('ambiguous', `${text} names ${named.length} advisories:\n${lines.join('\n')}`, {
      hint: 'use one of the ids',
      facts: { candidates: named.map(({ record }) => record) },
    })
  }
  return named[0]?.record
}

function preferred(
  advisories: readonly AdvisoryView[],
  isBetter: (advisory: AdvisoryView) => boolean,
): readonly AdvisoryView[] {
  const better = advisories.filter(isBetter)
  return better.length > 0 ? better : advisories
}

/**
 * @param text name or alias of an advisory, record id, or the beginning of one
 * @param organisation whose advisories go before those of others
 */
export async function findAdvisory(
  session: Session,
  text: string,
  organisation?: string,
): Promise<string> {
  if (isDigest(text)) return text
  const named = await advisoryNamed(session, text, organisation)
  return named ?? (await resolveOne(session, text, { kinds: ['record'] })).record
}
