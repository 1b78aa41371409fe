import assert from 'node:assert/strict'
import fc from 'fast-check'
import { toHex } from '../../../protocol/bytes.ts'
import { isRejection, type Rejection } from '../../../protocol/rejection.ts'

interface Codec<T> {
  readonly encode: (value: T) => Uint8Array
  readonly decode: (bytes: Uint8Array) => T | Rejection
}

/**
 * What every decoder owes: whatever the bytes, it answers and does not throw, and what it accepts has
 * no other byte form.
 */
export function assertStrict<T>(codec: Codec<T>, samples: readonly Uint8Array[]): void {
  const check = (bytes: Uint8Array) => {
    const value = codec.decode(bytes)
    if (!isRejection(value)) assert.equal(toHex(codec.encode(value)), toHex(bytes))
  }
  for (const sample of samples) {
    assert.ok(!isRejection(codec.decode(sample)), 'a sample is valid')
    check(sample)
    assert.ok(isRejection(codec.decode(Uint8Array.of(...sample, 0))), 'one byte more')
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), check), { numRuns: 200 })
  fc.assert(
    fc.property(fc.constantFrom(...samples), mutation, (sample, m) => check(mutate(sample, m))),
    {
      numRuns: 600,
    },
  )
}

/** Cuts some bytes out of a sample at one place and puts others in. */
const mutation = fc.record({
  at: fc.nat(),
  cut: fc.integer({ min: 0, max: 9 }),
  insert: fc.uint8Array({ maxLength: 9 }),
})

function mutate(
  sample: Uint8Array,
  { at, cut, insert }: { at: number; cut: number; insert: Uint8Array },
): Uint8Array {
  const start = at % (sample.length + 1)
  return Uint8Array.of(...sample.subarray(0, start), ...insert, ...sample.subarray(start + cut))
}
