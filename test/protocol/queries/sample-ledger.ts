import { compareBytes } from '../../../protocol/bytes.ts'
import { type Body, bodyHashOf, encodeBody } from '../../../protocol/chain/body.ts'
import { quorum } from '../../../protocol/chain/committee.ts'
import {
  blockIdOf,
  encodeHeader,
  HEADER_VERSION,
  type Header,
} from '../../../protocol/chain/header.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import type { Scan, ScanEntry, ScanningReader } from '../../../protocol/queries/query.ts'
import { signMessage } from '../../../protocol/records/ed25519.ts'
import type { LedgerRecord } from '../../../protocol/records/record.ts'
import { blockWrites, headAfter } from '../../../protocol/replica/blocks/block-writes.ts'
import {
  concludeExecution,
  executeSlice,
  startExecution,
} from '../../../protocol/replica/blocks/execution.ts'
import { genesisWrites } from '../../../protocol/replica/blocks/genesis-writes.ts'
import type { Head } from '../../../protocol/replica/core.ts'
import { readHead } from '../../../protocol/replica/ledger.ts'
import { commitSignable } from '../../../protocol/signables.ts'
import { testGenesis, testRoleKey } from '../../support/keys.ts'
import {
  edgeTo,
  signedDataset,
  signedModel,
  signedRetirement,
  TEST_TIME_MS,
} from '../../support/records.ts'
import { MapReader } from '../chain/map-reader.ts'

/** A store in a map that scans as a sorted one does. */
class MapStore extends MapReader implements ScanningReader {
  scan({ prefix, after = '', limit }: Scan): readonly ScanEntry[] {
    if (limit === 0) return []
    return [...this.map]
      .filter(([key]) => key.startsWith(prefix) && key > after)
      .sort(([a], [b]) => compareBytes(utf8Encode(a), utf8Encode(b)))
      .slice(0, limit)
      .map(([key, value]) => ({ key, value }))
  }
}

/** A chain that really executes, roots and signs its blocks, without the consensus in between. */
export class SampleLedger {
  readonly reader = new MapStore()
  readonly genesis: ReturnType<typeof testGenesis>['genesis']
  readonly genesisBytes: Uint8Array
  #head: Head

  readonly #startMs: number

  /** @param startMs ledger time before the first block */
  constructor(members = 4, startMs = TEST_TIME_MS) {
    this.#startMs = startMs
    const { genesis, bytes } = testGenesis(members)
    this.genesis = genesis
    this.genesisBytes = bytes
    this.reader.apply(genesisWrites(genesis))
    this.#head = readHead(this.reader, genesis)
  }

  /** One more block with these records; throws when the rules refuse one of them. */
  commit(...records: readonly LedgerRecord[]): Header {
    const { genesis, reader } = this
    const head = this.#head
    const height = head.height + 1
    const timeMs = this.#startMs + height * 1_000
    const start = { purpose: { kind: 'build', view: 0 } as const, height, timeMs, records }
    const execution = startExecution(reader, start)
    while (!executeSlice(execution, genesis));
    if (execution.refused.length > 0)
      throw new Error(JSON.stringify(execution.refused[0]?.rejection))
    const envelopes = records.map(({ envelope }) => envelope)
    const body: Body = { envelopes, evidence: [], lastProof: head.proof }
    const bodyBytes = encodeBody(body)
    const { block: executed, ...roots } = concludeExecution(execution, head, reader, body)
    const header: Header = {
      version: HEADER_VERSION,
      chain: genesis.chain,
      height,
      timeMs,
      parent: head.id,
      bodyHash: bodyHashOf(bodyBytes),
      ...roots,
      committeeHash: genesis.committee.hash,
      nextCommitteeHash: genesis.committee.hash,
      parametersHash: genesis.parametersHash,
      proposer: height % genesis.committee.members.length,
    }
    const headerBytes = encodeHeader(header)
    const id = blockIdOf(headerBytes)
    const block = { headerBytes, bodyBytes, header, id, executed, proof: this.#proof(height, id) }
    reader.apply(blockWrites({ head, genesis }, block))
    this.#head = headAfter({ head, genesis }, block)
    return header
  }

  #proof(height: number, block: Digest) {
    const at = { chain: this.genesis.chain, height, view: 0 }
    const signers = Array.from(
      { length: quorum(this.genesis.committee.members.length) },
      (_, i) => i,
    )
    const signatures = signers.map((signer) =>
      signMessage(testRoleKey(signer, 'consensus').seed, commitSignable(at, block)),
    )
    return { height, view: 0, block, signers, signatures }
  }
}

/**
 * digits (org1), photos (org1, retired later) -> base (org2, one dataset unknown) -> child (org3,
 * one parent external) -> grandchild (org4).
 */
export function sampleFamily() {
  const ledger = new SampleLedger()
  const digits = signedDataset({ org: 0, nonce: 1, name: 'digits' })
  const photos = signedDataset({ org: 0, nonce: 2, name: 'photos' })
  const base = signedModel({
    org: 1,
    name: 'base',
    datasets: [
      edgeTo(digits),
      edgeTo(photos),
      { kind: 'unknown', reason: 'older than the ledger' },
    ],
  })
  const child = signedModel({
    org: 2,
    name: 'child',
    datasets: [edgeTo(digits)],
    parents: [
      { ...edgeTo(base), relation: 'finetune' },
      { kind: 'external', uri: 'hf://openai/clip', revision: 'main', relation: 'distilled' },
    ],
  })
  const grandchild = signedModel({
    org: 3,
    name: 'grandchild',
    datasets: [edgeTo(photos)],
    parents: [{ ...edgeTo(child), relation: 'quantized' }],
  })
  const retirement = signedRetirement(photos, { org: 0, nonce: 3, reason: 'consent withdrawn' })
  ledger.commit(digits, photos)
  ledger.commit(base)
  ledger.commit(child, grandchild)
  ledger.commit(retirement)
  return { ledger, digits, photos, base, child, grandchild, retirement }
}
