import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pc from 'picocolors'
import { Background, tell } from './shell.ts'
import { type Scene, tellStory } from './story.ts'

/**
 * The main job, as `npm start` runs it: a network of four organisations, the worked example, and then
 * the network stays up. With --once it ends after the example and leaves nothing behind.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { once: { type: 'boolean', default: false }, dir: { type: 'string' } },
  })
  const directory = values.dir ?? (await mkdtemp(join(tmpdir(), 'pedigree-')))
  await mkdir(directory, { recursive: true })
  process.stdout.write(
    `${pc.bold('Pedigree')}: four organisations certify a real model, in ${directory}\n\n`,
  )
  const begun = performance.now()
  const scene: Scene = { directory, network: await startNetwork(directory), restarted: [] }
  const stopped = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort())
  try {
    tell(
      'Four organisations, four processes, four sets of keys: one network.',
      `pedigree devnet --dir ${directory}`,
    )
    await untilAborted(tellStory(scene), stopped.signal)
    if (stopped.signal.aborted) return 130
    process.stdout.write(
      `\nThe example took ${((performance.now() - begun) / 1_000).toFixed(0)} s.\n`,
    )
    if (!values.once) await stayUp(scene, stopped.signal)
    return 0
  } finally {
    await Promise.all(scene.restarted.map((node) => node.stop()))
    await scene.network.stop()
    if (values.once && values.dir === undefined)
      await rm(directory, { recursive: true, force: true })
  }
}

function startNetwork(directory: string): Promise<Background> {
  return Background.start(['devnet', '--dir', directory])
}

async function stayUp(scene: Scene, signal: AbortSignal): Promise<void> {
  scene.network = await startNetwork(scene.directory)
  tell(
    'The network comes up again with all it knew, and stays.',
    `pedigree devnet --dir ${scene.directory}`,
  )
  const home = join(scene.directory, 'org4')
  process.stdout.write(`
In another terminal, try:
  npx pedigree --home ${home} status
  npx pedigree --home ${home} list
  npx pedigree --home ${home} lineage org3/child.safetensors
  npx pedigree --home ${home} verify ${join(scene.directory, 'work', 'fetched.safetensors')}
  npx pedigree --help
Ctrl-C stops all four nodes. Their homes stay in ${scene.directory}.
`)
  await aborted(signal)
}

/** The network's process keeps this one alive meanwhile. */
function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

async function untilAborted(story: Promise<void>, signal: AbortSignal): Promise<void> {
  await Promise.race([story, aborted(signal)])
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${pc.red('✗')} ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
