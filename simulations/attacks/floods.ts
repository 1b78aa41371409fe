import { CONSENSUS_MESSAGES_BURST, CONSENSUS_MESSAGES_PER_SECOND } from '../../protocol/limits.ts'
import { encodeWireMessage } from '../../protocol/wire/message-codec.ts'
import { packGossip } from '../gossip.ts'
import { Random } from '../random.ts'
import { signDataset } from '../records.ts'
import { type Attack, finding, judge } from './attack.ts'
import { INSIDER } from './smuggling.ts'
import { Stage } from './stage.ts'

const FLOOD_MS = 3_000
const FLOOD_TICK_MS = 10
const FORGED_VOTES_PER_TICK = 80
const WITHIN_MS = 10_000
const SUBMISSIONS = 200
const FRAMES = 2_000
const ANSWER_CODES =
  /^(?:too-large|malformed|not-canonical|too-deep|unknown-type|unknown-version|schema-violation)$/

/** Too much, and too strange. */
export const FLOOD_ATTACKS: readonly Attack[] = [
  {
    id: 'T-P9',
    attacker: 'an enrolled node',
    action: 'sends 8,000 forged votes a second to a member, for the height that is being decided',
    expected:
      'the member checks no more signatures for it than its quota; an honest certificate commits within 10 s',
    run: () => {
      const stage = new Stage({ liars: new Map([[INSIDER, 'silent leader']]) })
      const before = stage.checksAsked.get(1) ?? 0
      flood(stage)
      const checks = (stage.checksAsked.get(1) ?? 0) - before
      const quota = CONSENSUS_MESSAGES_BURST + (CONSENSUS_MESSAGES_PER_SECOND * FLOOD_MS) / 1_000
      const sent = (FLOOD_MS / FLOOD_TICK_MS) * FORGED_VOTES_PER_TICK
      const honest = signDataset(stage.signing(stage.person(2)), 'in-the-flood')
      const committed = stage.commit(2, honest, WITHIN_MS)
      return judge([
        finding(
          checks > 0 && checks <= quota * QUOTA_SLACK,
          `of ${sent} forged votes a member checked ${checks}, its quota is ${quota}`,
        ),
        finding(committed, 'an honest certificate commits within 10 s of the flood'),
      ])
    },
  },
  {
    id: 'T-M1',
    attacker: 'anyone who reaches the RPC, gossip or a stream',
    action:
      'sends torn, oversized, deeply nested, non-canonical and random bytes, and true frames with bits flipped',
    expected:
      'each submission is refused with a code of form; no node stops; the next honest certificate commits',
    run: () => {
      const stage = new Stage({ liars: new Map([[INSIDER, 'silent leader']]) })
      const random = new Random('malformed')
      const seed = signDataset(stage.signing(stage.person(1)), 'seed')
      const committed = stage.commit(1, seed)
      const answers = Array.from({ length: SUBMISSIONS }, (_, i) =>
        stage.submit(1, malformed(random, seed.envelope, i)),
      )
      const strange = answers.filter((answer) => !ANSWER_CODES.test(answer))
      for (let i = 0; i < FRAMES; i++) sendMalformed(stage, random, seed.envelope)
      stage.run(WITHIN_MS)
      const after = signDataset(stage.signing(stage.person(1)), 'after')
      return judge([
        finding(committed, 'an honest certificate commits before'),
        finding(
          strange.length === 0,
          `${SUBMISSIONS} malformed submissions are answered ${[...new Set(answers)].join(', ')}`,
        ),
        finding(
          stage.world.honest.every(({ alive }) => alive),
          `all honest nodes live after ${FRAMES} malformed frames`,
        ),
        finding(stage.commit(1, after), 'an honest certificate commits after'),
      ])
    },
  },
]

/** Traffic of the others in the same seconds. */
const QUOTA_SLACK = 1.1

function flood(stage: Stage): void {
  const height = (stage.node(1).status()?.height ?? 0) + 1
  let serial = 0
  for (let ms = 0; ms < FLOOD_MS; ms += FLOOD_TICK_MS) {
    for (let i = 0; i < FORGED_VOTES_PER_TICK; i++) {
      const signature = new Uint8Array(64).fill(serial % 251)
      const vote = {
        kind: 'prepare',
        height,
        view: 0,
        block: null,
        validView: -1,
        member: 2,
        signature,
      } as const
      new DataView(signature.buffer).setUint32(0, serial++)
      stage.sendFrame(INSIDER, 1, encodeWireMessage({ kind: 'vote', vote }))
    }
    stage.run(FLOOD_TICK_MS)
  }
}

function malformed(random: Random, good: Uint8Array, turn: number): Uint8Array {
  const text = new TextDecoder().decode(good)
  const encode = (changed: string) => new TextEncoder().encode(changed)
  switch (turn % 6) {
    case 0:
      return random.bytes(random.integer(0, 400))
    case 1:
      return good.slice(0, random.below(good.length))
    case 2:
      return new Uint8Array(65_536 + random.below(100_000)).fill(0x20)
    case 3:
      return encode(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)
    case 4:
      return encode(` ${text}`)
    default:
      return encode(text.replace('{', '{"extra":1,'))
  }
}

function sendMalformed(stage: Stage, random: Random, envelope: Uint8Array): void {
  const to = random.integer(1, 3)
  const frame = encodeWireMessage({ kind: 'records', envelopes: [envelope] })
  const flip = random.below(frame.length)
  frame[flip] = (frame[flip] ?? 0) ^ (1 << random.below(8))
  const bytes = random.pick([
    random.bytes(random.integer(0, 300)),
    frame,
    frame.slice(0, random.below(frame.length)),
  ])
  if (random.chance(0.5)) return stage.sendFrame(INSIDER, to, bytes)
  const topic = random.pick(['records', 'blocks'] as const)
  stage.world.network.send({
    from: INSIDER,
    to,
    channel: 'gossip',
    bytes: packGossip({ topic, bytes }),
  })
}
