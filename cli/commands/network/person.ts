import type { Command } from 'commander'
import { parseIdentity } from '../../../protocol/chain/genesis.ts'
import { createIdentityKey, type IdentityKey } from '../../../protocol/chain/identity.ts'
import { canonicalJson } from '../../../protocol/encoding/canonical-json.ts'
import { HOME_FILES, userKeyFile } from '../../../protocol/home.ts'
import { keyStatement } from '../../../protocol/records/build.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { isSlug } from '../../artefacts/artefact-name.ts'
import { CliError, cliError, refusal } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { writeAtomically } from '../../home/atomic-write.ts'
import { type Home, homeFile, openHome } from '../../home/home.ts'
import { forgetPending, pendingWithIntent } from '../../home/pending.ts'
import { adminKey } from '../../keys/choose-signer.ts'
import { generateKey, readKeyFile, type SecretKey, writeKeyFile } from '../../keys/key-file.ts'
import { readOwnIdentity } from '../../network/identity-file.ts'
import { openSession, readGenesisBytes } from '../../session.ts'
import { findAuthor, registeredAuthor } from '../../signing/author.ts'
import { signRecord } from '../../signing/sign-record.ts'
import { type Submitted, submitOnce } from '../../signing/submit-record.ts'
import { examples, timeoutOption } from '../options.ts'
import type { Run } from '../run-handler.ts'

interface PersonOptions {
  readonly source?: boolean
  readonly timeout: number
}

type MemberKey = SecretKey & { readonly class: 'person' | 'source' }

export function addPersonCommands(program: Command, run: Run): void {
  program
    .command('person')
    .description('people and data sources of this organisation')
    .command('add <name>')
    .description('another person, registered by the admin key of this organisation')
    .option('--source', 'a data source (a sensor, a pipeline) in place of a person')
    .addOption(timeoutOption())
    .addHelpText(
      'after',
      examples('pedigree --home ./acme person add bob', 'pedigree person add camera-7 --source'),
    )
    .action(run(addPerson))
}

async function addPerson(context: Context, name: string, options: PersonOptions) {
  if (!isSlug(name)) {
    throw cliError('usage', `${name}: use lowercase letters, digits, dots, dashes and underscores`)
  }
  const home = await openHome(context.home)
  const keyClass = options.source === true ? 'source' : 'person'
  const path = homeFile(home, userKeyFile(keyClass, name))
  const hasJoined = (await readGenesisBytes(home)) !== undefined
  const key = await memberKey(path, keyClass, name)
  const identityKey = createIdentityKey(home.config.organisation, key)
  const registered = hasJoined
    ? await registerOnLedger(context, key, identityKey, options.timeout)
    : await addToIdentity(home, identityKey)
  const { did } = key
  const ledger = registered === undefined ? 'on the ledger' : `in block ${registered.height}`
  const place = hasJoined ? ledger : 'in the identity of this home, and will be in genesis'
  const document = { name, class: keyClass, did, key: path, height: registered?.height ?? null }
  context.output.result({ ...document, id: registered?.id ?? null }, [
    `${keyClass} ${name} is registered ${place}`,
    `  ${did}`,
    `  secret key: ${path}`,
  ])
  return undefined
}

/** The key of an earlier run that did not get as far as the ledger is used again. */
async function memberKey(
  path: string,
  keyClass: MemberKey['class'],
  name: string,
): Promise<MemberKey> {
  try {
    return { ...(await readKeyFile(path)), class: keyClass }
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'key-missing') throw error
  }
  const key = { ...generateKey(keyClass, name), class: keyClass }
  await writeKeyFile(path, key)
  return key
}

/** @returns undefined for a key that was registered before */
async function registerOnLedger(
  context: Context,
  key: MemberKey,
  { did, name, possession }: IdentityKey,
  timeoutMs: number,
): Promise<Submitted | undefined> {
  const session = await openSession(context)
  const intent = `person add ${did}`
  if ((await findAuthor(session, did)) !== undefined) {
    const pending = await pendingWithIntent(session.home, session.genesis.chain, intent)
    if (pending !== undefined) await forgetPending(session.home, pending.record)
    return undefined
  }
  const signer = await adminKey(session.home)
  const sign = async () =>
    signRecord({
      home: session.home,
      genesis: session.genesis,
      signer,
      nextNonce: (await registeredAuthor(session, signer)).nextNonce,
      intent,
      statement: (ledger) =>
        keyStatement({ ledger, key: { did, class: key.class, name, possession } }),
    })
  return submitOnce(session, intent, sign, { wait: true, timeoutMs })
}

/** Before there is a network: genesis will register it. */
async function addToIdentity(home: Home, key: IdentityKey): Promise<undefined> {
  const identity = await readOwnIdentity(home)
  if (identity.keys.some(({ did }) => did === key.did)) return undefined
  const bytes = canonicalJson({ ...identity, keys: [...identity.keys, key] })
  const checked = parseIdentity(bytes)
  if (isRejection(checked)) throw refusal(checked)
  await writeAtomically(homeFile(home, HOME_FILES.identity), bytes)
  return undefined
}
