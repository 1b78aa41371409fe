import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { type ArtefactStore, openArtefactStore } from '../../../daemon/artefacts/artefact-store.ts'

export interface TestStore {
  readonly store: ArtefactStore
  readonly host: Libp2p
  /** Where its blocks lie. */
  readonly folder: string
}

const opened: { store: ArtefactStore; host: Libp2p; folder: string }[] = []

/** A store on a host of its own, on loopback. */
export async function openTestStore(idleMs = 8_000): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'pedigree-blocks-'))
  const host = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() },
  })
  const store = await openArtefactStore({ folder, host, idleMs })
  opened.push({ store, host, folder })
  return { store, host, folder }
}

export async function connect(from: TestStore, to: TestStore): Promise<void> {
  await from.host.dial(to.host.getMultiaddrs())
}

/** For afterEach: stops and removes what the test opened, also after a failure. */
export async function closeTestStores(): Promise<void> {
  for (const { store, host, folder } of opened.splice(0)) {
    await store.stop()
    await host.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
