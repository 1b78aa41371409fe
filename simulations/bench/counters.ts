import { readFile } from 'node:fs/promises'
import type { DevnetNode } from './devnet.ts'
import type { NodeClient } from './node-client.ts'

/** Clock ticks of /proc/PID/stat in a second: the same on every Linux. */
const TICKS_PER_SECOND = 100

/** What the nodes have counted since they started, summed over them. */
export interface Counters {
  /** Of the node that has most. */
  readonly blocks: number
  readonly fsyncs: number
  readonly signatures: number
  readonly processorSeconds: number
}

export async function readCounters(
  nodes: readonly DevnetNode[],
  clients: readonly NodeClient[],
): Promise<Counters> {
  const texts = await Promise.all(clients.map((client) => client.metrics()))
  const of = (name: string) => texts.map((text) => sumOf(text, name))
  const seconds = await Promise.all(nodes.map(({ pid }) => processorSeconds(pid)))
  return {
    blocks: Math.max(...of('pedigree_blocks_committed_total')),
    fsyncs: total(of('pedigree_fsyncs_total')),
    signatures: total(of('pedigree_signature_verifications_total')),
    processorSeconds: total(seconds),
  }
}

/** The sum over all labels of one metric in Prometheus' text format. */
export function sumOf(text: string, name: string): number {
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
  return total(lines.map((line) => Number(line.slice(line.lastIndexOf(' ') + 1))))
}

/** Bytes of a process that are in memory; 0 where the system does not tell. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024
}

/** User and system time, fields 14 and 15, counted behind the name, which may contain anything. */
async function processorSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0)
}
