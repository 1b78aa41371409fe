import { access } from 'node:fs/promises'
import { arch, cpus, platform, totalmem } from 'node:os'
import type { Scalars } from '../../../protocol/records/certificates/certificates.ts'
import { readUpTo } from '../../read-input.ts'
import { runTool } from './run-tool.ts'

const GPU_MS_MAX = 3_000
const GPUS_MAX = 16
const TEXT_CHARS_MAX = 200
const SMALL_FILE_BYTES_MAX = 65_536

/** The machine, without anything that tells which one it is. */
export async function readHardware(signal: AbortSignal): Promise<Scalars> {
  const processors = cpus()
  const model = processors[0]?.model.trim()
  const [gpu, container, system] = await Promise.all([
    readGpus(signal),
    readContainer(),
    readSystem(),
  ])
  return {
    platform: platform(),
    architecture: arch(),
    ...(system === undefined ? {} : { system }),
    ...(model ? { cpu: oneLine(model) } : {}),
    cores: processors.length,
    memoryBytes: totalmem(),
    ...(container === undefined ? {} : { container }),
    ...gpu,
  }
}

async function readGpus(signal: AbortSignal): Promise<Scalars> {
  const query = ['--query-gpu=name,driver_version', '--format=csv,noheader']
  const text = await runTool('nvidia-smi', query, { signal, timeoutMs: GPU_MS_MAX })
  const rows = text?.split('\n').filter((row) => row.trim() !== '') ?? []
  const [first] = rows
  if (first === undefined) return {}
  const [name = '', driver = ''] = first.split(',').map((part) => oneLine(part.trim()))
  return {
    gpu: name,
    gpus: Math.min(rows.length, GPUS_MAX),
    ...(driver === '' ? {} : { gpuDriver: driver }),
  }
}

/** Which kind of container this is, by the traces that each leaves. */
async function readContainer(): Promise<string | undefined> {
  if (await isThere('/run/.containerenv')) return 'podman'
  if (process.env.KUBERNETES_SERVICE_HOST !== undefined) return 'kubernetes'
  if (await isThere('/.dockerenv')) return 'docker'
  if (process.env.APPTAINER_NAME ?? process.env.SINGULARITY_NAME) return 'apptainer'
  const groups = await smallText('/proc/1/cgroup')
  return /kubepods|docker|containerd|lxc|libpod/.exec(groups ?? '')?.[0]
}

async function readSystem(): Promise<string | undefined> {
  const text = await smallText('/etc/os-release')
  const name = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text ?? '')?.[1]
  return name ? oneLine(name) : undefined
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function smallText(path: string): Promise<string | undefined> {
  const bytes = await readUpTo(path, SMALL_FILE_BYTES_MAX).catch(() => undefined)
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8')
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, TEXT_CHARS_MAX)
}
