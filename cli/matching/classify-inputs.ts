import type { Capture, CapturedFile } from '../capture/capture.ts'

/** What the inputs of a run are, before anyone asks where they come from. */
export interface ClassifiedInputs {
  /** Data and models: their origin is asked for. */
  readonly data: readonly CapturedFile[]
  /** Programs and settings: which code ran is told by its commit. */
  readonly code: readonly CapturedFile[]
}

const SOURCE_ENDINGS: ReadonlySet<string> = new Set(
  (
    'py pyi pyx pyc ipynb js mjs cjs ts mts tsx jsx r rmd jl sh bash zsh sql c cc cpp cu h hpp ' +
    'rs go java scala kt rb pl lua m so dll dylib node wasm'
  ).split(' '),
)
const SETTINGS_ENDINGS: ReadonlySet<string> = new Set(
  'yaml yml toml ini cfg lock properties'.split(' '),
)
/** Settings by their name, where other files of that ending may be data. */
const SETTINGS_NAMES: readonly RegExp[] = [
  /^(?:params|parameters|hparams|hyperparameters|config|args|settings)\.json$/,
  /^(?:package|package-lock|tsconfig)\.json$/,
  /^(?:requirements.*\.txt|Makefile|Snakefile|Dockerfile|Pipfile)$/,
  /^\../,
]
const FOLDERS = /(?:^|\/)(?:__pycache__|\.git|node_modules|\.venv|venv|site-packages|\.dvc)\//

/** Inputs of the project, told apart by their names. An artefact that is certified counts as data whatever its name. */
export function classifyInputs({ files }: Pick<Capture, 'files'>): ClassifiedInputs {
  const inputs = files.filter(({ role }) => role === 'input')
  return { data: inputs.filter((file) => !isCode(file)), code: inputs.filter(isCode) }
}

function isCode({ path }: CapturedFile): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  const isNamed = name.includes('.') && (SOURCE_ENDINGS.has(ending) || SETTINGS_ENDINGS.has(ending))
  return isNamed || SETTINGS_NAMES.some((form) => form.test(name)) || FOLDERS.test(path)
}
