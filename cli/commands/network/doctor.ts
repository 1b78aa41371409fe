import type { Command } from 'commander'
import { examineMachine, type Finding } from '../../capture/doctor.ts'
import { CliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { printable } from '../../output/printable.ts'
import { openSession } from '../../session.ts'
import { examples } from '../options.ts'
import type { Run } from '../run-handler.ts'

export function addDoctorCommand(program: Command, run: Run): void {
  program
    .command('doctor')
    .description('what capture can see on this machine, and whether the node answers')
    .addHelpText('after', examples('pedigree doctor', 'pedigree --json doctor'))
    .action(run(doctor))
}

interface NodeState {
  readonly state: 'none' | 'running' | 'unreachable'
  readonly detail: string
}

async function doctor(context: Context): Promise<undefined> {
  const capture = await examineMachine(process.cwd())
  const node = await examineNode(context)
  const rows: readonly (readonly [string, string, string])[] = [
    ...capture.map(({ name, isUsable, detail }) => [name, wordOf(isUsable), detail] as const),
    ['node', node.state, node.detail],
  ]
  const lines = rows.map(
    ([name, word, detail]) => `${name.padEnd(9)} ${word.padEnd(11)} ${printable(detail)}`,
  )
  context.output.result({ capture, node, layers: layersOf(capture) }, [
    ...lines,
    `\`pedigree run\` would use: ${layersOf(capture).join(', ')}`,
  ])
  return undefined
}

function wordOf(isUsable: boolean): string {
  return isUsable ? 'yes' : 'no'
}

function layersOf(findings: readonly Finding[]): readonly string[] {
  const layers = findings.filter(
    ({ name, isUsable }) =>
      isUsable && (name === 'strace' || name === 'python' || name === 'snapshot'),
  )
  return [...layers.map(({ name }) => name), 'log', 'flags']
}

/** A home is not needed to capture, so that there is none is no fault. */
async function examineNode(context: Context): Promise<NodeState> {
  try {
    const { chain } = await openSession(context)
    const { height, network } = await chain.status()
    return { state: 'running', detail: `${network}, block ${height}` }
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    const isNone = error.code === 'home-missing' || error.code === 'no-network'
    return { state: isNone ? 'none' : 'unreachable', detail: error.message }
  }
}
