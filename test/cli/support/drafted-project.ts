import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Capture, CapturedFile } from '../../../cli/capture/capture.ts'
import type { Context } from '../../../cli/context.ts'
import { readDraft } from '../../../cli/draft/read-draft.ts'
import { writeDraft } from '../../../cli/draft/write-draft.ts'
import { certificateFromDraft } from '../../../cli/from-draft/certificate-from-draft.ts'
import { matchInputs } from '../../../cli/matching/match-inputs.ts'
import { Output } from '../../../cli/output/output.ts'
import { openSession } from '../../../cli/session.ts'
import type { Digest } from '../../../protocol/digest.ts'
import type { ModelPredicate } from '../../../protocol/records/certificates/certificates.ts'
import type { RecordOf } from '../../../protocol/records/record.ts'
import { sampleCapture } from '../draft/sample-capture.ts'
import { ScriptedLedger } from './scripted-ledger.ts'
import { AS_OF } from './scripted-node.ts'
import { useTemporaryFolder } from './temporary-folder.ts'

export const DATA = { 'a.csv': '1,2', 'b.csv': '3,4', 'c/d.csv': '5,6' } as const
export const sha = (text: string) => createHash('sha256').update(text).digest('hex') as Digest

export function file(path: string, role: CapturedFile['role'], text: string): CapturedFile {
  return { path, role, how: 'observed', sha256: sha(text), bytes: text.length }
}

/** For each test a project with data and models, a draft about it, and a ledger of its own. */
export class DraftedProject {
  readonly folder: string
  readonly ledger: ScriptedLedger
  said = { stdout: '', stderr: '' }

  private constructor(folder: string, ledger: ScriptedLedger) {
    this.folder = folder
    this.ledger = ledger
  }

  static async create(folder: string): Promise<DraftedProject> {
    const ledger = await ScriptedLedger.create(folder)
    ledger.node.on('GET', `/chains/${ledger.chain}/artefacts`, () => ({
      json: { artefacts: [], asOf: AS_OF },
    }))
    const project = new DraftedProject(folder, ledger)
    await mkdir(project.at('data', 'c'), { recursive: true })
    for (const [name, text] of Object.entries(DATA)) await writeFile(project.at('data', name), text)
    await writeFile(project.at('model.bin'), 'weights')
    await writeFile(project.at('base.bin'), 'base weights')
    return project
  }

  readonly at = (...parts: readonly string[]) => join(this.folder, 'project', ...parts)

  readonly context = (): Context => {
    this.said = { stdout: '', stderr: '' }
    const output = new Output({
      json: true,
      stdout: { write: (text: string) => (this.said.stdout += text) },
      stderr: { write: (text: string) => (this.said.stderr += text) },
      environment: {},
    })
    return { home: this.ledger.home, output, signal: new AbortController().signal }
  }

  readonly flags = (more: object = {}) => ({
    ...({ share: 'local', wait: true, timeout: 5_000, yes: true } as const),
    from: this.at('n.draft.yaml'),
    ...more,
  })

  readonly draft = async (files: readonly CapturedFile[], more: Partial<Capture> = {}) =>
    writeDraft(this.at('n.draft.yaml'), sampleCapture({ files, ...more }))

  readonly edit = async (from: string | RegExp, to: string) => {
    const text = await readFile(this.at('n.draft.yaml'), 'utf8')
    await writeFile(this.at('n.draft.yaml'), text.replace(from, to))
  }

  readonly certified = async (...args: string[]) => {
    const { code, json, stderr } = await this.ledger.run('certify', ...args)
    assert.equal(code, 0, stderr)
    return String(json().id) as Digest
  }

  readonly matched = async () =>
    matchInputs(await openSession(this.context()), await readDraft(this.at('n.draft.yaml')))

  readonly model = async (more: object = {}) => {
    await certificateFromDraft(this.context(), 'model', undefined, this.flags(more))
    return JSON.parse(this.said.stdout) as { id: string; repeated: boolean; phases: object[] }
  }

  readonly predicateOf = (id: string) =>
    (this.ledger.committed.get(id) as RecordOf<'model'>).statement.predicate as ModelPredicate
}

/** Hooks that make one before each test and end it afterwards. */
export function useDraftedProject(): () => DraftedProject {
  const folder = useTemporaryFolder()
  let project: DraftedProject | undefined
  beforeEach(async () => {
    project = await DraftedProject.create(folder())
  })
  afterEach(() => project?.ledger.node.close())
  return () => {
    assert.ok(project)
    return project
  }
}
