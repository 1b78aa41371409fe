import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { createSigner } from '../../../daemon/keys/ed25519.ts'
import { GuardedSigner } from '../../../daemon/storage/guarded-signer.ts'
import { SigningGuard } from '../../../daemon/storage/signing-guard.ts'
import { InvariantError } from '../../../protocol/assert.ts'
import { type Digest, digestOf } from '../../../protocol/digest.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import type { Guard } from '../../../protocol/ports.ts'
import { publicKeyOf, verifySignature } from '../../../protocol/records/ed25519.ts'
import { commitSignable, prepareSignable } from '../../../protocol/signables.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const digest = (text: string): Digest => digestOf(utf8Encode(text))
const CHAIN = digest('a chain')
const SLOT_BYTES = 4_096

function guardAt(height: number, view: number, signed: Partial<Guard> = {}): Guard {
  return { height, view, prePrepare: null, prepare: null, commit: null, ...signed }
}

describe('the signing guard', () => {
  const at = temporaryFolder()

  async function written(...guards: readonly Guard[]): Promise<string> {
    const path = at('guard')
    const guard = await SigningGuard.open(path, CHAIN)
    await guard.begin()
    for (const next of guards) await guard.raise(next)
    await guard.close()
    return path
  }

  async function reopened(path: string) {
    const guard = await SigningGuard.open(path, CHAIN)
    await guard.close()
    return guard
  }

  it('holds nothing at first', async () => {
    const guard = await reopened(at('guard'))
    assert.deepEqual([guard.isNew, guard.isCorrupt, guard.durable], [true, false, null])
  })

  it('is new no more once it began', async () => {
    const guard = await reopened(await written())
    assert.deepEqual([guard.isNew, guard.isCorrupt, guard.durable], [false, false, guardAt(0, 0)])
  })

  it('is corrupt for ever once it is condemned, whatever it held', async () => {
    const path = await written(guardAt(3, 0), guardAt(4, 0), guardAt(5, 0))
    const sound = await SigningGuard.open(path, CHAIN)
    await sound.condemn()
    await assert.rejects(sound.raise(guardAt(6, 0)), InvariantError)
    await sound.close()
    const guard = await reopened(path)
    assert.deepEqual([guard.isCorrupt, guard.durable], [true, null])
  })

  it('that was lost is brought back at a place, and goes on from there', async () => {
    const lost = await SigningGuard.open(at('guard'), CHAIN)
    await lost.condemn()
    await lost.revive(guardAt(8, 0))
    await lost.raise(guardAt(8, 1, { prepare: digest('a block') }))
    await lost.close()
    const guard = await reopened(at('guard'))
    assert.deepEqual(
      [guard.isCorrupt, guard.durable],
      [false, guardAt(8, 1, { prepare: digest('a block') })],
    )
    await assert.rejects(guard.revive(guardAt(9, 0)), InvariantError)
  })

  it('stays corrupt once it was found lost, however often it is opened', async () => {
    const lost = await SigningGuard.open(at('guard'), CHAIN)
    await lost.condemn()
    await assert.rejects(lost.raise(guardAt(1, 0)), InvariantError)
    await lost.close()
    for (let i = 0; i < 2; i++) {
      const guard = await reopened(at('guard'))
      assert.deepEqual([guard.isNew, guard.isCorrupt], [false, true])
    }
  })

  it('gives back what was raised last', async () => {
    const last = guardAt(5, 2, { prepare: digest('b'), commit: digest('c') })
    const path = await written(guardAt(4, 0), guardAt(5, 2, { prepare: digest('b') }), last)
    assert.deepEqual((await reopened(path)).durable, last)
  })

  for (const count of [1, 2, 3]) {
    it(`falls back to the guard before when write ${count} is torn at any place`, async () => {
      const guards = [guardAt(1, 0), guardAt(2, 0), guardAt(3, 0)].slice(0, count)
      const path = await written(...guards)
      const bytes = await readFile(path)
      // The first slot was written when the guard was made.
      const slot = ((count + 1) % 2) * SLOT_BYTES
      for (let i = 0; i < 200; i += 9) {
        const torn = Buffer.from(bytes)
        torn.writeUInt8(torn.readUInt8(slot + i) ^ 0xff, slot + i)
        await writeFile(path, torn)
        const guard = await reopened(path)
        // Behind the CRC nothing is said, so damage there harms nobody.
        const harmless = guard.durable?.height === count
        assert.ok(harmless || guard.durable?.height === count - 1, `byte ${i}`)
        assert.ok(!harmless || i > 160, `byte ${i}`)
        assert.equal(guard.isCorrupt, false)
      }
    })
  }

  it('is corrupt when no slot is valid but something was written', async () => {
    const path = await written(guardAt(1, 0), guardAt(2, 0))
    const bytes = await readFile(path)
    bytes.writeUInt8(0xff, 20)
    bytes.writeUInt8(0xff, SLOT_BYTES + 20)
    await writeFile(path, bytes)
    const guard = await reopened(path)
    assert.equal(guard.isCorrupt, true)
    assert.throws(
      () => new GuardedSigner(CHAIN, guard, createSigner(new Uint8Array(32))),
      InvariantError,
    )
  })

  it('refuses the guard of another chain', async () => {
    const path = await written(guardAt(1, 0))
    await assert.rejects(SigningGuard.open(path, digest('another')), { code: 'storage-foreign' })
  })

  const refused: readonly (readonly [string, Guard, Guard])[] = [
    ['an older height', guardAt(5, 0), guardAt(4, 9)],
    ['an older view', guardAt(5, 3), guardAt(5, 2)],
    [
      'another digest',
      guardAt(5, 3, { prepare: digest('a') }),
      guardAt(5, 3, { prepare: digest('b') }),
    ],
    ['a digest taken back', guardAt(5, 3, { commit: digest('a') }), guardAt(5, 3)],
  ]
  for (const [what, present, next] of refused) {
    it(`refuses ${what}`, async () => {
      const guard = await SigningGuard.open(at('guard'), CHAIN)
      await guard.raise(present)
      await assert.rejects(guard.raise(next), InvariantError)
      assert.deepEqual(guard.durable, present)
      await guard.close()
    })
  }
})

