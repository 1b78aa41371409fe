import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { openHome } from '../../home/home.ts'
import { exitCodeOfChild, spawnNode } from '../../node/spawn-node.ts'
import { joinedGenesis } from '../../session.ts'
import { examples, integerOption } from '../options.ts'
import type { Run } from '../run-handler.ts'

const PORT_MAX = 65_535

interface StartOptions {
  readonly rpcTcp?: number
}

export function addStartCommand(program: Command, run: Run): void {
  program
    .command('start')
    .description('run the node of this home in the foreground; SIGTERM or Ctrl-C stops it cleanly')
    .option(
      '--rpc-tcp <port>',
      'let the local API answer on this port of 127.0.0.1 too, to whoever shows the token in node/rpc-token',
      integerOption(0, PORT_MAX),
    )
    .addHelpText(
      'after',
      examples('pedigree --home ./acme start', 'pedigree --home ./acme start --rpc-tcp 4100'),
    )
    .action(run(start))
}

/** The node is a process of its own: this one waits for it, and hands signals on. */
async function start(context: Context, { rpcTcp }: StartOptions): Promise<number> {
  const home = await openHome(context.home)
  await joinedGenesis(home)
  const more = rpcTcp === undefined ? [] : ['--rpc-tcp', String(rpcTcp)]
  const child = spawnNode(home.path, 'inherit', more)
  const stop = () => child.kill('SIGTERM')
  context.signal.addEventListener('abort', stop, { once: true })
  process.once('exit', stop)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      context.signal.removeEventListener('abort', stop)
      process.off('exit', stop)
      resolve(exitCodeOfChild(code, signal))
    })
  })
}
