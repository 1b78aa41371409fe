import { toHex } from '../../protocol/bytes.ts'
import { encodeHeader } from '../../protocol/chain/header.ts'
import { encodeEvidence, evidenceDigest } from '../../protocol/consensus/evidence-codec.ts'
import { encodeConsensusMessage } from '../../protocol/consensus/message-codec.ts'
import { domainDigest } from '../../protocol/digest.ts'
import { utf8Encode } from '../../protocol/encoding/utf8.ts'
import { encodeWalEntry, type WalEntry } from '../../protocol/replica/durability/wal-entry.ts'
import {
  commitSignable,
  keyPossessionSignable,
  NO_VIEW,
  prePrepareSignable,
  prepareSignable,
} from '../../protocol/signables.ts'
import { encodeRecordBatch, encodeTip } from '../../protocol/wire/gossip.ts'
import type { WireMessage } from '../../protocol/wire/message.ts'
import { encodeWireMessage } from '../../protocol/wire/message-codec.ts'
import {
  CHAIN,
  commitOf,
  digestFor,
  ENVELOPES,
  EVIDENCE,
  FIRST_BODY,
  HEADER,
  PROOF,
  prePrepareOf,
  prepareOf,
  TIME_MS,
} from './samples.ts'

export function signableVectors() {
  const at = { chain: CHAIN, height: 7, view: 3 }
  const block = digestFor('block')
  return {
    at,
    block,
    prePrepare: toHex(prePrepareSignable(at, block, NO_VIEW)),
    prePrepareAgain: toHex(prePrepareSignable(at, block, 2)),
    prepare: toHex(prepareSignable(at, block, 2)),
    prepareNil: toHex(prepareSignable(at, null, NO_VIEW)),
    commit: toHex(commitSignable(at, block)),
    commitNil: toHex(commitSignable(at, null)),
    keyPossession: toHex(keyPossessionSignable('org1', 'person', 'did:key:z6Mk')),
    domainDigest: { domain: 'pedigree-block/1', content: '', digest: emptyDigest() },
  }
}

function emptyDigest(): string {
  return domainDigest('pedigree-block/1', utf8Encode(''))
}

export function consensusVectors() {
  const messages = {
    prePrepare: prePrepareOf(1, 'block'),
    prepare: prepareOf(2, digestFor('block'), 1),
    prepareNil: prepareOf(2, null),
    commit: commitOf(3, digestFor('block')),
    commitNil: commitOf(3, null),
  }
  const evidence = Object.values(EVIDENCE).map((item) => ({
    kind: item.kind,
    bytes: toHex(encodeEvidence(item)),
    digest: evidenceDigest(item),
  }))
  return {
    messages: Object.fromEntries(
      Object.entries(messages).map(([name, m]) => [name, toHex(encodeConsensusMessage(m))]),
    ),
    evidence,
  }
}

const BLOCK = digestFor('block')
const PARTS = { header: encodeHeader(HEADER), body: FIRST_BODY }

const WIRE_MESSAGES: readonly WireMessage[] = [
  { kind: 'vote', vote: commitOf(3, BLOCK) },
  {
    kind: 'proposal',
    prePrepare: prePrepareOf(1, 'block'),
    ...PARTS,
    justification: [prepareOf(2, BLOCK, 1)],
  },
  { kind: 'bundle', votes: [prepareOf(2, BLOCK, 1), commitOf(3, BLOCK)] },
  { kind: 'records', envelopes: ENVELOPES },
  { kind: 'tip', header: PARTS.header, proof: PROOF },
  { kind: 'get-blocks', from: 3, to: 9 },
  { kind: 'block', ...PARTS, proof: PROOF },
  { kind: 'no-block', height: 9 },
  { kind: 'get-proposal', height: 9, block: BLOCK },
  { kind: 'proposed-block', ...PARTS },
]

export function wireVectors() {
  return {
    frames: WIRE_MESSAGES.map((message) => ({
      kind: message.kind,
      bytes: toHex(encodeWireMessage(message)),
    })),
    recordBatch: toHex(encodeRecordBatch(ENVELOPES)),
    tip: toHex(encodeTip({ header: PARTS.header, proof: PROOF })),
  }
}

const WAL_ENTRIES: readonly (readonly [string, WalEntry])[] = [
  ['work', { kind: 'input', input: { kind: 'work' } }],
  [
    'message',
    {
      kind: 'input',
      input: {
        kind: 'message',
        message: prePrepareOf(1, 'block'),
        receivedMs: TIME_MS + 5,
        blockTimeMs: TIME_MS,
      },
    },
  ],
  ['bundle', { kind: 'input', input: { kind: 'bundle', votes: [commitOf(3, BLOCK)] } }],
  ['checked', { kind: 'input', input: { kind: 'checked', block: BLOCK, valid: true } }],
  [
    'built',
    { kind: 'input', input: { kind: 'built', view: 1, block: BLOCK, blockTimeMs: TIME_MS } },
  ],
  ['timeout', { kind: 'input', input: { kind: 'timeout', timer: 'prepare', view: 2 } }],
  ['block', { kind: 'block', ...PARTS }],
  ['signed', { kind: 'signed', signable: digestFor('sign bytes') }],
]

export function walVectors() {
  return Object.fromEntries(
    WAL_ENTRIES.map(([name, entry]) => [name, toHex(encodeWalEntry(entry))]),
  )
}
