import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  accuracy,
  decodeClassifier,
  encodeClassifier,
  newClassifier,
  train,
} from '../../../cli/example/classifier.ts'
import { readDigits, writeDigits } from '../../../cli/example/digits.ts'
import { decodeSafetensors, encodeSafetensors } from '../../../cli/example/safetensors.ts'

describe('the safetensors file of the example', () => {
  it('has the layout of the format: aligned JSON header, offsets without holes', () => {
    const file = Buffer.from(
      encodeSafetensors(
        {
          a: { shape: [2], values: Float32Array.of(1, -2) },
          b: { shape: [1, 1], values: Float32Array.of(0.5) },
        },
        { format: 'test' },
      ),
    )
    const headerBytes = Number(file.readBigUInt64LE(0))
    assert.equal(headerBytes % 8, 0)
    assert.equal(file[8], '{'.charCodeAt(0))
    const header = JSON.parse(file.toString('utf8', 8, 8 + headerBytes))
    assert.deepEqual(header, {
      __metadata__: { format: 'test' },
      a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
      b: { dtype: 'F32', shape: [1, 1], data_offsets: [8, 12] },
    })
    assert.equal(file.length, 8 + headerBytes + 12)
    assert.equal(file.readFloatLE(8 + headerBytes + 4), -2)
  })

  it('reads back what it wrote and refuses a cut file', () => {
    const file = encodeSafetensors({ w: { shape: [3], values: Float32Array.of(1, 2, 3) } }, {})
    assert.deepEqual(decodeSafetensors(file)['w']?.values, Float32Array.of(1, 2, 3))
    assert.throws(() => decodeSafetensors(file.subarray(0, file.length - 1)), /within the file/)
    assert.throws(() => decodeSafetensors(file.subarray(0, 4)), /header does not fit/)
  })
})

describe('the digit classifier of the example', () => {
  it('learns real handwriting, and the child that is fine-tuned from its file knows more', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'pedigree-digits-'))
    try {
      const parts = await writeDigits(directory)
      assert.equal(parts.base + parts.finetune + parts.test, 10_000)
      const unseen = await readDigits(directory, 'test')
      const base = newClassifier(1)
      assert.ok(accuracy(base, unseen) < 0.3)
      train(base, await readDigits(directory, 'base'), { epochs: 1, learningRate: 0.02, seed: 1 })
      assert.ok(accuracy(base, unseen) > 0.85)
      const child = decodeClassifier(encodeClassifier(base, { part: 'base' }))
      train(child, await readDigits(directory, 'finetune'), {
        epochs: 2,
        learningRate: 0.02,
        seed: 2,
      })
      assert.ok(accuracy(child, unseen) > accuracy(base, unseen))
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })
})
