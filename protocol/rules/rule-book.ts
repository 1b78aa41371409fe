import type { LedgerRecord, RecordOf } from '../records/record.ts'
import type { RecordType } from '../records/statement.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { stateKey } from '../storage-keys.ts'
import { advisoryRule, statusRule, withdrawalRule } from './advisory-rules.ts'
import { certificateRule } from './artefact-rules.ts'
import { eventRule, phaseRule } from './event-rules.ts'
import { checkKeyAt, type KeyHistory, readKeyHistory } from './key-history.ts'
import { keyRule } from './key-rules.ts'
import { decodeNonceWindow, encodeNonceWindow, useNonce } from './nonce-window.ts'
import { approvalRule, recallRule } from './recall-rules.ts'
import { rejoinRule } from './rejoin-rules.ts'
import type { Rule } from './rule.ts'
import type { RuleContext, StateChange, StateView } from './rule-context.ts'
import { countSaid } from './said.ts'

/** The rule book of the main chain, first version: which record is valid, and what it changes. */
const RULES: { readonly [T in RecordType]: Rule<T> } = {
  'raw-data': certificateRule,
  dataset: certificateRule,
  model: certificateRule,
  pipeline: certificateRule,
  artefact: certificateRule,
  event: eventRule,
  phase: phaseRule,
  recall: recallRule,
  approval: approvalRule,
  advisory: advisoryRule,
  withdrawal: withdrawalRule,
  status: statusRule,
  key: keyRule,
  rejoin: rejoinRule,
}

/**
 * Applies one record to a state. A pure function of its arguments: every node answers the same.
 *
 * @param record one whose signature is checked
 * @returns what changes, the author's nonces included, or why the record is refused
 */
export function applyRecord(
  record: LedgerRecord,
  context: RuleContext,
  state: StateView,
): StateChange | Rejection {
  const fault = checkPlaceAndTime(record, context)
  if (fault !== undefined) return fault
  const author = readAuthor(record, context, state)
  if (isRejection(author)) return author
  const nonces = spendNonce(record, state)
  if (isRejection(nonces)) return nonces
  const changes = applyRule(record, author, context, state)
  return isRejection(changes) ? changes : [...nonces, ...countSaid(record, changes, state)]
}

function checkPlaceAndTime(
  { ledger, envelope }: LedgerRecord,
  { genesis, timeMs }: RuleContext,
): Rejection | undefined {
  const { parameters } = genesis.document
  if (ledger.chain !== genesis.chain)
    return refuse('wrong-chain', `signed for the chain ${ledger.chain}`)
  if (envelope.length > parameters.envelopeBytesMax) {
    return refuse('too-large', `${envelope.length} of ${parameters.envelopeBytesMax} bytes`)
  }
  if (ledger.expires <= timeMs) return refuse('expired', `expired at ${ledger.expires} ms`)
  const latest = timeMs + parameters.recordLifetimeMsMax
  return ledger.expires > latest
    ? refuse('lifetime-too-long', `expires at ${ledger.expires} ms, at most ${latest} ms now`)
    : undefined
}

function readAuthor(
  { ledger, type }: LedgerRecord,
  { height }: RuleContext,
  state: StateView,
): KeyHistory | Rejection {
  const author = readKeyHistory(state, ledger.author)
  if (author === undefined) return refuse('unknown-author', ledger.author)
  const fault = checkKeyAt(author, height)
  if (fault !== undefined) return fault
  return RULES[type].signers.includes(author.class)
    ? author
    : refuse('not-allowed', `a key of the class ${author.class} signs no ${type} record`)
}

function spendNonce({ ledger }: LedgerRecord, state: StateView): StateChange | Rejection {
  const key = stateKey.nonces(ledger.author)
  const window = useNonce(decodeNonceWindow(state.get(key)), ledger.nonce)
  return isRejection(window) ? window : [{ key, value: encodeNonceWindow(window) }]
}

function applyRule<T extends RecordType>(
  record: RecordOf<T>,
  author: KeyHistory,
  context: RuleContext,
  state: StateView,
): StateChange | Rejection {
  const rule: Rule<T> = RULES[record.type as T]
  return rule.apply({ record, author, context, state })
}
