import { saltedDigestOf } from '../../protocol/artefacts/salted-digest.ts'
import { assert } from '../../protocol/assert.ts'
import { parseGenesis } from '../../protocol/chain/genesis.ts'
import { GENESIS_BYTES_MAX, RECEIPT_BYTES_MAX } from '../../protocol/limits.ts'
import { standingUnder } from '../../protocol/policies/judge.ts'
import { type ReceiptVerdict, verifyReceiptContent } from '../../protocol/receipts/verdict.ts'
import { verifyReceipt } from '../../protocol/receipts/verify-receipt.ts'
import { verifySignature } from '../../protocol/records/ed25519.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { refusal } from '../cli-error.ts'
import type { Context } from '../context.ts'
import { hashArtefact } from '../hashing/hash-artefact.ts'
import { describeDatasetEdge } from '../output/describe-artefact.ts'
import { formatMany, formatTime } from '../output/format.ts'
import { nameWithId } from '../output/names.ts'
import { printable } from '../output/printable.ts'
import { readInputFile } from '../read-input.ts'
import type { Check } from './check.ts'
import { type Applied, appliedPolicy } from './policy-checks.ts'
import { openPolicy } from './policy-file.ts'
import { judgeReceipt } from './receipt-policy.ts'
import { isCondemnedReceipt, provenName, recallChecks } from './receipt-recalls.ts'
import { storyChecks } from './receipt-story.ts'
import { advisoryCheck } from './receipt-withdrawal.ts'
import { type Certificate, NOT_PROVEN, type Verdict, type VerdictWord } from './verdict.ts'

export interface ReceiptFiles {
  readonly receipt: string
  readonly genesis: string
  /** The bytes that it should be about. */
  readonly path?: string
  readonly salt?: Uint8Array
  /** Path of the policy that counts; the home's own where it is left out. */
  readonly policy?: string
}

export interface ReceiptFileVerdict extends Verdict {
  readonly proven: ReceiptVerdict
}

/**
 * Checks a receipt without a node and without a network: the genesis is all that is trusted.
 *
 * @throws CliError with the code of the refusal for a receipt that proves nothing
 */
export async function verifyReceiptFile(
  context: Context,
  files: ReceiptFiles,
): Promise<ReceiptFileVerdict> {
  const receipt = await readInputFile(files.receipt, RECEIPT_BYTES_MAX)
  const genesis = await readInputFile(files.genesis, GENESIS_BYTES_MAX)
  const trusted = parseGenesis(genesis)
  if (isRejection(trusted)) throw refusal(trusted, `--genesis ${files.genesis}`)
  const proven = verifyReceipt(receipt, genesis, verifySignature)
  if (isRejection(proven)) throw refusal(proven, files.receipt)
  const policy = await policyFor(context, files.policy, genesis)
  const judged = policy && judgeReceipt(policy, proven)
  const content =
    files.path === undefined ? undefined : await compareContent(context, proven, files)
  const { height, timeMs } = proven.asOf
  const later = `what happened after block ${height} (${formatTime(timeMs)}) is unknown to it`
  return {
    verdict: verdictWith(proven, content?.verdict ?? 'verified', judged),
    ...(content === undefined ? {} : { path: content.path, sha256: content.sha256 }),
    ...(proven.subject.artefact?.sha256 === undefined
      ? {}
      : { expected: proven.subject.artefact.sha256 }),
    certificates: certificatesOf(proven),
    checks: [
      ...receiptChecks(proven),
      ...(judged?.checks ?? []),
      ...(content === undefined ? [] : [content.check]),
    ],
    ...(policy === undefined ? {} : { policy: appliedPolicy(policy, judged ? [judged] : []) }),
    notProven: [...NOT_PROVEN, 'that no advisory concerns what it was made with', later],
    proven,
  }
}

/** Wrong bytes stay wrong; the right ones of something recalled, or made from it, are not to be used. */
function verdictWith(
  proven: ReceiptVerdict,
  content: VerdictWord,
  judged: Applied | undefined,
): VerdictWord {
  if (content !== 'verified') return content
  const standing = isCondemnedReceipt(proven) ? 'recalled' : content
  return standingUnder(standing, judged === undefined ? [] : [judged])
}

async function policyFor(context: Context, path: string | undefined, bytes: Uint8Array) {
  const genesis = parseGenesis(bytes)
  assert(!isRejection(genesis), 'a genesis under which a receipt was verified is well-formed')
  return openPolicy(context, path, genesis.document)
}

