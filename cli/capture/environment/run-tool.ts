import { execFile } from 'node:child_process'

const TOOL_MS_MAX = 5_000
const TOOL_BYTES_MAX = 8_388_608

interface ToolOptions {
  readonly cwd?: string
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
}

/**
 * What a small tool prints, with a bound on its time and its words; undefined when it is not there,
 * fails, or says too much. Nothing here may hold up or fail the command that is captured.
 */
export function runTool(
  tool: string,
  args: readonly string[],
  { cwd, signal, timeoutMs = TOOL_MS_MAX }: ToolOptions = {},
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = {
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: TOOL_BYTES_MAX,
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
      ...(cwd === undefined ? {} : { cwd }),
      ...(signal === undefined ? {} : { signal }),
    } as const
    const child = execFile(tool, args, options, (error, stdout) => {
      resolve(error === null ? stdout : undefined)
    })
    // A tool that reads its input must see its end, not wait for a terminal.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end()
  })
}
