import { withBitswap } from '@helia/bitswap'
import type { Libp2p } from '@libp2p/interface'
import { createHeliaLight, type Helia, type Router } from 'helia'
import { BITSWAP_OPTIONS } from './bitswap-options.ts'
import type { DurableBlockstore } from './durable-blockstore.ts'

/** Members are connected already: there is nobody to look for elsewhere. */
const NOWHERE: Router = {
  name: 'nowhere',
  findProviders: async function* () {},
}

/**
 * Helia on the libp2p host that everything else of the node uses: it is given, not made, and neither
 * started nor stopped here. Helia is the light one: no routing, no gateways, no bootstrap, so that
 * nothing outside the host's connections is ever asked; the host's gater decides who those are.
 *
 * @param host must be started first: bitswap takes the connections that exist at that moment
 */
export async function startHelia(host: Libp2p, blockstore: DurableBlockstore): Promise<Helia> {
  const light = createHeliaLight({ blockstore, routers: [NOWHERE], blockBrokers: [] })
  return withBitswap(Object.assign(light, { libp2p: host }), BITSWAP_OPTIONS).start()
}
