import type { Genesis } from '../../protocol/chain/genesis.ts'
import { cliError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import type { Home } from '../home/home.ts'
import { isSigningClass } from '../keys/choose-signer.ts'
import type { SecretKey } from '../keys/key-file.ts'
import { printable } from '../output/printable.ts'

/**
 * Refuses a signer whom genesis names as somebody else. Without a node that is all that can be
 * known: a key that genesis does not name may have been registered since, and is only remarked upon.
 *
 * @throws CliError `key-unsuitable`
 */
export function checkOfflineAuthor(
  { output }: Context,
  { home, genesis }: { readonly home: Home; readonly genesis: Genesis },
  { did, name }: SecretKey,
): void {
  const own = home.config.organisation
  const { members, name: network } = genesis.document
  const owner = members.find(({ keys }) => keys.some((key) => key.did === did))
  if (owner === undefined) {
    output.note(
      `${network} began without the key of ${printable(name)}: the nodes take this record only if \`person add\` has registered it since`,
    )
    return
  }
  if (owner.organisation !== own) {
    const whose = `the key of ${printable(name)} belongs to ${printable(owner.organisation)}`
    throw cliError('key-unsuitable', `${whose}, and this home to ${own}`, {
      hint: `sign in a home of ${printable(owner.organisation)}: what is signed is certified in its name`,
    })
  }
  const named = owner.keys.find((key) => key.did === did)?.class ?? ''
  if (isSigningClass(named)) return
  throw cliError(
    'key-unsuitable',
    `${network} knows the key of ${printable(name)} as its ${named} key, which signs no certificates`,
    { hint: 'name the key of a person or data source with --key' },
  )
}
