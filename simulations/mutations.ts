import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { tryMutant } from './mutations/mutant.ts'
import { MUTATIONS } from './mutations/table.ts'

const SEEDS = '1..150'
const TIMEOUT_MS = 240_000

/** Takes the rules of the protocol out one by one, and says whether anything noticed. Exit 1 when something did not. */
function main(): number {
  const { values, positionals } = parseArgs({
    options: { seeds: { type: 'string', default: SEEDS } },
    allowPositionals: true,
  })
  const chosen = MUTATIONS.filter(({ id }) => positionals.length === 0 || positionals.includes(id))
  let missed = 0
  for (const mutation of chosen) {
    const fate = tryMutant(dirname(import.meta.dirname), mutation, {
      seeds: values.seeds,
      timeoutMs: TIMEOUT_MS,
    })
    if (fate.kind !== 'killed') missed++
    const detail =
      fate.kind === 'killed' ? `by ${fate.by}` : fate.kind === 'invalid' ? fate.why : ''
    process.stdout.write(
      `${fate.kind.padEnd(8)} ${mutation.id.padEnd(28)} ${mutation.what}\n         ${detail}\n`,
    )
  }
  process.stdout.write(
    `\n${chosen.length} mutations, ${chosen.length - missed} noticed, ${missed} not\n`,
  )
  return missed === 0 ? 0 : 1
}

process.exitCode = main()
