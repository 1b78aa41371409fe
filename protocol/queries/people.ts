import { RESOLVE_MATCHES_MAX } from '../limits.ts'
import { type KeyHistory, readKeyHistory } from '../rules/key-history.ts'
import { storageKey } from '../storage-keys.ts'
import type { Query } from './query.ts'
import { type LedgerView, stateView } from './read-record.ts'

/** A registered person, and everything that was ever true of the key. */
export interface RegisteredPerson {
  readonly did: string
  readonly history: KeyHistory
}

/**
 * The people whom an organisation registered under a name, in genesis or later: none, one, or as many as
 * it gave that name, at most RESOLVE_MATCHES_MAX of them.
 */
export function* peopleNamed(
  ledger: LedgerView,
  organisation: string,
  name: string,
): Query<readonly RegisteredPerson[]> {
  const members = ledger.genesis.document.members.filter(
    (member) => member.organisation === organisation,
  )
  const first = members.flatMap(({ keys }) => keys.map(({ did }) => did))
  const prefix = storageKey.person(organisation, name, '')
  const later = yield { prefix, limit: RESOLVE_MATCHES_MAX }
  const dids = [...first, ...later.map(({ key }) => key.slice(prefix.length))]
  const state = stateView(ledger.reader)
  const people = dids.flatMap((did) => {
    const history = readKeyHistory(state, did)
    // A name may hold a slash, so another one's entry can begin alike.
    return history?.class === 'person' && history.name === name ? [{ did, history }] : []
  })
  return people.slice(0, RESOLVE_MATCHES_MAX)
}
