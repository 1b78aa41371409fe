import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { CapturedFile } from '../capture/capture.ts'
import { findProject } from '../capture/run/find-project.ts'
import { cliError } from '../cli-error.ts'
import type { Draft } from '../draft/draft.ts'
import { onlyResult } from '../draft/only-result.ts'
import type { HashedArtefact } from '../hashing/hash-artefact.ts'
import { isBelow } from '../matching/answers.ts'
import { printable } from '../output/printable.ts'

/** The result that a certificate is about: a file, or a folder of files. */
export interface DraftOutput {
  /** In the project. */
  readonly path: string
  /** Where it lies now. */
  readonly absolute: string
  /** What was captured of it. */
  readonly files: readonly CapturedFile[]
}

const LISTED_MAX = 20

/**
 * Which output of a draft is meant: what was asked for, else the only one.
 *
 * @param asked by --output, or in the draft
 * @param place where the bytes lie, when that was said
 * @throws CliError `draft-output-unclear` with the outputs that there are
 */
export function chooseOutput(
  draft: Draft,
  asked: string | undefined,
  place: string | undefined,
): DraftOutput {
  const written = draft.capture.files.filter(({ role }) => role !== 'input')
  const outputs = written.filter(({ role }) => role === 'output')
  const path = asked ?? onlyResult(outputs)
  if (path === undefined) throw unclear(draft, 'the draft has several outputs, or none', outputs)
  // A result that was read again, as to test it, is a result all the same when somebody names it.
  const files = written.filter((file) => isBelow(file.path, path))
  if (files.length === 0) throw unclear(draft, `the run did not write ${path}`, outputs)
  const absolute = place === undefined ? locate(draft, path) : resolve(place)
  return { path, absolute, files }
}

function unclear(draft: Draft, what: string, outputs: readonly CapturedFile[]): Error {
  const paths = outputs.map(({ path }) => path)
  const listed = paths.slice(0, LISTED_MAX).map((path) => `  ${printable(path)}`)
  const more = paths.length > LISTED_MAX ? [`  and ${paths.length - LISTED_MAX} more`] : []
  return cliError(
    'draft-output-unclear',
    [`${draft.path}: ${what}`, ...listed, ...more].join('\n'),
    {
      hint: 'say which with --output PATH, a file or a folder, or under `yours` in the draft',
      facts: { outputs: paths.slice(0, LISTED_MAX) },
    },
  )
}

/** Drafts name paths of the project, and may lie elsewhere: it is looked for in a fixed order. */
function locate(draft: Draft, path: string): string {
  const folder = dirname(draft.path)
  const up = draft.capture.command.cwd.split('/').filter((part) => part !== '.' && part !== '')
  const here = process.cwd()
  const projects = [
    findProject(folder),
    resolve(folder, ...up.map(() => '..')),
    folder,
    findProject(here),
    here,
  ]
  const found = projects.map((project) => resolve(project, path)).find((place) => existsSync(place))
  if (found !== undefined) return found
  throw cliError('path-missing', `${path}, of which ${draft.path} tells, is not there any more`, {
    hint: 'say where it lies now: pedigree certify TYPE PATH --from DRAFT',
  })
}

/**
 * What lies there now is what the run left.
 *
 * @returns remarks, a sentence each
 * @throws CliError `draft-output-changed`
 */
export function checkOutput(hashed: HashedArtefact, output: DraftOutput): readonly string[] {
  const found = new Map(
    hashed.directory === undefined
      ? [[output.path, hashed.sha256 as string]]
      : hashed.directory.manifest.files.map(({ name, sha256 }) => [
          join(output.path, name),
          sha256,
        ]),
  )
  for (const { path, sha256 } of output.files) {
    const now = found.get(path) ?? (output.files.length === 1 ? found.get(output.path) : undefined)
    if (sha256 === undefined || now === sha256) continue
    const what = now === undefined ? 'is gone' : 'has changed'
    throw cliError('draft-output-changed', `${path} ${what} since the run that wrote it`, {
      hint: 'run the command again, or certify what is there now without --from',
    })
  }
  const written = output.files.filter(({ sha256 }) => sha256 !== undefined).length
  return written >= found.size
    ? []
    : [`${found.size - written} of ${found.size} files were there before, or were not hashed`]
}
