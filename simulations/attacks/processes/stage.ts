import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Devnet, startDevnet } from '../../bench/devnet.ts'
import { type Finding, finding } from '../attack.ts'

const CLI_MAIN = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url))

/** What a command said, and how it ended. */
export interface Said {
  readonly code: number
  /** Of stdout: one JSON document, or nothing. */
  readonly answer: Readonly<Record<string, unknown>>
  /** Of stderr: what a person reads. */
  readonly told: string
}

/** Four real processes, driven by the command line as four organisations drive them. */
export class ProcessStage {
  readonly folder: string
  readonly network: Devnet

  constructor(folder: string, network: Devnet) {
    this.folder = folder
    this.network = network
  }

  /** @param organisation 1 to 4 */
  homeOf(organisation: number): string {
    return this.network.nodes[organisation - 1]?.home ?? ''
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  /** Below the folder of the stage, with the folders that it needs. */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    const path = this.path(name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
    return path
  }

  /** Runs a command for an organisation. */
  pedigree(organisation: number, ...args: readonly string[]): Promise<Said> {
    return this.at(this.homeOf(organisation), ...args)
  }

  at(home: string, ...args: readonly string[]): Promise<Said> {
    return this.#command(this.folder, ['--home', home, ...args])
  }

  /** A captured run in a folder of the stage. @returns the path of its draft */
  async capture(folder: string, name: string, ...args: readonly string[]): Promise<string> {
    const home = ['--home', this.homeOf(4)]
    const { code, told } = await this.#command(folder, [...home, 'run', '--name', name, ...args])
    if (code !== 0) throw new Error(`pedigree run ${args.join(' ')}: ${told}`)
    return join(folder, `${name}.draft.yaml`)
  }

  async #command(cwd: string, args: readonly string[]): Promise<Said> {
    const child = spawn(process.execPath, [CLI_MAIN, '--json', ...args], {
      cwd,
      env: { ...process.env, NODE_COMPILE_CACHE: join(this.folder, 'compiled') },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    let told = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told += text
    })
    const [code] = (await once(child, 'close')) as [number | null]
    // Where a captured command says nothing itself, stdout stays empty.
    const answer = said === '' ? {} : (JSON.parse(said) as Record<string, unknown>)
    return { code: code ?? 1, answer, told }
  }

  /** @returns the record id @throws Error when it is not committed: the stage is not set */
  async certify(organisation: number, ...args: readonly string[]): Promise<string> {
    const { answer, told } = await this.pedigree(organisation, 'certify', ...args)
    if (answer['status'] !== 'committed') throw new Error(`certify ${args.join(' ')}: ${told}`)
    return String(answer['id'])
  }
}

/** @returns what the play returned; no process and no file is left, however it ended */
export async function onStage<T>(play: (stage: ProcessStage) => Promise<T>): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'pedigree-attacks-')))
  let network: Devnet | undefined
  try {
    network = await startDevnet(join(folder, 'net'))
    return await play(new ProcessStage(folder, network))
  } finally {
    await network?.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** That `verify` said a word, with the exit code of its kind. */
export function says(what: string, { code, answer }: Said, verdict: string): Finding {
  const expected = verdict === 'verified' ? 0 : 1
  const { verdict: word } = answer
  return finding(
    code === expected && word === verdict,
    `${what}: verify says ${String(word)}, exit code ${code}`,
  )
}

/** That a command was refused with a code. */
export function refuses(what: string, { code, answer }: Said, refusal: string): Finding {
  const error = answer['error'] as { readonly code?: string } | undefined
  return finding(
    code !== 0 && error?.code === refusal,
    `${what}: ${error?.code ?? 'no refusal'}, exit code ${code}`,
  )
}

/** Whether a sentence is in what a command said, to programs or to people. */
export function mentions({ answer, told }: Said, sentence: string): boolean {
  return JSON.stringify(answer).includes(sentence) || told.includes(sentence)
}

export async function flipLastByte(path: string): Promise<void> {
  const bytes = await readFile(path)
  const last = bytes.length - 1
  if (last < 0) return
  bytes[last] = (bytes[last] ?? 0) ^ 1
  await writeFile(path, bytes)
}
