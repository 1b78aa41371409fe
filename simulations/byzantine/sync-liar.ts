import type { CommitProof } from '../../protocol/chain/commit-proof.ts'
import { blockIdOf, decodeHeader, encodeHeader } from '../../protocol/chain/header.ts'
import type { Commit } from '../../protocol/consensus/message.ts'
import { isRejection } from '../../protocol/rejection.ts'
import type { WireMessage } from '../../protocol/wire/message.ts'
import type { Actor, ActorTools, Outgoing } from './actor.ts'
import { frameIn, withFrame } from './rewording.ts'

/** Valid as far as it goes. */
function shortProof(proof: CommitProof): CommitProof {
  const { signers, signatures } = proof
  return { ...proof, signers: signers.slice(0, 1), signatures: signatures.slice(0, 1) }
}

type Tip = Extract<WireMessage, { kind: 'tip' }>
type Block = Extract<WireMessage, { kind: 'block' }>
const HEIGHTS_AHEAD_MAX = 1_000

/**
 * Lies to those who catch up: claims heights that nobody decided, with proofs of its own making;
 * answers with torn blocks, blocks of other heights, or no blocks at all.
 */
export function syncLiar(tools: ActorTools): Actor {
  const { random } = tools

  function forgedTip({ header, proof }: Tip): Tip | undefined {
    const decoded = decodeHeader(header)
    if (isRejection(decoded)) return undefined
    const height = decoded.height + random.integer(1, HEIGHTS_AHEAD_MAX)
    const headerBytes = encodeHeader({ ...decoded, height })
    const block = blockIdOf(headerBytes)
    const own = tools.sign({ kind: 'commit', height, view: 0, block, member: tools.self }) as Commit
    const alone = random.chance(0.5)
    const signers = alone ? [tools.self] : proof.signers
    const signatures = signers.map(() => own.signature)
    return {
      kind: 'tip',
      header: headerBytes,
      proof: { height, view: 0, block, signers, signatures },
    }
  }

  /** A block that nobody decided, on which everything fits but the signatures under it. */
  function forgedBlock({ header, body, proof }: Block): Block | undefined {
    const decoded = decodeHeader(header)
    if (isRejection(decoded)) return undefined
    const proposer = (decoded.proposer + 1) % tools.members
    const headerBytes = encodeHeader({ ...decoded, proposer })
    const block = blockIdOf(headerBytes)
    return { kind: 'block', header: headerBytes, body, proof: { ...proof, block } }
  }

  function lie(message: Outgoing, frame: WireMessage | undefined): readonly Outgoing[] {
    if (frame?.kind === 'tip') {
      const forged = forgedTip(frame)
      return forged === undefined ? [message] : [withFrame(message, forged)]
    }
    if (frame?.kind === 'block') {
      const height = frame.proof.height
      const forged = forgedBlock(frame)
      if (forged !== undefined && random.chance(0.5)) return [withFrame(message, forged)]
      return random.pick<readonly Outgoing[]>([
        [],
        [withFrame(message, { kind: 'no-block', height })],
        [withFrame(message, { ...frame, proof: shortProof(frame.proof) })],
        [withFrame(message, { ...frame, body: frame.body.slice(1) })],
        [withFrame(message, { ...frame, proof: { ...frame.proof, height: height + 1 } })],
        [
          withFrame(message, {
            ...frame,
            proof: { ...frame.proof, signatures: [...frame.proof.signatures].reverse() },
          }),
        ],
      ])
    }
    if (frame?.kind === 'get-blocks')
      return [withFrame(message, { ...frame, to: Number.MAX_SAFE_INTEGER })]
    return [message]
  }

  return {
    name: 'sync liar',
    rewrite: (message) => (random.chance(0.7) ? lie(message, frameIn(message)) : [message]),
  }
}
