import type { MakeActor } from './byzantine/actor.ts'
import { faultyMax } from './invariants/quorums.ts'
import { type LinkQuality, PERFECT_LINKS } from './network.ts'
import { Random } from './random.ts'
import type { WorkloadPlan } from './workload.ts'

export type ActorName =
  | 'equivocating leader'
  | 'double voter'
  | 'silent leader'
  | 'slow leader'
  | 'withheld body'
  | 'mutating relay'
  | 'sync liar'
  | 'spammer'
  | 'certificate forger'
  | 'false accountant'
  | 'false justifier'
  | 'lock splitter'
  | 'usurper'
  | 'clock liar'
  | 'twins'

const ACTOR_NAMES: readonly ActorName[] = [
  'equivocating leader',
  'double voter',
  'silent leader',
  'slow leader',
  'withheld body',
  'mutating relay',
  'sync liar',
  'spammer',
  'certificate forger',
  'false accountant',
  'false justifier',
  'lock splitter',
  'usurper',
  'clock liar',
  'twins',
]

/** Mean virtual ms between two faults of a kind, over the whole world; infinity where a seed has none. */
export interface FaultRates {
  readonly crashMeanMs: number
  readonly downMeanMs: number
  /** Of crashes: between two effects of one step instead of between two steps. */
  readonly midStep: number
  /** Of crashes: while a barrier is under way. */
  readonly atBarrier: number
  readonly partitionMeanMs: number
  readonly partitionLengthMeanMs: number
  readonly clogMeanMs: number
  readonly clogLengthMeanMs: number
  readonly clockStepMeanMs: number
  /** Of times in which some kinds of consensus messages are lost on some links, and the others are not. */
  readonly muffleMeanMs: number
  readonly muffleLengthMeanMs: number
  /** Of long times in which some lock and others do not, from view to view. */
  readonly duelMeanMs: number
  readonly duelLengthMeanMs: number
  /** Of the loser's disks. */
  readonly diskLossMeanMs: number
}

/** All that one seed decides about its world. */
export interface WorldPlan {
  readonly seed: number
  readonly size: number
  readonly signatures: 'hashed' | 'ed25519'
  readonly links: LinkQuality
  readonly syncMeanMs: number
  /** Members whose disk breaks its promises. They may have to sit a height out, so they count as faulty. */
  readonly disorderly: ReadonlySet<number>
  /** A member that loses its disk, again and again; it counts as faulty until its organisation lets it sign again. */
  readonly loser: number | undefined
  /** Of each member: wall clock offset in ms, and drift in parts of one. */
  readonly clocks: readonly { readonly offsetMs: number; readonly drift: number }[]
  /** By member: one of the cast, or an actor of a scenario's own. */
  readonly liars: ReadonlyMap<number, ActorName | MakeActor>
  readonly rates: FaultRates
  readonly workload: WorkloadPlan
  readonly chaosMs: number
}

/** Liars whose lies are about votes. */
const DUELISTS: readonly ActorName[] = [
  'lock splitter',
  'lock splitter',
  'false justifier',
  'double voter',
  'twins',
]

const NEVER_MS = Number.POSITIVE_INFINITY
/** So that honest clocks differ by less than the chain allows. */
const CLOCK_OFFSET_MAX_MS = 400
const CLOCK_DRIFT_MAX = 0.0008
const CHAOS_MAX_MS = 30_000
const DUEL_CHAOS_MAX_MS = 60_000
const DUELING_SEEDS = 0.35
const ED25519_SEEDS = 0.05
/** Of those that leave room for one more fault. */
const LOSER_SEEDS = 0.5
const DISK_LOSS_MEAN_MS = 5_000

/**
 * Swarm style: each seed switches each kind of fault on or off and draws how hard it blows, so that
 * rare combinations meet.
 */
export function planOf(seed: number): WorldPlan {
  const random = new Random(`world ${seed}`)
  const dueling = random.chance(DUELING_SEEDS)
  const rates = dueling ? drawDuel(random) : drawRates(random)
  const size = random.chance(0.08) ? 10 : random.integer(4, 7)
  const plan = {
    seed,
    size,
    signatures: random.chance(ED25519_SEEDS) ? 'ed25519' : 'hashed',
    links: dueling
      ? { ...PERFECT_LINKS, delayMeanMs: random.pick([1, 20, 80]) }
      : drawLinks(random),
    syncMeanMs: random.pick([0.2, 1, 5, 30]),
    clocks: Array.from({ length: size }, () => drawClock(random)),
    liars: drawLiars(random, size, dueling),
    rates,
    workload: {
      intervalMeanMs: random.pick([150, 600, 2_000]),
      lifetimeMinMs: 8_000,
      lifetimeMaxMs: 90_000,
    },
    chaosMs: random.integer(10_000, dueling ? DUEL_CHAOS_MAX_MS : CHAOS_MAX_MS),
  } as const
  const disorderly = drawDisorderly(random, plan)
  return { ...plan, disorderly, loser: drawLoser(random, { ...plan, disorderly }) }
}

