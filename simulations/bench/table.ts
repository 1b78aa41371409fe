import type {
  ArtefactReport,
  BenchReport,
  CapturedRun,
  CaptureReport,
  LineageReport,
  LoadReport,
} from './measured.ts'

const LABEL_CHARS = 44
const VALUE_CHARS = 14

/** The report for people. */
export function tableOf(report: BenchReport): string {
  const { machine, nodes, envelopeBytes, load, lone, memory, artefacts, lineage, capture } = report
  return [
    `${nodes} nodes as ${nodes} processes on ${machine.cpus} x ${machine.model}, Node ${machine.node}`,
    `envelopes of ${envelopeBytes} bytes, every barrier synced`,
    '',
    row('', `${load.clients} clients`, `${lone.clients} client`),
    ...loadRows(load, lone),
    '',
    row('state tree, microseconds a record', report.stateTreeMicrosPerRecord.toFixed(1)),
    ...memory.map(({ organisation, residentBytes }) =>
      row(`memory of ${organisation}, MB`, (residentBytes / 1_000_000).toFixed(0)),
    ),
    ...(artefacts === undefined ? [] : artefactRows(artefacts)),
    ...(lineage === undefined ? [] : lineageRows(lineage)),
    ...(capture === undefined ? [] : captureRows(capture)),
    '',
  ].join('\n')
}

function loadRows(load: LoadReport, lone: LoadReport): string[] {
  const both = (label: string, of: (report: LoadReport) => number, digits: number) =>
    row(label, of(load).toFixed(digits), of(lone).toFixed(digits))
  return [
    both('certificates a second', (r) => r.certificatesPerSecond, 0),
    both('latency p50, ms', (r) => r.p50Ms, 1),
    both('latency p99, ms', (r) => r.p99Ms, 1),
    both('latency max, ms', (r) => r.maxMs, 1),
    both('certificates a block', (r) => r.certificates / r.blocks, 1),
    both('fsyncs a block and node', (r) => r.fsyncsPerBlock, 2),
    both('signature checks a record and node', (r) => r.signatureChecksPerRecordAndNode, 2),
    both('processors used by the nodes', (r) => r.nodeProcessors, 2),
    both('processors used by the clients', (r) => r.clientProcessors, 2),
  ]
}

function artefactRows(report: ArtefactReport): string[] {
  const { bytes, sha256, add, localRead, bitswapFetch, directory } = report
  const seconds = (ms: number) => (ms / 1_000).toFixed(1)
  return [
    '',
    row(`artefact of ${(bytes / 1_048_576).toFixed(0)} MiB`, 'MB/s'),
    row('plain SHA-256 of the file', sha256.toFixed(0)),
    row('add, durable', add.toFixed(0)),
    row('read where it is', localRead.toFixed(0)),
    row('fetch over bitswap', bitswapFetch.toFixed(0)),
    '',
    row('', 'add, s', 'fetch, s'),
    row(
      `directory of ${directory.files.toLocaleString('en')} files, ${(directory.bytes / 1_000_000).toFixed(0)} MB`,
      seconds(directory.addMs),
      seconds(directory.fetchMs),
    ),
  ]
}

function lineageRows({ artefacts, depth, up, down }: LineageReport): string[] {
  return [
    '',
    row(`lineage of ${depth} generations, ${artefacts} artefacts`, 'up', 'down'),
    row('artefacts in the answer', String(up.nodes), String(down.nodes)),
    row('latency p50, ms', up.p50Ms.toFixed(1), down.p50Ms.toFixed(1)),
    row('latency p99, ms', up.p99Ms.toFixed(1), down.p99Ms.toFixed(1)),
    row('microseconds an artefact', up.microsPerNode.toFixed(0), down.microsPerNode.toFixed(0)),
  ]
}

function captureRows({ compute, files }: CaptureReport): string[] {
  const both = (label: string, of: (run: CapturedRun) => string) =>
    row(label, of(compute), of(files))
  const slower = ({ plainMs, capturedMs }: CapturedRun) =>
    `${((100 * (capturedMs - plainMs)) / plainMs).toFixed(1)} %`
  return [
    '',
    row('`pedigree run` around a command that', 'computes', `opens ${files.opened}`),
    both('inside the command, plain, ms', ({ plainMs }) => plainMs.toFixed(0)),
    both('inside the command, captured, ms', ({ capturedMs }) => capturedMs.toFixed(0)),
    both('slower inside', slower),
    both('before and after, ms', ({ aroundMs }) => aroundMs.toFixed(0)),
  ]
}

function row(label: string, ...values: readonly string[]): string {
  return label.padEnd(LABEL_CHARS) + values.map((value) => value.padStart(VALUE_CHARS)).join('')
}
