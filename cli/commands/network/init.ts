import { userInfo } from 'node:os'
import type { Command } from 'commander'
import type { Identity } from '../../../protocol/chain/identity.ts'
import { isSlug } from '../../artefacts/artefact-name.ts'
import { cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { createHome } from '../../network/create-home.ts'
import { describeIdentity } from '../../network/describe-identity.ts'
import { examples, repeatedOption } from '../options.ts'
import type { Run } from '../run-handler.ts'

interface InitOptions {
  readonly org: string
  readonly person?: string
  readonly listen?: readonly string[]
  readonly announce?: readonly string[]
}

export function addInitCommand(program: Command, run: Run): void {
  program
    .command('init')
    .description('create a home: keys, configuration, a first person; prints the public identity')
    .requiredOption('--org <name>', 'the organisation that this node belongs to')
    .option('--person <name>', 'the first person who signs (default: your user name)')
    .option('--listen <multiaddr>', 'where the node listens; port 0: a free one', repeatedOption)
    .option('--announce <multiaddr>', 'what the others dial, if not the same', repeatedOption)
    .addHelpText(
      'after',
      examples(
        'pedigree --home ./acme init --org acme --person alice',
        'pedigree init --org acme --listen /ip4/0.0.0.0/tcp/4001 --announce /dns4/node.acme.example/tcp/4001',
      ),
    )
    .action(run(init))
}

async function init(context: Context, options: InitOptions): Promise<undefined> {
  const organisation = slug(options.org, '--org')
  const person = slug(options.person ?? userInfo().username.toLowerCase(), '--person')
  const identity = await createHome(context.home, {
    organisation,
    person,
    listen: options.listen ?? [],
    announce: options.announce ?? [],
  })
  context.output.result(identity, linesOf(context, identity))
  return undefined
}

function slug(text: string, option: string): string {
  if (isSlug(text)) return text
  throw cliError(
    'usage',
    `${option} ${text}: use lowercase letters, digits, dots, dashes and underscores`,
  )
}

function linesOf(context: Context, identity: Identity): readonly string[] {
  return [
    `created ${context.home} for ${identity.organisation}`,
    ...describeIdentity(identity),
    'The keys of people are in user/keys, those of the node in node/keys: back them up, hand them to nobody.',
    `next: pedigree --home ${context.home} identity --out ${identity.organisation}.json, for the other organisations`,
  ]
}
