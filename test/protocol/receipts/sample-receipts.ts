import { createPublicKey, verify as cryptoVerify } from 'node:crypto'
import type { Digest } from '../../../protocol/digest.ts'
import type { SignatureCheck } from '../../../protocol/ports.ts'
import { buildReceipt } from '../../../protocol/receipts/build-receipt.ts'
import type { Receipt } from '../../../protocol/receipts/receipt.ts'
import { verifyReceiptUnder } from '../../../protocol/receipts/verify-receipt.ts'
import { accepted } from '../../support/records.ts'
import { sampleFamily } from '../queries/sample-ledger.ts'

/** Receipts of the sample family, and their verification. */

export type MutableReceipt = {
  -readonly [K in keyof Receipt]: Receipt[K]
}

export const family = sampleFamily()
export const { genesis, genesisBytes, reader } = family.ledger

export function receiptOf(id: Digest, ancestors = true): Uint8Array {
  return accepted(buildReceipt(reader, id, { genesis, ancestors }))
}

export function openReceipt(bytes: Uint8Array): MutableReceipt {
  return JSON.parse(new TextDecoder().decode(bytes)) as MutableReceipt
}

export function verify(bytes: Uint8Array) {
  return verifyReceiptUnder(bytes, genesis, verifyNatively)
}

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** As a node does it, because a test that verifies thousands of receipts needs the speed. */
function verifyNatively({ key, message, signature }: SignatureCheck): boolean {
  const der = Buffer.concat([SPKI_PREFIX, key])
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' })
  return cryptoVerify(null, message, publicKey, signature)
}
