import type { Command } from 'commander'
import { canonicalJson } from '../../../protocol/encoding/canonical-json.ts'
import type { Context } from '../../context.ts'
import { writeAtomically } from '../../home/atomic-write.ts'
import { openHome } from '../../home/home.ts'
import { readOwnIdentity } from '../../network/identity-file.ts'
import { examples } from '../options.ts'
import type { Run } from '../run-handler.ts'

interface IdentityOptions {
  readonly out?: string
}

export function addIdentityCommand(program: Command, run: Run): void {
  program
    .command('identity')
    .description('print the public identity, to hand to the other organisations: no secrets in it')
    .option('--out <file>', 'write it to a file')
    .addHelpText('after', examples('pedigree --home ./acme identity --out acme.json'))
    .action(run(identity))
}

async function identity({ home, output }: Context, { out }: IdentityOptions): Promise<undefined> {
  const own = await readOwnIdentity(await openHome(home))
  if (out === undefined) {
    output.result(own, [JSON.stringify(own, null, 2)])
    return undefined
  }
  await writeAtomically(out, canonicalJson(own), { mode: 0o644 })
  output.result(own, [`wrote ${out}: the public identity of ${own.organisation}`])
  return undefined
}
