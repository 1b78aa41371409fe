import { quorumOf } from './invariants/quorums.ts'
import { PERFECT_LINKS } from './network.ts'
import type { SimulatedNode } from './node.ts'
import { Violation } from './violation.ts'
import { World, type WorldOptions } from './world.ts'

export interface TrialReport {
  readonly seed: number
  readonly violation: Violation | undefined
  readonly virtualMs: number
  readonly heights: number
  readonly acknowledged: number
  /** Equal for two runs exactly when the same things happened. */
  readonly storyHash: string
  readonly story: readonly string[]
}

const PROGRESS_HEIGHTS = 3
const PROGRESS_WITHIN_MS = 300_000
const SETTLE_WITHIN_MS = 400_000
const HEALED_DELAY_MAX_MS = 50

/**
 * One world from its beginning to its end: chaos, in which only safety is asked; then a core of honest
 * members is healed and must make progress; then all honest members, and everything must settle.
 */
export function runTrial(options: WorldOptions): TrialReport {
  const world = new World(options)
  const violation = violationIn(() => {
    chaos(world)
    progress(world)
    settle(world)
  })
  world.story.tell(
    'world',
    violation === undefined ? 'all is well' : `VIOLATION ${violation.message}`,
  )
  return {
    seed: world.plan.seed,
    violation,
    virtualMs: world.queue.nowMs,
    heights: world.ledger.height,
    acknowledged: world.ledger.acknowledged.size,
    storyHash: world.story.hash,
    story: world.story.lines,
  }
}

export function violationIn(action: () => void): Violation | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    if (error instanceof Violation) return error
    throw error
  }
}

function chaos(world: World): void {
  world.begin()
  world.workload.begin()
  world.nemesis.begin()
  world.runUntil(world.plan.chaosMs)
}

/** Heals the world around a random core that can decide without the rest, which stays down. */
function progress(world: World): void {
  world.nemesis.stop()
  world.network.mendAll()
  const { links, size } = world.plan
  world.network.quality = {
    ...PERFECT_LINKS,
    delayMeanMs: Math.min(links.delayMeanMs, HEALED_DELAY_MAX_MS),
  }
  const random = world.random.fork('core')
  const honest = random.shuffle(world.honest)
  const voters = honest.filter(({ disk }) => !disk.guardIsLost)
  const core = voters.slice(0, random.integer(quorumOf(size), voters.length))
  for (const node of honest) {
    if (!core.includes(node)) node.crash()
  }
  for (const node of [...core, ...world.nodes.filter(({ faulty }) => faulty)]) {
    node.spare()
    if (node.isMute) node.crash()
    node.start()
  }
  world.story.tell('world', `heals ${core.map(({ name }) => name).join(' ')}`)
  const goal = world.ledger.height + PROGRESS_HEIGHTS
  const reached = () => core.every((node) => (node.status()?.height ?? 0) >= goal)
  if (!world.runUntil(PROGRESS_WITHIN_MS, reached)) {
    throw new Violation(
      'progress',
      `not at height ${goal} within ${PROGRESS_WITHIN_MS} ms: ${whereabouts(core)}`,
    )
  }
}

/** Everyone honest is back: all ledgers become equal, and every record's fate is known. */
function settle(world: World): void {
  const { workload, ledger, honest } = world
  workload.stop()
  for (const node of honest) node.start()
  world.story.tell('world', 'heals all')
  const settled = () => workload.pending.length === 0
  const level = () => honest.every((node) => node.status()?.height === ledger.height)
  const quiet = () => honest.every(({ unjudged, verifying }) => unjudged === 0 && verifying === 0)
  if (!world.runUntil(SETTLE_WITHIN_MS, () => settled() && level() && quiet())) {
    const waiting = workload.pending.map(({ what }) => what).join(', ')
    const where = whereabouts(honest)
    throw new Violation(
      'progress',
      `not settled within ${SETTLE_WITHIN_MS} ms; pending: ${waiting || 'nothing'}; ${where}`,
    )
  }
  for (const node of honest) ledger.verifyStore(node)
}

/** Where each of them is, for whoever wants to know why there was no progress. */
function whereabouts(nodes: readonly SimulatedNode[]): string {
  const each = nodes.map((node) => {
    const status = node.status()
    if (status === undefined) return `${node.name} is down`
    const { height, view, targetHeight, connected, maySign, poolRecords } = status
    const silent = maySign ? '' : ', may not sign'
    const waiting = `${poolRecords} pending, ${node.unjudged} unjudged`
    return `${node.name} at ${height} of ${targetHeight}, view ${view}, sees ${connected.join(' ')}, ${waiting}${silent}`
  })
  return each.join('; ')
}
