import { buildReceipt } from '../../protocol/receipts/build-receipt.ts'
import { verifyReceipt } from '../../protocol/receipts/verify-receipt.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { genesisWrites } from '../../protocol/replica/blocks/genesis-writes.ts'
import { checkStore } from '../../protocol/replica/durability/self-check.ts'
import { PREFIXES, storageKey } from '../../protocol/storage-keys.ts'
import { signDataset } from '../records.ts'
import { type Attack, type Finding, finding, judge } from './attack.ts'
import { Stage } from './stage.ts'

const INSIDER = 0
const PATIENCE_MS = 20_000

/** What someone may do to the past, to deny it or to have it twice. */
export const LEDGER_ATTACKS: readonly Attack[] = [
  {
    id: 'T-P3',
    attacker: 'an insider with root access to its own node',
    action:
      'edits a committed body, a header, a commit proof, and a state value in its own database',
    expected:
      'the check at start finds each; the node repairs itself from its peers and ends with the same state',
    run: () => {
      const stage = new Stage()
      for (const name of ['first', 'second', 'third']) {
        stage.commit(1, signDataset(stage.signing(stage.person(1)), name))
      }
      const anyState =
        [...stage.node(INSIDER).disk.store.keys()].find((key) => key.startsWith(PREFIXES.state)) ??
        ''
      const targets = [storageKey.body(2), storageKey.header(1), storageKey.proof(2), anyState]
      const found = targets.map((key) =>
        finding(tamperingIsFound(stage, key), `a changed ${key.slice(0, 2)} is found`),
      )
      return judge([
        finding(damage(stage) === undefined, 'an untouched store passes'),
        ...found,
        ...repair(stage),
      ])
    },
  },
  {
    id: 'T-P7',
    attacker: 'the author of a certificate',
    action: 'denies having published it',
    expected:
      'a receipt with signature and commit proof convinces a stranger offline; one changed byte does not',
    run: () => {
      const stage = new Stage()
      const record = signDataset(stage.signing(stage.person(1)), 'denied')
      const committed = stage.commit(1, record)
      const { genesis, genesisBytes } = stage.world.invented
      const receipt = buildReceipt(stage.node(2).disk, record.id, { genesis, ancestors: true })
      if (isRejection(receipt))
        return judge([finding(false, `a receipt exists (${receipt.detail})`)])
      const verdict = verifyReceipt(receipt, genesisBytes, stage.world.scheme.verify)
      const proves = !isRejection(verdict) && JSON.stringify(verdict).includes(record.author.did)
      return judge([
        finding(committed, 'the certificate is committed'),
        finding(proves, 'the receipt verifies offline and names the author'),
        finding(
          changedBytesAccepted(stage, receipt) === 0,
          'no copy with one byte changed verifies',
        ),
      ])
    },
  },
  {
    id: 'T-P8',
    attacker: 'a person of organisation 1',
    action: 'signs two certificates with one nonce and gives them to two nodes at once',
    expected: 'at most one is committed; the two signatures are kept as evidence on the ledger',
    run: () => {
      const author = new Stage().person(1)
      const stage = new Stage({ dishonestAuthors: [author.did] })
      const nonce = 7
      const [first, second] = ['one-story', 'another-story'].map((name) =>
        signDataset(stage.signing(author, { nonce }), name),
      )
      if (first === undefined || second === undefined) throw new Error('two stories were signed')
      stage.submit(1, first.envelope)
      stage.submit(3, second.envelope)
      stage.run(PATIENCE_MS)
      stage.submitEverywhere(second.envelope)
      stage.submitEverywhere(first.envelope)
      stage.run(PATIENCE_MS)
      const kept = [first, second].filter(({ id }) => stage.everyoneHas(id))
      const nowhere = [first, second].filter(({ id }) => stage.nobodyHas(id))
      return judge([
        finding(
          kept.length === 1 && nowhere.length === 1,
          `${kept.length} of the two is on all ledgers`,
        ),
        finding(stage.accused.has('nonce-reuse'), 'the author is accused'),
        finding(
          stage.evidenceOnLedger() > 0,
          `${stage.evidenceOnLedger()} item of evidence is on the ledger`,
        ),
      ])
    },
  },
]

function damage(stage: Stage): unknown {
  const { disk } = stage.node(INSIDER)
  const { genesis } = stage.world.invented
  const state = [...disk.store]
    .filter(([key]) => key.startsWith(PREFIXES.state))
    .map(([key, value]) => ({ key: key.slice(PREFIXES.state.length), value }))
  return checkStore({ reader: disk, genesis, verify: stage.world.scheme.verify }, state)
}

function tamperingIsFound(stage: Stage, key: string): boolean {
  const { disk } = stage.node(INSIDER)
  const before = disk.get(key)
  if (before === undefined) return false
  const changed = before.slice()
  const at = changed.length - 2
  changed[at] = (changed[at] ?? 0) ^ 1
  disk.tamper(key, changed)
  const found = damage(stage) !== undefined
  disk.tamper(key, before)
  return found
}

/** The daemon's repair in short: what does not match is dropped, and fetched from the others again. */
function repair(stage: Stage): Finding[] {
  const node = stage.node(INSIDER)
  node.crash()
  node.disk.empty(genesisWrites(stage.world.invented.genesis))
  node.start()
  const goal = stage.world.ledger.height
  const level = stage.world.runUntil(PATIENCE_MS, () => node.status()?.height === goal)
  const same = node.status()?.headId === stage.node(1).status()?.headId
  return [
    finding(
      level && same && damage(stage) === undefined,
      'after the repair it has the same blocks and a sound store',
    ),
  ]
}

/** A sample of positions all over the receipt. */
function changedBytesAccepted(stage: Stage, receipt: Uint8Array): number {
  const step = Math.max(1, Math.floor(receipt.length / 60))
  let accepted = 0
  for (let at = 0; at < receipt.length; at += step) {
    const changed = receipt.slice()
    changed[at] = (changed[at] ?? 0) ^ 1
    const verdict = verifyReceipt(
      changed,
      stage.world.invented.genesisBytes,
      stage.world.scheme.verify,
    )
    if (!isRejection(verdict)) accepted++
  }
  return accepted
}
