import type { Capture, CapturedFile } from '../../../cli/capture/capture.ts'

/** A capture of a small training, with other fields where they are given. */
export function sampleCapture(more: Partial<Capture> = {}): Capture {
  return {
    format: 'pedigree-capture/1',
    name: 'train',
    command: {
      argv: ['python3', 'train.py', '--lr', '0.1'],
      cwd: '.',
      exitCode: 0,
      startedMs: 1_780_000_000_000,
      durationMs: 1_234,
      processes: 1,
    },
    layers: [{ layer: 'strace', used: true }],
    files: [
      fileOf('data/a.csv', 'input', 'a'),
      fileOf('data/b.csv', 'input', 'b'),
      fileOf('model.bin', 'output', 'c'),
    ],
    environment: { files: 12, digest: 'd'.repeat(64) },
    endpoints: [],
    software: [
      { purl: 'pkg:generic/python@3.11.2', how: 'inferred' },
      { purl: 'pkg:pypi/numpy@1.26.4', how: 'observed' },
    ],
    hardware: { cores: 2, platform: 'linux' },
    parameters: [{ name: 'lr', value: 0.1, from: 'command line', how: 'observed' }],
    metrics: [{ name: 'accuracy', value: 0.97, from: 'metrics.json', how: 'observed' }],
    redacted: [],
    opaque: [],
    notes: [],
    ...more,
  }
}

/** @param digit of which its digest consists, or the digest */
export function fileOf(path: string, role: CapturedFile['role'], digit: string): CapturedFile {
  const sha256 = digit.length === 1 ? digit.repeat(64) : digit
  return { path, role, how: 'observed', sha256, bytes: 3 }
}
