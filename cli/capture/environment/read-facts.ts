import { basename, join, resolve } from 'node:path'
import type { JsonValue } from '../../../protocol/encoding/canonical-json.ts'
import { SCALARS_MAX } from '../../../protocol/limits.ts'
import type { How } from '../../../protocol/records/certificates/certificates.ts'
import { readYamlFile } from '../../input/safe-yaml.ts'
import { readInputFile } from '../../read-input.ts'
import type { CapturedFact } from '../capture.ts'
import { ownNames, withoutOwnNames } from '../redaction/own-names.ts'
import { shownPath } from '../redaction/redact.ts'
import { isSecretName } from '../redaction/secret-names.ts'
import { isSecretPath } from '../redaction/secret-paths.ts'
import { redactText } from '../redaction/secret-text.ts'
import { flagsOf, scalarOf } from './flags.ts'
import { flatten, isNameAllowed, isValueAllowed } from './flatten.ts'

const FILE_BYTES_MAX = 1_048_576
const FILES_MAX = 64
const MLFLOW_FILES_MAX = 1_024
const MLFLOW_BYTES_MAX = 65_536

const PARAMETER_FILE =
  /^(?:params|parameters|hparams|hyperparameters|config|args|training_args)\.(?:ya?ml|json)$/
const METRIC_FILE =
  /^(?:metrics|eval_results|all_results|train_results|test_results|scores|evaluation)\.(?:ya?ml|json)$/
/** Where a project keeps what it was run with, though this run may not have touched it. */
const PROJECT_FILES = ['params.yaml', 'params.yml', 'params.json'] as const
const MLFLOW = /(?:^|\/)mlruns\/[^/]+\/[^/]+\/(params|metrics)\/(.+)$/

/** Whether a file usually holds measurements: it is written beside a result. */
export function isMetricFile(path: string): boolean {
  return METRIC_FILE.test(basename(path)) || MLFLOW.test(path)
}

export interface FactsOptions {
  /** Absolute path. */
  readonly project: string
  /** As it was typed. */
  readonly argv: readonly string[]
  /** Files that the command wrote, absolute or relative to the project. */
  readonly written: readonly string[]
  /** Files that it read; what a command line names may be one. */
  readonly read?: readonly string[]
}

export interface Facts {
  readonly parameters: readonly CapturedFact[]
  readonly metrics: readonly CapturedFact[]
  /** Named, without the values. */
  readonly redacted: readonly string[]
}

type Scalar = string | number | boolean

/**
 * Parameters and metrics where they usually lie: flags, params.yaml, metrics.json, MLflow's folders.
 * A file that cannot be read, or is not what its name says, tells nothing.
 */
export async function readFacts(options: FactsOptions): Promise<Facts> {
  const parameters = new Collection()
  const metrics = new Collection()
  for (const [name, value] of flagsOf(options.argv)) {
    parameters.add(name, value, { from: 'command line', how: 'observed' })
  }
  const paths = (list: readonly string[]) => list.map((path) => resolve(options.project, path))
  const written = paths(options.written)
  for (const [path, how] of parameterFiles(options, written, paths(options.read ?? []))) {
    await addFile(parameters, path, how, options.project)
  }
  for (const path of written
    .filter((path) => METRIC_FILE.test(basename(path)))
    .slice(0, FILES_MAX)) {
    await addFile(metrics, path, 'observed', options.project)
  }
  await addMlflow({ parameters, metrics }, written, options.project)
  return {
    parameters: parameters.facts,
    metrics: metrics.facts,
    redacted: [...new Set([...parameters.redacted, ...metrics.redacted])],
  }
}

function parameterFiles(
  { project, argv }: FactsOptions,
  written: readonly string[],
  read: readonly string[],
): readonly (readonly [string, How])[] {
  const found = new Map<string, How>()
  const isUsual = (path: string) => PARAMETER_FILE.test(basename(path))
  for (const path of [...written, ...read].filter(isUsual)) found.set(path, 'observed')
  const named = argv
    .map((argument) => argument.slice(argument.indexOf('=') + 1))
    .filter((path) => path !== '' && isUsual(path))
    .map((path) => resolve(project, path))
  const usual = PROJECT_FILES.map((name) => join(project, name))
  for (const path of [...named, ...usual]) if (!found.has(path)) found.set(path, 'inferred')
  return [...found].slice(0, FILES_MAX)
}

async function addFile(to: Collection, path: string, how: How, project: string): Promise<void> {
  if (isSecretPath(path)) return
  const document = await readDocument(path)
  if (document === undefined) return
  const from = shownPath(path, project)
  for (const [name, value] of flatten(document)) to.add(name, value, { from, how })
}

async function readDocument(path: string): Promise<JsonValue | undefined> {
  try {
    if (!path.endsWith('.json')) {
      return (await readYamlFile(path, FILE_BYTES_MAX)).value as JsonValue
    }
    const bytes = await readInputFile(path, FILE_BYTES_MAX)
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as JsonValue
  } catch {
    return undefined
  }
}

async function addMlflow(
  to: { readonly parameters: Collection; readonly metrics: Collection },
  written: readonly string[],
  project: string,
): Promise<void> {
  const files = written.filter((path) => MLFLOW.test(path)).slice(0, MLFLOW_FILES_MAX)
  for (const path of files) {
    const [, kind, name = ''] = MLFLOW.exec(path) ?? []
    const bytes = await readInputFile(path, MLFLOW_BYTES_MAX).catch(() => undefined)
    if (bytes === undefined) continue
    const text = Buffer.from(bytes).toString('utf8').trim()
    const source = { from: shownPath(path, project), how: 'observed' } as const
    if (kind === 'params') to.parameters.add(name, scalarOf(text), source)
    // Each line: time, value, step. The last one is where the run came to.
    const last = text.slice(text.lastIndexOf('\n') + 1).split(' ')[1]
    if (kind === 'metrics' && last !== undefined) to.metrics.add(name, scalarOf(last), source)
  }
}

/** Facts of one kind, within bounds and without secrets. */
class Collection {
  readonly facts: CapturedFact[] = []
  readonly redacted: string[] = []
  readonly #names = ownNames()

  add(name: string, value: Scalar, source: Pick<CapturedFact, 'from' | 'how'>): void {
    if (this.facts.length >= SCALARS_MAX || !isNameAllowed(name) || !isValueAllowed(value)) return
    if (isSecretName(name)) {
      this.redacted.push(`parameter ${name}`)
      return
    }
    if (typeof value !== 'string') {
      this.facts.push({ name, value, ...source })
      return
    }
    const { text, found } = redactText(value)
    this.redacted.push(...found.map((what) => `${what} in parameter ${name}`))
    this.facts.push({ name, value: withoutOwnNames(text, this.#names), ...source })
  }
}
