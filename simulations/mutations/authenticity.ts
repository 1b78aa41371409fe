import type { Mutation } from './mutation.ts'

/** What is signed, who signed it, and what must be checked before it counts. */
export const AUTHENTICITY_MUTATIONS: readonly Mutation[] = [
  {
    id: 'no-chain-in-signables',
    what: 'what is signed does not name its chain',
    file: 'protocol/signables.ts',
    find: '.raw(digestBytes(chain))',
    replace: '.raw(digestBytes(chain.length > 0 ? ZERO_DIGEST : chain))',
  },
  {
    id: 'no-height-in-signables',
    what: 'what is signed does not name its height',
    file: 'protocol/signables.ts',
    find: '.u64(height)',
    replace: '.u64(height * 0)',
  },
  {
    id: 'no-view-in-signables',
    what: 'what is signed does not name its view',
    file: 'protocol/signables.ts',
    find: '.u32(view)',
    replace: '.u32(view * 0)',
  },
  {
    id: 'votes-not-verified',
    what: 'consensus messages count whatever their signatures',
    file: 'protocol/replica/frames.ts',
    find: 'if (!results.every(Boolean)) return\n',
    replace: 'if (results.length < 0) return\n',
  },
  {
    id: 'proofs-not-verified',
    what: 'a decided block is taken over whatever the signatures of its proof',
    file: 'protocol/replica/catch-up/catch-up.ts',
    find: 'if (!results.every(Boolean)) return distrust(core, job.from)',
    replace: 'if (results.length < 0) return distrust(core, job.from)',
  },
  {
    id: 'tips-not-verified',
    what: 'a claimed height moves the target without a valid proof',
    file: 'protocol/replica/catch-up/catch-up.ts',
    find: 'if (!results.every(Boolean) || proof.height <= core.head.height) return',
    replace: 'if (proof.height <= core.head.height) return',
  },
  {
    id: 'proof-too-short',
    what: 'a commit proof needs no quorum',
    file: 'protocol/chain/commit-proof.ts',
    find: 'if (signers.length < needed) {',
    replace: 'if (signers.length < needed && signers.length === 0) {',
  },
  {
    id: 'authors-not-verified',
    what: 'records are admitted whatever their signatures',
    file: 'protocol/replica/pool/admission.ts',
    find: 'results[index] === true ?',
    replace: 'results.length > index ?',
  },
  {
    id: 'bodies-not-verified',
    what: 'the signatures inside a proposed block are not looked at',
    file: 'protocol/replica/blocks/checking.ts',
    find: 'if (!results.every(Boolean)) return verdict(core, job.block, false)',
    replace: 'if (results.length < 0) return verdict(core, job.block, false)',
  },
  {
    id: 'roots-not-compared',
    what: 'a block’s roots are not compared with what executing it gives',
    file: 'protocol/replica/blocks/checking.ts',
    find: 'result.stateRoot !== header.stateRoot',
    replace: 'result.stateRoot.length !== header.stateRoot.length',
  },
  {
    id: 'flood-not-limited',
    what: 'a member may ask for any number of signature checks',
    file: 'protocol/replica/frames.ts',
    find: 'if (!core.limits.consensus.take(from, signed.length, core.nowMs)) return',
    replace: '',
  },
]