interface ContentFinding {
  readonly verdict: VerdictWord
  readonly path: string
  readonly sha256: string
  readonly check: Check
}

async function compareContent(
  context: Context,
  { subject }: ReceiptVerdict,
  { path = '', salt }: ReceiptFiles,
): Promise<ContentFinding> {
  const hashed = await hashArtefact(context, path)
  const { sha256 } = hashed
  const salted = salt === undefined ? {} : { saltedSha256: saltedDigestOf(salt, sha256) }
  const found = { path: hashed.path, sha256 }
  const name = provenName(subject)
  switch (verifyReceiptContent(subject, { sha256, ...salted })) {
    case 'same':
      return {
        ...found,
        verdict: 'verified',
        check: content(true, `the bytes are those of ${name}`),
      }
    case 'different':
      return {
        ...found,
        verdict: 'modified',
        check: content(false, `the bytes are not those of ${name}`),
      }
    case 'undecidable': {
      const detail = 'the receipt names no digest that these bytes could be compared with (--salt?)'
      return { ...found, verdict: 'undecidable', check: content(null, detail) }
    }
  }
}

function content(ok: boolean | null, detail: string): Check {
  return { check: 'content', ok, detail }
}

function receiptChecks(proven: ReceiptVerdict): readonly Check[] {
  const { subject, asOf, committee, ancestry, records } = proven
  const signers = committee.signers.map(printable).join(', ')
  return [
    {
      check: 'signature',
      ok: true,
      detail: `signed by ${printable(subject.signer)} (${printable(subject.organisation)}), ${subject.author}`,
    },
    {
      check: 'ledger',
      ok: true,
      detail: `on ${printable(proven.network)} in block ${subject.height}, ${formatTime(subject.timeMs)}; chain ${proven.chain}`,
    },
    {
      check: 'committee',
      ok: true,
      detail: `agreed by ${committee.signers.length} of ${committee.members} (${signers}); ${committee.quorum} decide`,
    },
    {
      check: 'key',
      ok: subject.authorKey === 'valid',
      detail: `the signer's key is ${subject.authorKey === 'valid' ? 'unrevoked' : 'ended'} as of block ${asOf.height}`,
    },
    stateCheck(proven),
    ...recallChecks(proven),
    ...storyChecks(proven),
    {
      check: 'ancestors',
      ok: ancestry.closed ? true : null,
      detail: ancestry.closed
        ? `all ancestors are proven with it (${formatMany(ancestorsIn(records), 'certificate')})`
        : `${ancestry.missing.length} ancestors are named and not in the receipt`,
    },
  ]
}

function ancestorsIn([, ...others]: ReceiptVerdict['records']): number {
  return others.filter(({ artefact }) => artefact !== undefined).length
}

function stateCheck(proven: ReceiptVerdict): Check {
  const { subject, asOf } = proven
  const until = untilHead(asOf)
  const { artefact } = subject
  if (subject.type === 'advisory') return advisoryCheck(proven.withdrawn, until)
  if (artefact === undefined) return { check: 'state', ok: true, detail: `no artefact, ${until}` }
  const { state, stateHeight, recall } = artefact
  if (state === 'retired') {
    return { check: 'state', ok: false, detail: `retired since block ${stateHeight}; ${until}` }
  }
  const so = recall === undefined ? 'not retired and not recalled' : 'not retired'
  const which = state === 'registered' ? '' : `${printable(state)}, `
  return { check: 'state', ok: true, detail: `${which}${so} ${until}` }
}

/** "as of block 7, 2026-01-31T12:00:00Z; later unknown": all that a receipt can promise. */
function untilHead({ height, timeMs }: ReceiptVerdict['asOf']): string {
  return `as of block ${height}, ${formatTime(timeMs)}; later unknown`
}

function certificatesOf({ subject, records, story }: ReceiptVerdict): readonly Certificate[] {
  const { id, type, signer, organisation, height, artefact } = subject
  if (artefact === undefined) return []
  const names = new Map(records.map((record) => [record.id, provenName(record)]))
  const { ancestors, datasets } = artefact
  const edges =
    story !== undefined && 'datasets' in story.certificate ? story.certificate : undefined
  const inputs = ancestors.filter((each) => !datasets.includes(each))
  return [
    {
      record: id,
      type,
      name: provenName(subject),
      signer,
      organisation,
      state: artefact.state,
      height,
      datasets: (edges?.datasets ?? []).map((edge) => describeDatasetEdge(edge, names)),
      parents: inputs.map((each) => nameWithId(names, each)),
      ancestors,
    },
  ]
}
