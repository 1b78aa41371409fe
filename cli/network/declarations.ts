import { buildGenesis, type Genesis, type GenesisDocument } from '../../protocol/chain/genesis.ts'
import { isRejection } from '../../protocol/rejection.ts'
import type { ArchitectureRule } from '../../protocol/rules/architecture.ts'
import type { ArtefactType } from '../../protocol/rules/artefact-types.ts'
import { cliError, refusal } from '../cli-error.ts'
import { readYamlFile, refusedIn, type YamlFile } from '../input/safe-yaml.ts'

/** Files in which the founders of a network declare what is theirs alone (YAML or JSON). */
export interface DeclarationFlags {
  /** A list of artefact types. */
  readonly types?: string
  /** A list of rules about pipelines. */
  readonly architecture?: string
}

/** Files of declarations as they were read; the genesis's own rules check them. */
export type Declarations = Readonly<Partial<Record<Declared, YamlFile>>>
type Declared = 'artefactTypes' | 'architectureRules'

export async function readDeclarations({
  types,
  architecture,
}: DeclarationFlags): Promise<Declarations> {
  return {
    ...(types !== undefined && { artefactTypes: await readList(types) }),
    ...(architecture !== undefined && { architectureRules: await readList(architecture) }),
  }
}

async function readList(path: string): Promise<YamlFile> {
  const file = await readYamlFile(path)
  if (Array.isArray(file.value)) return file
  throw cliError('bad-document', `${path} is not a list`)
}

/**
 * Builds a genesis with what its founders declared.
 *
 * @throws CliError with the code of the refusal; field and line where it is about a declaration
 */
export function genesisWith(
  content: Omit<GenesisDocument, 'format' | Declared>,
  declarations: Declarations,
): { readonly bytes: Uint8Array; readonly genesis: Genesis } {
  const { artefactTypes, architectureRules } = declarations
  const built = buildGenesis({
    ...content,
    ...(artefactTypes && { artefactTypes: artefactTypes.value as readonly ArtefactType[] }),
    ...(architectureRules && {
      architectureRules: architectureRules.value as readonly ArchitectureRule[],
    }),
  })
  if (!isRejection(built)) return built
  for (const [field, file] of Object.entries(declarations)) {
    if (built.detail.startsWith(`/${field}`)) throw refusedIn(file, built, `/${field}`)
  }
  throw refusal(built)
}
