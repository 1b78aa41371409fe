import { quorum } from '../chain/committee.ts'
import { type Genesis, parseGenesis } from '../chain/genesis.ts'
import type { Digest } from '../digest.ts'
import type { VerifySignature } from '../ports.ts'
import { unknownAncestry } from '../queries/family/family.ts'
import { isCertificate } from '../records/record.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { recallsIn } from './recalls.ts'
import { parseReceipt, type Receipt } from './receipt.ts'
import type { ProvenStory, ReceiptVerdict } from './verdict.ts'
import { verifyFamily, verifyOrder } from './verify-family.ts'
import { type ProvenHead, verifyHead } from './verify-head.ts'
import { type CheckedRecord, verifyKeys, verifyRecord } from './verify-record.ts'
import { verifyStory } from './verify-story.ts'
import { withdrawalIn } from './withdrawals.ts'

/**
 * What a receipt proves, offline, to whoever trusts the genesis. Refuses whole what fails in any
 * part: there is no half-valid receipt.
 */
export function verifyReceipt(
  bytes: Uint8Array,
  genesisBytes: Uint8Array,
  verify: VerifySignature,
): ReceiptVerdict | Rejection {
  const genesis = parseGenesis(genesisBytes)
  return isRejection(genesis) ? genesis : verifyReceiptUnder(bytes, genesis, verify)
}

/** The same for whoever holds a genesis that was parsed already. */
export function verifyReceiptUnder(
  bytes: Uint8Array,
  genesis: Genesis,
  verify: VerifySignature,
): ReceiptVerdict | Rejection {
  const receipt = parseReceipt(bytes)
  if (isRejection(receipt)) return receipt
  const head = verifyHead(receipt, genesis, verify)
  if (isRejection(head)) return head
  const checked = verifyRecords(receipt, head, verify)
  if (isRejection(checked)) return checked
  const missing = verifyOrder(checked) ?? verifyFamily(checked)
  if (isRejection(missing)) return missing
  const story = verifyStory(checked)
  return isRejection(story) ? story : verdictOf(genesis, head, { checked, missing, story })
}

function verifyRecords(
  receipt: Receipt,
  { header }: ProvenHead,
  verify: VerifySignature,
): readonly CheckedRecord[] | Rejection {
  const keys = verifyKeys(receipt.keys, header)
  if (isRejection(keys)) return keys
  const checked: CheckedRecord[] = []
  for (const item of receipt.records) {
    const record = verifyRecord(item, { header, keys, verify })
    if (isRejection(record)) return record
    checked.push(record)
  }
  const authors = new Set(checked.map(({ record }) => record.ledger.author))
  return authors.size === keys.size
    ? checked
    : refuse('malformed', 'the key history of someone who signed nothing here')
}

interface Findings {
  readonly checked: readonly CheckedRecord[]
  readonly missing: readonly Digest[]
  readonly story: ProvenStory | undefined
}

function verdictOf(
  genesis: Genesis,
  { header, block, proof }: ProvenHead,
  { checked, missing, story }: Findings,
): ReceiptVerdict | Rejection {
  const records = checked.map(({ proven }) => proven)
  const [subject] = records
  if (subject === undefined) return refuse('malformed', 'a receipt without a record')
  const { members } = genesis.committee
  const { height, timeMs, logSize } = header
  const withdrawn = withdrawalIn(checked)
  return {
    chain: genesis.chain,
    network: genesis.document.name,
    asOf: { height, block, timeMs, logSize, view: proof.view },
    committee: {
      members: members.length,
      quorum: quorum(members.length),
      signers: proof.signers.flatMap((signer) => members[signer]?.organisation ?? []),
    },
    subject,
    records,
    recalls: recallsIn(checked),
    ...(withdrawn === undefined ? {} : { withdrawn }),
    ...(story === undefined ? {} : { story }),
    ancestry: {
      closed: missing.length === 0,
      missing,
      unknown: checked.flatMap(({ record }) =>
        isCertificate(record) ? unknownAncestry(record) : [],
      ),
    },
  }
}