function drawDisorderly(
  random: Random,
  { size, liars }: Pick<WorldPlan, 'size' | 'liars'>,
): ReadonlySet<number> {
  const honest = Array.from({ length: size }, (_, i) => i).filter((i) => !liars.has(i))
  const count = random.integer(0, faultyMax(size) - liars.size)
  return new Set(random.shuffle(honest).slice(0, count))
}

function drawLoser(
  random: Random,
  { size, liars, disorderly }: Pick<WorldPlan, 'size' | 'liars' | 'disorderly'>,
): number | undefined {
  const sound = Array.from({ length: size }, (_, i) => i).filter(
    (member) => !liars.has(member) && !disorderly.has(member),
  )
  const isRoom = liars.size + disorderly.size < faultyMax(size)
  return isRoom && random.chance(LOSER_SEEDS) ? random.pick(sound) : undefined
}

function drawLinks(random: Random): LinkQuality {
  return {
    ...PERFECT_LINKS,
    delayMeanMs: random.pick([1, 5, 20, 80, 250]),
    loss: random.chance(0.5) ? random.between(0, 0.3) : 0,
    duplicate: random.chance(0.5) ? random.between(0, 0.4) : 0,
    reorder: random.chance(0.5) ? random.between(0, 0.5) : 0,
    capacity: random.chance(0.2) ? random.integer(8, 40) : PERFECT_LINKS.capacity,
  }
}

function drawClock(random: Random): { offsetMs: number; drift: number } {
  return {
    offsetMs: random.between(-CLOCK_OFFSET_MAX_MS, CLOCK_OFFSET_MAX_MS),
    drift: random.between(-CLOCK_DRIFT_MAX, CLOCK_DRIFT_MAX),
  }
}

function drawLiars(random: Random, size: number, dueling: boolean): ReadonlyMap<number, ActorName> {
  const count = random.chance(0.65) ? random.integer(1, faultyMax(size)) : 0
  const members = random.shuffle(Array.from({ length: size }, (_, i) => i)).slice(0, count)
  const names = dueling ? DUELISTS : ACTOR_NAMES
  return new Map(members.map((member) => [member, random.pick(names)]))
}

function drawRates(random: Random): FaultRates {
  const sometimes = (low: number, high: number) =>
    random.chance(0.5) ? random.between(low, high) : NEVER_MS
  return {
    crashMeanMs: sometimes(800, 6_000),
    downMeanMs: random.pick([100, 1_000, 5_000]),
    midStep: random.pick([0, 0.5, 0.9]),
    atBarrier: random.pick([0, 0.3, 0.8]),
    partitionMeanMs: sometimes(2_000, 8_000),
    partitionLengthMeanMs: random.pick([500, 3_000, 8_000]),
    clogMeanMs: sometimes(500, 4_000),
    clogLengthMeanMs: random.pick([300, 2_000, 5_000]),
    clockStepMeanMs: sometimes(3_000, 10_000),
    muffleMeanMs: sometimes(500, 5_000),
    muffleLengthMeanMs: random.pick([1_000, 4_000, 15_000]),
    duelMeanMs: NEVER_MS,
    duelLengthMeanMs: 0,
    diskLossMeanMs: DISK_LOSS_MEAN_MS,
  }
}

/** Few faults but the one that sets locks against each other, so that many views follow one another. */
function drawDuel(random: Random): FaultRates {
  return {
    ...drawRates(random),
    crashMeanMs: random.chance(0.3) ? random.between(4_000, 15_000) : NEVER_MS,
    partitionMeanMs: NEVER_MS,
    clogMeanMs: NEVER_MS,
    muffleMeanMs: NEVER_MS,
    duelMeanMs: random.between(300, 3_000),
    duelLengthMeanMs: random.pick([10_000, 30_000]),
  }
}

/** One line for a person. */
export function describePlan(plan: WorldPlan): string {
  const { links, rates } = plan
  const liars = [...plan.liars]
    .map(([member, name]) => `n${member} is a ${typeof name === 'string' ? name : 'scripted liar'}`)
    .join(', ')
  const faults = Object.entries(rates)
    .filter(
      ([name, mean]) =>
        /^(crash|partition|clog|clockStep|muffle|duel)MeanMs$/.test(name) && Number.isFinite(mean),
    )
    .map(([name, mean]) => `${name.replace('MeanMs', '')} every ${Math.round(mean as number)} ms`)
  const percent = (part: number) => `${Math.round(part * 100)} %`
  return [
    `${plan.size} organisations`,
    `${plan.signatures} signatures`,
    `links ${links.delayMeanMs} ms, loss ${percent(links.loss)}, twice ${percent(links.duplicate)}, reorder ${percent(links.reorder)}`,
    `disk ${plan.syncMeanMs} ms`,
    ...[...plan.disorderly].map((member) => `the disk of n${member} breaks its promises`),
    ...(plan.loser === undefined ? [] : [`n${plan.loser} loses its disks`]),
    ...faults,
    liars || 'no liars',
  ].join('; ')
}
