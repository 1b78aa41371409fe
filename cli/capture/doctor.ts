import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { systemCode } from '../cli-error.ts'
import { PROBE_MS_MAX } from './bounds.ts'
import { runTool } from './environment/run-tool.ts'
import { installHook, makeOwnFolder } from './run/own-folder.ts'
import { probeStrace } from './strace/probe-strace.ts'

/** One thing that capture can use on this machine, or cannot. */
export interface Finding {
  readonly name: 'strace' | 'ptrace' | 'python' | 'snapshot' | 'git' | 'gpu'
  readonly isUsable: boolean
  readonly detail: string
}

const run = promisify(execFile)

/** What capture can see on this machine. Never fails: what cannot be found out is not usable. */
export async function examineMachine(folder: string): Promise<readonly Finding[]> {
  return Promise.all([
    examineStrace(),
    examinePtrace(),
    examinePython(),
    examineSnapshot(folder),
    examineTool('git', ['--version'], 'commit and changes are recorded', 'no commit is recorded'),
    examineGpu(),
  ])
}

async function examineStrace(): Promise<Finding> {
  const { isUsable, detail } = await probeStrace()
  if (!isUsable) return { name: 'strace', isUsable, detail: detail ?? 'cannot trace' }
  const [version = 'strace'] = (await said('strace', ['-V'])).split('\n')
  return { name: 'strace', isUsable, detail: `${version}: sees every file of every process` }
}

const SCOPES = [
  'a process may trace others of its user',
  'a process may trace its own children',
  'only an administrator may trace',
  'nobody may trace',
]

async function examinePtrace(): Promise<Finding> {
  if (process.platform !== 'linux') return { name: 'ptrace', isUsable: false, detail: 'not Linux' }
  const text = await readFile('/proc/sys/kernel/yama/ptrace_scope', 'utf8').catch(() => '0')
  const scope = Number(text)
  const detail = `scope ${scope}: ${SCOPES[scope] ?? 'unknown'}`
  return { name: 'ptrace', isUsable: scope <= 1 || process.getuid?.() === 0, detail }
}

const PYTHON = 'python3'

/** The hook is tried, not believed. */
async function examinePython(): Promise<Finding> {
  const name = 'python' as const
  const own = await makeOwnFolder()
  try {
    await installHook(own)
    const env = { ...process.env, PYTHONPATH: own.hook }
    const program = 'import sys; open("/dev/null").close(); print(sys.version.split()[0])'
    const { stdout } = await run(PYTHON, ['-c', program], { env, timeout: PROBE_MS_MAX })
    const isUsable = (await readFile(own.hookLog, 'latin1')).includes('"/dev/null"')
    const sees = isUsable ? 'its audit hook works' : 'its audit hook says nothing'
    return { name, isUsable, detail: `Python ${stdout.trim()}: ${sees}` }
  } catch (error) {
    const isMissing = systemCode(error) === 'ENOENT'
    return { name, isUsable: false, detail: isMissing ? 'not installed' : 'cannot be asked' }
  } finally {
    await own.remove()
  }
}

async function examineSnapshot(folder: string): Promise<Finding> {
  const isUsable = (await stat(folder).catch(() => undefined))?.isDirectory() === true
  const detail = isUsable ? 'sees what is new or changed afterwards' : `${folder} cannot be read`
  return { name: 'snapshot', isUsable, detail }
}

async function examineTool(
  name: Finding['name'],
  args: readonly string[],
  use: string,
  otherwise: string,
): Promise<Finding> {
  const [version = ''] = (await said(name, args)).split('\n')
  if (version === '') return { name, isUsable: false, detail: `not installed: ${otherwise}` }
  return { name, isUsable: true, detail: `${version}: ${use}` }
}

const GPU_TOOLS = ['nvidia-smi', 'rocm-smi', 'xpu-smi']

async function examineGpu(): Promise<Finding> {
  for (const tool of GPU_TOOLS) {
    if ((await said(tool, ['--help'])) !== '') {
      return { name: 'gpu', isUsable: true, detail: `${tool} tells of the cards` }
    }
  }
  return { name: 'gpu', isUsable: false, detail: `none of ${GPU_TOOLS.join(', ')} is here` }
}

/** What a tool prints; nothing where it is not there or fails. */
async function said(tool: string, args: readonly string[]): Promise<string> {
  return (await runTool(tool, args)) ?? ''
}
