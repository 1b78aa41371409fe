import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { toHex } from '../../protocol/bytes.ts'
import { faultsTolerated, quorum } from '../../protocol/chain/committee.ts'
import { buildGenesis, type Genesis } from '../../protocol/chain/genesis.ts'
import { DEFAULT_PARAMETERS } from '../../protocol/chain/parameters.ts'
import { GENESIS_BYTES_MAX } from '../../protocol/limits.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { refusal } from '../cli-error.ts'
import type { Context } from '../context.ts'
import { writeAtomically } from '../home/atomic-write.ts'
import { openHome } from '../home/home.ts'
import { readIdentity } from '../network/identity-file.ts'
import { addPeers, joinNetwork } from '../network/join-network.ts'
import { formatFingerprint } from '../output/format.ts'
import type { Run } from '../program.ts'
import { readInputFile } from '../read-input.ts'
import { examples, repeatedOption } from './options.ts'

interface CreateOptions {
  readonly member: readonly string[]
  readonly out: string
}

interface JoinOptions {
  readonly peer?: readonly string[]
}

export function addNetworkCommands(program: Command, run: Run): void {
  const network = program.command('network').description('create a network, or join one')
  network
    .command('create <name>')
    .description('make the genesis of a network from the identities of its members')
    .requiredOption('--member <file>', 'an identity; once for each member', repeatedOption)
    .requiredOption('--out <file>', 'where the genesis goes; every member gets the same file')
    .addHelpText(
      'after',
      examples(
        'pedigree network create digits --member acme.json --member beta.json --member gamma.json --member delta.json --out genesis.json',
      ),
    )
    .action(run(create))
  network
    .command('join <genesis>')
    .description("put a network's genesis into this home")
    .option('--peer <multiaddr>', 'where a member can be reached, beside genesis', repeatedOption)
    .addHelpText('after', examples('pedigree --home ./acme network join genesis.json'))
    .action(run(join))
}

async function create(
  { output }: Context,
  name: string,
  { member, out }: CreateOptions,
): Promise<undefined> {
  const members = []
  for (const path of member) members.push(await readIdentity(path))
  const salt = toHex(new Uint8Array(randomBytes(32)))
  const built = buildGenesis({ name, salt, members, parameters: DEFAULT_PARAMETERS })
  if (isRejection(built)) throw refusal(built)
  await writeAtomically(out, built.bytes, { mode: 0o644, exclusive: true })
  output.result({ ...summaryOf(built.genesis), genesis: out }, [
    `wrote ${out}`,
    ...linesOf(built.genesis),
  ])
  return undefined
}

async function join(context: Context, path: string, options: JoinOptions): Promise<undefined> {
  const home = await openHome(context.home)
  const bytes = await readInputFile(path, GENESIS_BYTES_MAX)
  const genesis = await joinNetwork(home, bytes, path)
  await addPeers(home, options.peer ?? [])
  context.output.result({ ...summaryOf(genesis), home: home.path }, [
    `${home.config.organisation} belongs to this network now`,
    ...linesOf(genesis),
    `next: pedigree --home ${home.path} start`,
  ])
  return undefined
}

function summaryOf({ document, chain, committee }: Genesis) {
  const members = committee.members.map(({ organisation }) => organisation)
  const tolerated = faultsTolerated(members.length)
  return { network: document.name, fingerprint: chain, members, faultsTolerated: tolerated }
}

function linesOf(genesis: Genesis): readonly string[] {
  const { network, members, faultsTolerated: tolerated } = summaryOf(genesis)
  return [
    `network ${network}: ${members.join(', ')}`,
    `  ${quorum(members.length)} of ${members.length} decide; ${toleranceWords(tolerated)}`,
    '  fingerprint, to compare by telephone before anyone joins:',
    ...formatFingerprint(genesis.chain).map((line) => `    ${line}`),
  ]
}

/** @param tolerated Byzantine members that the committee survives */
export function toleranceWords(tolerated: number): string {
  if (tolerated === 0) return 'tolerates no Byzantine member: that takes 4'
  return `tolerates ${tolerated} Byzantine member${tolerated === 1 ? '' : 's'}`
}