describe('the guarded signer', () => {
  const at = temporaryFolder()
  const seed = new Uint8Array(32).fill(3)
  const place = { chain: CHAIN, height: 5, view: 1 }
  const signable = prepareSignable(place, digest('block'), -1)
  let guard: SigningGuard
  let signer: GuardedSigner

  beforeEach(async () => {
    guard = await SigningGuard.open(at('guard'), CHAIN)
    signer = new GuardedSigner(CHAIN, guard, createSigner(seed))
  })
  afterEach(() => guard.close())

  it('signs what the durable guard names', async () => {
    await guard.raise(guardAt(5, 1, { prepare: digestOf(signable) }))
    const signature = signer.sign(signable)
    assert.ok(verifySignature({ key: publicKeyOf(seed), message: signable, signature }))
  })

  it('signs nothing while the guard is on its way to the disk', async () => {
    const raising = guard.raise(guardAt(5, 1, { prepare: digestOf(signable) }))
    assert.throws(() => signer.sign(signable), InvariantError)
    await raising
  })

  it('refuses another block, type, view, height and chain than the guard names', async () => {
    await guard.raise(guardAt(5, 1, { prepare: digestOf(signable) }))
    const others = [
      prepareSignable(place, digest('other'), -1),
      prepareSignable(place, null, -1),
      commitSignable(place, digest('block')),
      prepareSignable({ ...place, view: 2 }, digest('block'), -1),
      prepareSignable({ ...place, height: 6 }, digest('block'), -1),
      prepareSignable({ ...place, chain: digest('another') }, digest('block'), -1),
      signable.subarray(0, 40),
    ]
    for (const other of others) assert.throws(() => signer.sign(other), InvariantError)
  })

  it('refuses a digest that stands under another type', async () => {
    await guard.raise(guardAt(5, 1, { commit: digestOf(signable) }))
    assert.throws(() => signer.sign(signable), InvariantError)
  })
})
