/**
 * Kinds of evidence that mean the same to everyone. Others are possible, and mean what their signer
 * says. Nobody on the ledger reads what is attached: its digest says only which document it is.
 */
export const EVIDENCE_KINDS = {
  'platform-attestation': 'attestation of the platform that it was made on',
  'service-attestation': 'attestation of the service that it is offered through',
  'device-attestation': 'attestation of the device that it runs in',
  'test-harness': 'result of a test harness or of a formal verification',
} as const satisfies Readonly<Record<string, string>>

/** What a kind means, in words; undefined for one that is not of the table. */
export function meaningOfEvidence(kind: string): string | undefined {
  return Object.hasOwn(EVIDENCE_KINDS, kind)
    ? EVIDENCE_KINDS[kind as keyof typeof EVIDENCE_KINDS]
    : undefined
}
