import type { Capture, CapturedFile } from '../capture/capture.ts'

/** What the inputs of a run are, before anyone asks where they come from. */
export interface ClassifiedInputs {
  /** Data and models: their origin is asked for. */
  readonly data: readonly CapturedFile[]
  /** Programs and settings: which code ran is told by its commit. */
  readonly code: readonly CapturedFile[]
}

const SOURCE =
  /\.(?:py|pyi|pyx|pyc|ipynb|js|mjs|cjs|ts|mts|tsx|jsx|r|rmd|jl|sh|bash|zsh|sql|c|cc|cpp|cu|h|hpp|rs|go|java|scala|kt|rb|pl|lua|m|so|dll|dylib|node|wasm)$/i
const SETTINGS =
  /(?:^|\/)(?:(?:params|parameters|hparams|hyperparameters|config|args|settings|package|package-lock|tsconfig|conda|environment|requirements[^/]*|setup|pyproject|Pipfile|poetry|uv|dvc)\.(?:ya?ml|json|toml|ini|cfg|txt|lock)|[^/]+\.(?:toml|ini|cfg|lock)|[^/]+\.ya?ml|Makefile|Snakefile|Dockerfile|Pipfile|\.[^/]+)$/
const FOLDERS = /(?:^|\/)(?:__pycache__|\.git|node_modules|\.venv|venv|site-packages|\.dvc)\//

/** Inputs of the project, told apart by their names. An artefact that is certified counts as data whatever its name. */
export function classifyInputs({ files }: Pick<Capture, 'files'>): ClassifiedInputs {
  const inputs = files.filter(({ role }) => role === 'input')
  const isCode = ({ path }: CapturedFile) =>
    SOURCE.test(path) || SETTINGS.test(path) || FOLDERS.test(path)
  return { data: inputs.filter((file) => !isCode(file)), code: inputs.filter(isCode) }
}
