import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { toHex } from '../../../protocol/bytes.ts'
import { faultsTolerated, quorum } from '../../../protocol/chain/committee.ts'
import type { Genesis } from '../../../protocol/chain/genesis.ts'
import { DEFAULT_PARAMETERS } from '../../../protocol/chain/parameters.ts'
import { GENESIS_BYTES_MAX } from '../../../protocol/limits.ts'
import { isSlug } from '../../artefacts/artefact-name.ts'
import { cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { given } from '../../given.ts'
import { writeAtomically } from '../../home/atomic-write.ts'
import { openHome } from '../../home/home.ts'
import { type DeclarationFlags, genesisWith, readDeclarations } from '../../network/declarations.ts'
import { describeDeclarations } from '../../network/describe-genesis.ts'
import { readIdentity } from '../../network/identity-file.ts'
import { addPeers, joinNetwork } from '../../network/join-network.ts'
import { formatFingerprint } from '../../output/format.ts'
import { readInputFile } from '../../read-input.ts'
import { examples, repeatedOption } from '../options.ts'
import type { Run } from '../run-handler.ts'

interface CreateOptions extends DeclarationFlags {
  readonly member: readonly string[]
  readonly out: string
}

interface JoinOptions {
  readonly peer?: readonly string[]
}

const DECLARATIONS_HELP = `
Both are lists, in YAML or JSON; every member must know them before it joins. A type is a machine:
  - name: model-card
    version: 1
    initial: draft
    states: [draft, approved]
    transitions:
      - {event: approved, from: [draft], to: approved, by: owner, details: [by-whom]}
Rules about the order of a pipeline's components, by their kinds:
  - {id: scale-first, rule: before, first: normalise, second: train}
  - {id: split, rule: requires, kind: split}
  - {id: no-leak, rule: forbids, kind: peek}
`

export function addNetworkCommands(program: Command, run: Run): void {
  const network = program.command('network').description('create a network, or join one')
  network
    .command('create <name>')
    .description('make the genesis of a network from the identities of its members')
    .requiredOption('--member <file>', 'an identity; once for each member', repeatedOption)
    .requiredOption('--out <file>', 'where the genesis goes; every member gets the same file')
    .option('--types <file>', 'artefact types of this network, beside the built-in ones')
    .option('--architecture <file>', 'what this network demands of its pipelines')
    .addHelpText('after', DECLARATIONS_HELP)
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
  { member, out, ...flags }: CreateOptions,
): Promise<undefined> {
  if (!isSlug(name)) {
    throw cliError('usage', `${name}: use lowercase letters, digits, dots, dashes and underscores`)
  }
  const members = []
  for (const path of member) members.push(await readIdentity(path))
  const salt = toHex(new Uint8Array(randomBytes(32)))
  const content = { name, salt, members, parameters: DEFAULT_PARAMETERS }
  const built = genesisWith(content, await readDeclarations(flags))
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
  const { artefactTypes, architectureRules } = document
  return {
    network: document.name,
    fingerprint: chain,
    members,
    faultsTolerated: tolerated,
    ...given({ artefactTypes, architectureRules }),
  }
}

function linesOf(genesis: Genesis): readonly string[] {
  const { network, members, faultsTolerated: tolerated } = summaryOf(genesis)
  return [
    `network ${network}: ${members.join(', ')}`,
    `  ${quorum(members.length)} of ${members.length} decide; ${toleranceWords(tolerated)}`,
    '  fingerprint, to compare by telephone before anyone joins:',
    ...formatFingerprint(genesis.chain).map((line) => `    ${line}`),
    ...describeDeclarations(genesis.document).map((line) => `  ${line}`),
  ]
}

/** @param tolerated Byzantine members that the committee survives */
export function toleranceWords(tolerated: number): string {
  if (tolerated === 0) return 'tolerates no Byzantine member: that takes 4'
  return `tolerates ${tolerated} Byzantine member${tolerated === 1 ? '' : 's'}`
}
