import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { ChainStatus } from '../../../protocol/api/status.ts'
import { isDigest } from '../../../protocol/digest.ts'
import { rejoinStatement } from '../../../protocol/records/build.ts'
import { didOf } from '../../../protocol/records/did-key.ts'
import { cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { adminKey } from '../../keys/choose-signer.ts'
import { openSession, type Session } from '../../session.ts'
import type { SigningFlags } from '../../signing/flags.ts'
import { signOnce } from '../../signing/sign-once.ts'
import { examples, timeoutOption } from '../options.ts'
import type { Run } from '../run-handler.ts'

type RejoinOptions = Pick<SigningFlags, 'yes' | 'timeout'>

const LOOK_MS = 200

export function addRejoinCommand(program: Command, run: Run): void {
  program
    .command('rejoin')
    .description('let the node of this home sign again, after what it had signed was lost')
    .option('--yes', 'do not ask before signing')
    .addOption(timeoutOption())
    .addHelpText('after', examples('pedigree status', 'pedigree --home ./acme rejoin'))
    .action(run(rejoin))
}

async function rejoin(context: Context, { yes, timeout }: RejoinOptions): Promise<undefined> {
  const session = await openSession(context)
  const { organisation } = session.home.config
  const signer = await adminKey(session.home)
  const nonce = nonceToSign(await session.chain.status(), organisation)
  const member = session.genesis.committee.members.find(
    (each) => each.organisation === organisation,
  )
  if (member === undefined || !isDigest(nonce)) throw cliError('bad-answer', 'no nonce to name')
  const consensusKey = didOf(member.consensusKey)
  const { id, height } = await signOnce(session, {
    signer,
    intent: ['rejoin', nonce],
    lines: [
      `rejoin: the node of ${organisation} lost what it had signed, and signs again after this record`,
      `NOTE: only where this is the one node of ${organisation} that is left. Two nodes with one key`,
      'contradict each other, and everyone can prove it',
    ],
    statement: (ledger) => rejoinStatement({ ledger, consensusKey, nonce }),
    options: { wait: true, timeout, ...(yes === undefined ? {} : { yes }) },
  })
  const signsFrom = await guardBegun(session, timeout)
  context.output.result({ id, height: height ?? null, signsFrom }, [
    `rejoined in block ${height}`,
    `  start the node again: it signs from block ${signsFrom} on`,
    `  record ${id}`,
  ])
  return undefined
}

/** @throws CliError `nothing-to-rejoin` */
function nonceToSign({ maySign, rejoin: lost }: ChainStatus, organisation: string): string {
  if (lost?.signsFrom !== undefined) {
    throw cliError('nothing-to-rejoin', `the node of ${organisation} has rejoined`, {
      hint: `start it again: it signs from block ${lost.signsFrom} on`,
    })
  }
  if (lost !== undefined) return lost.nonce
  const why = maySign ? 'it may sign' : 'why it signs nothing now, its log says'
  throw cliError('nothing-to-rejoin', `the node of ${organisation} has not lost its guard: ${why}`)
}

/** The node sees the block a moment later, and writes its new guard. */
async function guardBegun({ chain }: Session, timeoutMs: number): Promise<number> {
  for (const untilMs = Date.now() + timeoutMs; Date.now() < untilMs; await sleep(LOOK_MS)) {
    const { signsFrom } = (await chain.status()).rejoin ?? {}
    if (signsFrom !== undefined) return signsFrom
  }
  throw cliError('timed-out', 'the record is on the ledger, but the node did not take it up')
}
